import { collectReadColumns } from '../binder/bind-grouping.ts';
import type {
  AggregateNode,
  ApplyNode,
  ColumnId,
  ColumnIds,
  JoinNode,
  LogicalPlan,
  PlanColumn,
} from '../binder/logical-plan.ts';
import { isLogicalSubquery, type LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import { isDeterministic, isSubquery, someNode } from '../expressions/inspect.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';

/** Ids of the columns that expressions read, those of their correlated subqueries included. */
export function readColumns(...expressions: readonly BoundExpression[]): Set<ColumnId> {
  const read = new Set<ColumnId>();
  for (const expression of expressions) collectReadColumns(expression, read);
  return read;
}

/** The columns that a plan yields. */
export function outputColumns(plan: LogicalPlan): readonly PlanColumn[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'project':
    case 'set-operation':
    case 'recursive':
    case 'working-table':
    case 'table-function':
    case 'common-table':
      return plan.columns;
    case 'filter':
    case 'distinct':
    case 'sort':
    case 'limit':
      return outputColumns(plan.input);
    case 'join':
    case 'apply':
      return joinedColumns(plan);
    case 'window':
      return [...outputColumns(plan.input), ...plan.calls.map((call) => call.column)];
    case 'aggregate':
      return [...plan.keys, ...plan.calls.map((call) => call.column), ...plan.bare, ...groupingColumn(plan)];
  }
}

/** The column that a grouping with several sets adds. */
export function groupingColumn({ grouping }: AggregateNode): readonly PlanColumn[] {
  return grouping === undefined ? [] : [grouping];
}

/** Plans are frozen, and every join above asks again. */
const JOINED = new WeakMap<LogicalPlan, readonly PlanColumn[]>();
const LONG_LISTS = new WeakMap<readonly PlanColumn[], ColumnIds>();

function joinedColumns(plan: JoinNode | ApplyNode): readonly PlanColumn[] {
  const known = JOINED.get(plan);
  if (known !== undefined) return known;
  const left = outputColumns(plan.left);
  const columns = ((): readonly PlanColumn[] => {
    switch (plan.join) {
      case 'semi':
      case 'anti':
        return left;
      case 'mark':
        return plan.mark === undefined ? left : [...left, plan.mark];
      default:
        return [...left, ...outputColumns(plan.right)];
    }
  })();
  JOINED.set(plan, columns);
  return columns;
}

/** The columns that a plan yields, to be asked for one. */
export function outputIds(plan: LogicalPlan): ColumnIds {
  return yieldsBothSides(plan) ? new JoinedIds(plan) : listedIds(outputColumns(plan));
}

function yields(plan: LogicalPlan, id: ColumnId): boolean {
  return yieldsBothSides(plan) ? new JoinedIds(plan).has(id) : isListed(outputColumns(plan), id);
}

/** So many are quicker looked through than put into a set. */
const FEW_COLUMNS = 16;

function listedIds(columns: readonly PlanColumn[]): ColumnIds {
  return columns.length <= FEW_COLUMNS ? { has: (id) => isListed(columns, id) } : longList(columns);
}

function isListed(columns: readonly PlanColumn[], id: ColumnId): boolean {
  if (columns.length > FEW_COLUMNS) return longList(columns).has(id);
  for (let i = 0; i < columns.length; i++) if (columns[i].id === id) return true;
  return false;
}

function longList(columns: readonly PlanColumn[]): ColumnIds {
  let ids = LONG_LISTS.get(columns);
  if (ids === undefined) {
    ids = new Set(columns.map((column) => column.id));
    LONG_LISTS.set(columns, ids);
  }
  return ids;
}

function yieldsBothSides(plan: LogicalPlan): plan is JoinNode {
  return plan.kind === 'join' && (plan.join === 'inner' || plan.join === 'left' || plan.join === 'full');
}

/** Asks the sides: in a long run of joins, a set for each would hold all columns of those below. */
class JoinedIds implements ColumnIds {
  private readonly join: JoinNode;

  constructor(join: JoinNode) {
    this.join = join;
  }

  has(id: ColumnId): boolean {
    let plan: LogicalPlan = this.join;
    while (yieldsBothSides(plan)) {
      if (yields(plan.right, id)) return true;
      plan = plan.left;
    }
    return yields(plan, id);
  }
}

/** The subquery that an expression is of; null for other expressions. */
export function subqueryOf(expression: BoundExpression): LogicalSubquery | null {
  switch (expression.kind) {
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return isLogicalSubquery(expression.subquery) ? expression.subquery : null;
    default:
      return null;
  }
}

/** The subqueries that stand directly in an expression. */
export function subqueriesOf(expression: BoundExpression, into: SubqueryHandle[] = []): readonly SubqueryHandle[] {
  someNode(expression, (node) => {
    if (isSubquery(node)) into.push(node.subquery);
    return false;
  });
  return into;
}

/** False when a plan's rows may differ between two runs in one statement. */
export function isDeterministicPlan(plan: LogicalPlan): boolean {
  return expressionsOf(plan).every(isDeterministic) && inputsOf(plan).every(isDeterministicPlan);
}

/** True when the expression has one value while an operator is open: no columns, and no subquery that reads any. */
export function isRunConstant(expression: BoundExpression): boolean {
  if (expression.kind === 'literal' || expression.kind === 'parameter') return true;
  if (!isDeterministic(expression) || readColumns(expression).size > 0) return false;
  return subqueriesOf(expression).every((handle) => isLogicalSubquery(handle) && !handle.correlated);
}
