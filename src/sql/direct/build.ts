import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, JoinNode, LogicalPlan, Query, ScanNode } from '../binder/logical-plan.ts';
import type { LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { chooseAccessPath } from '../planner/access-path.ts';
import { withConditions } from '../planner/plan-tree.ts';
import { outputColumns } from '../planner/reads.ts';
import { Aggregate } from './aggregate.ts';
import { Distinct } from './distinct.ts';
import { DirectExecution, FilterSink } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import { IndexStretch } from './index-stretch.ts';
import { InnerJoins, LeftJoin } from './join.ts';
import { JoinSide, MadeRows, PickedRows, WholeTable } from './join-side.ts';
import { isInnerJoin, type JoinStep } from './join-steps.ts';
import { KeptRows } from './kept-rows.ts';
import { Limit } from './limit.ts';
import { ProjectSink, Values } from './project.ts';
import { RowLoader } from './row-loader.ts';
import { Scan } from './scan.ts';
import { SetOperation } from './set-operation.ts';
import { Sort } from './sort.ts';
import { DirectSubqueries, SubqueryRows } from './subqueries.ts';
import type { Survey } from './survey.ts';

const NO_CONDITIONS: readonly BoundExpression[] = [];

/** Makes the operators of a statement, which a survey has admitted, from its bound plan. */
export class DirectBuilder {
  readonly subqueries = new DirectSubqueries((subquery) => this.subquery(subquery));
  readonly execution: DirectExecution;
  private readonly survey: Survey;

  constructor(survey: Survey) {
    this.survey = survey;
    this.execution = new DirectExecution(survey.columnCount, this.subqueries);
  }

  /** `conditions`: those that stand above the node, which it may look at itself. */
  build(plan: LogicalPlan, sink: RowSink, conditions = NO_CONDITIONS): RowSource {
    switch (plan.kind) {
      case 'filter':
        // The joins below look at the conditions.
        if (isInnerJoin(plan.input) && conditions.length === 0) return this.joins(plan.input, sink);
        return this.build(plan.input, sink, [...plan.conditions, ...conditions]);
      case 'join':
        if (isInnerJoin(plan)) return this.joins(plan, this.filtered(conditions, sink));
        return this.leftJoin(plan, this.filtered(conditions, sink));
      case 'scan':
        return this.scan(plan, conditions, this.loaderOf(plan), sink);
      default:
        return this.buildBelow(plan, this.filtered(conditions, sink));
    }
  }

  private buildBelow(plan: Exclude<LogicalPlan, { kind: 'filter' | 'join' | 'scan' }>, sink: RowSink): RowSource {
    const { execution } = this;
    const { read } = this.survey;
    switch (plan.kind) {
      case 'values':
        return new Values(plan, execution, sink);
      case 'project':
        return this.build(plan.input, new ProjectSink(plan, read, execution, sink));
      case 'aggregate':
        return this.above(plan.input, new Aggregate(plan, execution, sink));
      case 'distinct': {
        const collations = plan.columns.map(({ collation }) => collation);
        return this.above(plan.input, new Distinct(this.kept(plan.columns), collations, sink));
      }
      case 'sort':
        return this.above(plan.input, new Sort(plan.terms, this.kept(this.readOf(plan.input)), sink));
      case 'limit':
        return this.above(plan.input, new Limit(plan, execution, sink));
      case 'set-operation': {
        const operation = new SetOperation(plan, execution.frame, sink);
        operation.left.source = this.build(plan.left.plan, operation.left);
        operation.right.source = this.build(plan.right.plan, operation.right);
        return operation;
      }
      default:
        throw new Error(`${plan.kind}: no survey admits this`);
    }
  }

  /** An operator that is its input's sink. */
  private above(input: LogicalPlan, operator: RowSource & RowSink & { input: RowSource }): RowSource {
    operator.input = this.build(input, operator);
    return operator;
  }

  private scan(scan: ScanNode, conditions: readonly BoundExpression[], into: RowLoader, sink: RowSink): Scan {
    const stretch = this.stretchOf(scan, conditions);
    return new Scan(this.slotOf(scan), stretch, into, this.execution, this.filtered(conditions, sink));
  }

  private joins(join: JoinNode, sink: RowSink): RowSource {
    const sides: JoinSide[] = [];
    for (const step of this.survey.stepsOf(join)) sides.push(this.tableSide(step) ?? this.madeSide(step));
    return new InnerJoins(sides, this.execution, sink);
  }

  /** null: the side is no table, or its key is to be computed. */
  private tableSide(step: JoinStep): JoinSide | null {
    const { side, own, key } = step;
    if (side.kind !== 'scan') return null;
    const into = this.loaderOf(side);
    const position = key === null ? 0 : into.positionOf(key.own);
    if (position === null) return null;
    if (own.length === 0) {
      return new JoinSide(step, new WholeTable(this.slotOf(side), position, this.execution), into, this.execution);
    }
    const rows = new PickedRows(position);
    rows.scan = this.scan(side, own, into, rows);
    return new JoinSide(step, rows, into, this.execution);
  }

  private madeSide(step: JoinStep): JoinSide {
    const kept = this.kept(this.readOf(step.side));
    const rows = new MadeRows(step, kept, this.execution);
    rows.source = this.build(step.side, rows, step.own);
    const into = new RowLoader(
      kept.ids,
      kept.ids.map((_, i) => i),
      this.execution.frame,
    );
    return new JoinSide(step, rows, into, this.execution);
  }

  private leftJoin({ left, right, conditions }: JoinNode, sink: RowSink): RowSource {
    const rightIds = this.readOf(right).map(({ id }) => id);
    const join = new LeftJoin(conditions, rightIds, this.execution, sink);
    join.right = this.build(right, join.pairs);
    return this.build(left, join);
  }

  /** The columns of a plan that somebody reads. */
  private readOf(plan: LogicalPlan): Query['columns'] {
    return outputColumns(plan).filter(({ id }) => this.survey.read.has(id));
  }

  private loaderOf({ table, columns }: ScanNode): RowLoader {
    const { read } = this.survey;
    const ids: ColumnId[] = [];
    const positions: number[] = [];
    for (const { id, column } of columns) {
      if (!read.has(id)) continue;
      ids.push(id);
      positions.push(column === ROWID_COLUMN ? table.columns.length : column);
    }
    return new RowLoader(ids, positions, this.execution.frame);
  }

  /** A table's place among those of the execution. */
  private slotOf({ table }: ScanNode): number {
    return this.survey.tables.indexOf(table.id);
  }

  /** The stretch of an index through which a plan would find the rows. */
  private stretchOf(scan: ScanNode, conditions: readonly BoundExpression[]): IndexStretch | null {
    if (scan.indexes.length === 0 || conditions.length === 0) return null;
    const { tables, counts } = this.survey;
    const facts = { rows: counts[tables.indexOf(scan.table.id)], share: () => 1 };
    const path = chooseAccessPath(withConditions(scan, conditions), null, facts);
    return path.kind === 'index' ? new IndexStretch(path, this.execution) : null;
  }

  private filtered(conditions: readonly BoundExpression[], sink: RowSink): RowSink {
    return conditions.length === 0 ? sink : new FilterSink(conditions, this.execution, sink);
  }

  private kept(columns: Query['columns']): KeptRows {
    return new KeptRows(
      columns.map(({ id }) => id),
      this.execution.frame,
    );
  }

  private subquery({ query }: LogicalSubquery): SubqueryRows {
    const rows = new SubqueryRows(this.kept(query.columns));
    rows.source = this.build(query.plan, rows);
    return rows;
  }
}
