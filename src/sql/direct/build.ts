import type { IndexDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnIds, JoinNode, LogicalPlan, Query, ScanNode } from '../binder/logical-plan.ts';
import type { LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { chooseAccessPath } from '../planner/access-path.ts';
import { canRaise } from '../planner/can-raise.ts';
import { withConditions } from '../planner/plan-tree.ts';
import { outputColumns, outputIds, readColumns } from '../planner/reads.ts';
import { Aggregate } from './aggregate.ts';
import { Distinct } from './distinct.ts';
import { DirectExecution, FilterSink } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import { InnerJoin, LeftJoin } from './join.ts';
import { KeptRows } from './kept-rows.ts';
import { Limit } from './limit.ts';
import { ProjectSink, Values } from './project.ts';
import { Scan } from './scan.ts';
import { SetOperation } from './set-operation.ts';
import { Sort } from './sort.ts';
import { DirectSubqueries, SubqueryRows } from './subqueries.ts';
import type { Survey } from './survey.ts';

const NO_CONDITIONS: readonly BoundExpression[] = [];

/** The conditions of a join by where they can be looked at. */
interface SplitConditions {
  readonly left: readonly BoundExpression[];
  readonly right: readonly BoundExpression[];
  readonly both: readonly BoundExpression[];
}

/** Makes the operators of a statement, which a survey has admitted, from its bound plan. */
export class DirectBuilder {
  readonly subqueries = new DirectSubqueries((subquery) => this.subquery(subquery));
  readonly execution: DirectExecution;
  private readonly read: ColumnIds;
  private readonly counts: Survey['counts'];

  constructor({ read, columnCount, counts }: Survey) {
    this.read = read;
    this.counts = counts;
    this.execution = new DirectExecution(columnCount, this.subqueries);
  }

  /** `conditions`: those that stand above the node, which it may look at itself. */
  build(plan: LogicalPlan, sink: RowSink, conditions = NO_CONDITIONS): RowSource {
    switch (plan.kind) {
      case 'filter':
        return this.build(plan.input, sink, [...plan.conditions, ...conditions]);
      case 'join':
        return this.join(plan, sink, conditions);
      case 'scan': {
        const index = this.indexFor(plan, conditions);
        return new Scan(plan, index, this.read, this.execution, this.filtered(conditions, sink));
      }
      default:
        return this.buildBelow(plan, this.filtered(conditions, sink));
    }
  }

  private buildBelow(plan: Exclude<LogicalPlan, { kind: 'filter' | 'join' | 'scan' }>, sink: RowSink): RowSource {
    const { execution, read } = this;
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
      case 'sort': {
        const columns = outputColumns(plan.input).filter(({ id }) => read.has(id));
        return this.above(plan.input, new Sort(plan.terms, this.kept(columns), sink));
      }
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

  private join(plan: JoinNode, sink: RowSink, conditions: readonly BoundExpression[]): RowSource {
    if (plan.join === 'inner') {
      const { left, right, both } = split([...plan.conditions, ...conditions], plan);
      const join = new InnerJoin();
      join.right = this.build(plan.right, this.filtered(both, sink), right);
      return this.build(plan.left, join, left);
    }
    const above = split(conditions, plan);
    const rightColumns = outputColumns(plan.right).filter(({ id }) => this.read.has(id));
    const join = new LeftJoin(
      rightColumns.map(({ id }) => id),
      this.execution.frame,
      this.filtered([...above.right, ...above.both], sink),
    );
    const on = split(plan.conditions, plan);
    join.right = this.build(plan.right, this.filtered([...on.left, ...on.both], join.pairs), on.right);
    return this.build(plan.left, join, above.left);
  }

  /** The index in whose order a plan would find the rows. */
  private indexFor(scan: ScanNode, conditions: readonly BoundExpression[]): IndexDefinition | null {
    if (scan.indexes.length === 0 || conditions.length === 0) return null;
    const facts = { rows: this.counts.get(scan.table.id) as number, share: () => 1 };
    const path = chooseAccessPath(withConditions(scan, conditions), null, facts);
    return path.kind === 'index' ? path.index : null;
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

/** What may raise an error waits until both sides are there: it must see no row that the join keeps from it. */
function split(conditions: readonly BoundExpression[], { left, right }: JoinNode): SplitConditions {
  const found = { left: [] as BoundExpression[], right: [] as BoundExpression[], both: [] as BoundExpression[] };
  const ofLeft = outputIds(left);
  const ofRight = outputIds(right);
  for (const condition of conditions) {
    let readsLeft = false;
    let readsRight = false;
    for (const id of readColumns(condition)) {
      readsLeft ||= ofLeft.has(id);
      readsRight ||= ofRight.has(id);
    }
    const side = canRaise(condition) || readsLeft === readsRight ? 'both' : readsLeft ? 'left' : 'right';
    found[side].push(condition);
  }
  return found;
}
