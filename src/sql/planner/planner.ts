import { unreachable } from '../../base/assert.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import type * as Logical from '../binder/logical-plan.ts';
import type { ColumnId, LogicalPlan, PlanColumn, Query } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { and } from '../expressions/build.ts';
import type { WantedOrder } from './access-path.ts';
import { inTestOrder } from './condition-order.ts';
import { Estimator } from './estimate.ts';
import { DISTINCT_PLANNING, RELATIONAL_PLANNING, WINDOW_PLANNING } from './late-parts.ts';
import { Optimizer } from './optimize.ts';
import { orderBelow, yieldsOrder } from './order.ts';
import type * as Physical from './physical-plan.ts';
import type { PhysicalPlan, QueryPlan } from './physical-plan.ts';
import { planAggregate } from './plan-aggregate.ts';
import { planScan } from './plan-scan.ts';
import { readColumns } from './reads.ts';
import { SubqueryPlanner, slotsOf, toSlots } from './slots.ts';
import type { Statistics } from './statistics.ts';
import type { DisabledSwitches, OptimizerSwitch } from './switches.ts';

/**
 * Turns logical plans into physical ones: chooses access paths and join methods, and leaves out what nobody reads.
 * `required` are the ids of the columns that the operator above reads; a plan may yield more.
 */
export class Planner {
  readonly estimator: Estimator;
  readonly subqueries: SubqueryPlanner;
  private readonly sharedQueries = new Map<Logical.SharedTable, Physical.SharedQuery>();
  private readonly optimizer: Optimizer;
  private readonly disabled: DisabledSwitches;

  constructor(statistics: Statistics, disabled: DisabledSwitches) {
    this.estimator = new Estimator(statistics);
    this.disabled = disabled;
    this.optimizer = new Optimizer(this.estimator, disabled);
    this.subqueries = new SubqueryPlanner((query) => this.planQuery(query));
  }

  isOn(name: OptimizerSwitch): boolean {
    return !this.disabled.has(name);
  }

  planQuery(query: Query): QueryPlan {
    return this.planOptimized(this.optimizer.optimize(query));
  }

  private planOptimized(query: Query): QueryPlan {
    const plan = this.plan(query.plan, new Set(query.columns.map((column) => column.id)), null);
    const slots = slotsOf(plan.columns);
    return { plan, columns: query.columns, slots: query.columns.map((column) => slots.get(column.id) as number) };
  }

  /** `wanted`: an order of the rows that the operator above could use; see {@link yieldsOrder}. */
  plan(node: LogicalPlan, required: ReadonlySet<ColumnId>, wanted: WantedOrder | null): PhysicalPlan {
    switch (node.kind) {
      case 'scan':
        return planScan(node, required, wanted, this);
      case 'values':
        return this.planValues(node);
      case 'filter':
        return this.planFilter(node, required, wanted);
      case 'project':
        return this.planProject(node, required, wanted);
      case 'join':
        return RELATIONAL_PLANNING.get().planJoin(node, required, wanted, this);
      case 'apply':
        return RELATIONAL_PLANNING.get().planApply(node, required, wanted, this);
      case 'aggregate':
        return planAggregate(node, required, wanted, this);
      case 'distinct':
        return DISTINCT_PLANNING.get().planDistinct(node, required, this);
      case 'sort':
        return this.planSort(node, required, false);
      case 'limit':
        return this.planLimit(node, required);
      case 'set-operation':
        return this.planSetOperation(node);
      case 'window':
        return WINDOW_PLANNING.get().planWindow(node, required, this);
      case 'recursive': {
        const { kind, columns, distinct, workingTable } = node;
        const steps = node.steps.map((step) => this.planOptimized(step));
        const terms = sortTerms(node.terms, columns);
        const anchor = this.planOptimized(node.anchor);
        return { kind, columns, anchor, steps, distinct, collations: compared(node), terms, workingTable };
      }
      case 'working-table':
        return node;
      case 'table-function':
        return this.planTableFunction(node, required);
      case 'common-table':
        return this.planCommonTable(node, required);
      default:
        return unreachable(node, 'plan');
    }
  }

  expression(expression: BoundExpression, columns: readonly PlanColumn[]): BoundExpression {
    return toSlots(expression, slotsOf(columns), this.subqueries);
  }

  /** All of the conditions over the columns; null where there are none. */
  condition(conditions: readonly BoundExpression[], columns: readonly PlanColumn[]): BoundExpression | null {
    return conditions.length === 0 ? null : this.expression(and(inTestOrder(conditions)), columns);
  }

  private planCommonTable(node: Logical.CommonTableNode, required: ReadonlySet<ColumnId>): PhysicalPlan {
    const { table } = node;
    let shared = this.sharedQueries.get(table);
    if (shared === undefined) {
      shared = { name: table.name, query: this.planQuery(table.query), readSlots: new Set() };
      this.sharedQueries.set(table, shared);
    }
    const { slots } = shared.query;
    const kept = node.columns.flatMap((column, i) => (required.has(column.id) ? [{ column, slot: slots[i] }] : []));
    const columns = kept.map(({ column }) => column);
    for (const { slot } of kept) shared.readSlots.add(slot);
    return { kind: 'common-table', columns, shared, slots: kept.map(({ slot }) => slot) };
  }

  private planValues(node: Logical.ValuesNode): PhysicalPlan {
    const rows = node.rows.map((row) => row.map((value) => this.expression(value, [])));
    return { kind: 'values', columns: node.columns, rows };
  }

  private planTableFunction(node: Logical.TableFunctionNode, required: ReadonlySet<ColumnId>): PhysicalPlan {
    const { kind, definition, alias } = node;
    const columns = node.columns.filter((column) => required.has(column.id));
    const args = node.arguments.map((argument) => this.expression(argument, []));
    return { kind, columns, definition, alias, arguments: args };
  }

  private planFilter(
    node: Logical.FilterNode,
    required: ReadonlySet<ColumnId>,
    wanted: WantedOrder | null,
  ): PhysicalPlan {
    const input = this.plan(node.input, union(required, readColumns(...node.conditions)), wanted);
    const condition = this.expression(and(inTestOrder(node.conditions)), input.columns);
    return { kind: 'filter', columns: input.columns, input, condition };
  }

  private planProject(
    node: Logical.ProjectNode,
    required: ReadonlySet<ColumnId>,
    wanted: WantedOrder | null,
  ): PhysicalPlan {
    const columns = node.columns.filter((column) => required.has(column.id));
    const read = readColumns(...columns.map((column) => column.expression));
    const input = this.plan(node.input, read, wanted === null ? null : orderBelow(wanted, node.columns));
    const slots = slotsOf(input.columns);
    const expressions = columns.map((column) => toSlots(column.expression, slots, this.subqueries));
    const renamed = renamedColumns(columns, input.columns);
    if (renamed !== null) return { ...input, columns: renamed } as PhysicalPlan;
    return { kind: 'project', columns, input, expressions };
  }

  private planSort(node: Logical.SortNode, required: ReadonlySet<ColumnId>, stopsEarly: boolean): PhysicalPlan {
    const needed = union(required, ids(node.terms.map((term) => term.column)));
    const { terms } = node;
    const input = this.plan(node.input, needed, this.isOn('index-order') ? { terms, stopsEarly } : null);
    if (yieldsOrder(input)) return input;
    return { kind: 'sort', columns: input.columns, input, terms: sortTerms(terms, input.columns) };
  }

  /** LIMIT over ORDER BY keeps only the best rows, unless an index yields them in order. */
  private planLimit(node: Logical.LimitNode, required: ReadonlySet<ColumnId>): PhysicalPlan {
    const limit = node.limit === null ? null : this.expression(node.limit, []);
    const offset = node.offset === null ? null : this.expression(node.offset, []);
    const needed = union(required, ids((node.ties ?? []).map((term) => term.column)));
    const { input: below, ties = [] } = node;
    const input = below.kind === 'sort' ? this.planSort(below, needed, limit !== null) : this.plan(below, needed, null);

    if (input.kind === 'sort' && limit !== null && ties.length === 0 && this.isOn('top-n')) {
      return { kind: 'top-n', columns: input.columns, input: input.input, terms: input.terms, limit, offset };
    }
    return { kind: 'limit', columns: input.columns, input, limit, offset, ties: sortTerms(ties, input.columns) };
  }

  private planSetOperation(node: Logical.SetOperationNode): PhysicalPlan {
    const left = this.planOptimized(node.left);
    const right = this.planOptimized(node.right);
    const { operator, all, columns } = node;
    return {
      kind: 'set-operation',
      columns,
      operator,
      all,
      collations: compared(node),
      left: left.plan,
      right: right.plan,
      leftSlots: left.slots,
      rightSlots: right.slots,
    };
  }
}

/** What a compound compares each column by. */
function compared({ collations }: Logical.SetOperationNode | Logical.RecursiveNode): readonly Collation[] {
  return collations.map((collation) => collation ?? 'BINARY');
}

export function sortTerms(
  terms: readonly Logical.SortTerm[],
  columns: readonly PlanColumn[],
): readonly Physical.SortTermPlan[] {
  const slots = slotsOf(columns);
  return terms.map(({ column, collation, descending, nullsFirst }) => ({
    position: slots.get(column.id) as number,
    collation,
    descending,
    nullsFirst,
  }));
}

/** The input's columns under the names that a projection gives them; null where it does more than that. */
function renamedColumns(
  columns: readonly Logical.ProjectedColumn[],
  input: readonly PlanColumn[],
): readonly PlanColumn[] | null {
  const renamed = new Map<ColumnId, PlanColumn>();
  for (const { id, name, type, collation, affinity, expression } of columns) {
    if (expression.kind !== 'column' || renamed.has(expression.index)) return null;
    renamed.set(expression.index, { id, name, type, collation, affinity });
  }
  // A function's columns say more than their names.
  return input.map((column) => {
    const other = renamed.get(column.id);
    return other === undefined ? column : { ...column, ...other };
  });
}

export function ids(columns: readonly PlanColumn[]): ReadonlySet<ColumnId> {
  return new Set(columns.map((column) => column.id));
}

export function union(a: ReadonlySet<ColumnId>, b: ReadonlySet<ColumnId>): ReadonlySet<ColumnId> {
  let all: Set<ColumnId> | null = null;
  for (const id of b) if (!a.has(id)) all = (all ?? new Set(a)).add(id);
  return all ?? a;
}
