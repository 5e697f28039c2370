import { unreachable } from '../../base/assert.ts';
import type { FilterNode, LogicalPlan, Query, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { mapAll } from '../expressions/inspect.ts';

type PlanMapper = (plan: LogicalPlan) => LogicalPlan;
type ExpressionMapper = (expression: BoundExpression) => BoundExpression;

/** The plan with changed inputs; the same object when none has changed. */
export function mapInputs(plan: LogicalPlan, change: PlanMapper): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'working-table':
    case 'table-function':
    case 'common-table':
      return plan;
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'window': {
      const input = change(plan.input);
      return input === plan.input ? plan : withInput(plan, input);
    }
    case 'join':
    case 'apply': {
      const left = change(plan.left);
      const right = change(plan.right);
      return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
    }
    case 'set-operation': {
      const left = mapQuery(plan.left, change);
      const right = mapQuery(plan.right, change);
      return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
    }
    case 'recursive': {
      const anchor = mapQuery(plan.anchor, change);
      const steps = mapAll(plan.steps, (step) => mapQuery(step, change));
      return anchor === plan.anchor && steps === plan.steps ? plan : { ...plan, anchor, steps };
    }
    default:
      return unreachable(plan, 'plan');
  }
}

function mapQuery(query: Query, change: PlanMapper): Query {
  const plan = change(query.plan);
  return plan === query.plan ? query : { ...query, plan };
}

type OneInput = Extract<LogicalPlan, { readonly input: LogicalPlan }>;

/** Property by property for the operators of most statements: a copy by spread has a hidden class of its own. */
function withInput(plan: OneInput, input: LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
      return { kind: 'filter', input, conditions: plan.conditions };
    case 'project':
      return { kind: 'project', input, columns: plan.columns };
    case 'distinct':
      return { kind: 'distinct', input, columns: plan.columns };
    case 'sort':
      return { kind: 'sort', input, terms: plan.terms };
    default:
      return { ...plan, input };
  }
}

/** The table or the filter with other conditions. */
export function withConditions<Plan extends ScanNode | FilterNode>(
  plan: Plan,
  conditions: readonly BoundExpression[],
): Plan;
export function withConditions(
  plan: ScanNode | FilterNode,
  conditions: readonly BoundExpression[],
): ScanNode | FilterNode {
  if (plan.kind === 'filter') return { kind: 'filter', input: plan.input, conditions };
  const { kind, table, instant, since, indexes, computedIndexes, alias, columns, indexedBy } = plan;
  return { kind, table, instant, since, indexes, computedIndexes, alias, columns, conditions, indexedBy };
}

/** Rebuilds a plan from the leaves up: `change` sees each node after its inputs have been changed. */
export function mapPlan(plan: LogicalPlan, change: PlanMapper): LogicalPlan {
  const changed: PlanMapper = (node) => change(mapInputs(node, changed));
  return changed(plan);
}

/** The plans below a node. */
export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'working-table':
    case 'table-function':
    case 'common-table':
      return [];
    case 'join':
    case 'apply':
      return [plan.left, plan.right];
    case 'set-operation':
      return [plan.left.plan, plan.right.plan];
    case 'recursive':
      return [plan.anchor.plan, ...plan.steps.map((step) => step.plan)];
    default:
      return [plan.input];
  }
}

/** The node with changed expressions of its own, its inputs' left alone; the same object when none has changed. */
export function mapNodeExpressions(plan: LogicalPlan, change: ExpressionMapper): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'filter': {
      const conditions = mapAll(plan.conditions, change);
      return conditions === plan.conditions ? plan : withConditions(plan, conditions);
    }
    case 'join': {
      const conditions = mapAll(plan.conditions, change);
      const nullAware = plan.nullAware === undefined ? undefined : mapAll(plan.nullAware, change);
      if (conditions === plan.conditions && nullAware === plan.nullAware) return plan;
      return { ...plan, conditions, ...(nullAware === undefined ? {} : { nullAware }) };
    }
    case 'values': {
      const rows = mapAll(plan.rows, (row) => mapAll(row, change));
      return rows === plan.rows ? plan : { ...plan, rows };
    }
    case 'project': {
      const columns = mapAll(plan.columns, (column) => withExpression(column, change));
      return columns === plan.columns ? plan : { kind: 'project', input: plan.input, columns };
    }
    case 'aggregate': {
      const keys = mapAll(plan.keys, (key) => withExpression(key, change));
      const calls = mapAll(plan.calls, (call) => {
        const args = mapAll(call.arguments, change);
        const filter = call.filter === null ? null : change(call.filter);
        const orderBy = mapAll(call.orderBy, (order) => withExpression(order, change));
        const isSame = args === call.arguments && filter === call.filter && orderBy === call.orderBy;
        return isSame ? call : { ...call, arguments: args, filter, orderBy };
      });
      return keys === plan.keys && calls === plan.calls ? plan : { ...plan, keys, calls };
    }
    case 'limit': {
      const limit = plan.limit === null ? null : change(plan.limit);
      const offset = plan.offset === null ? null : change(plan.offset);
      return limit === plan.limit && offset === plan.offset ? plan : { ...plan, limit, offset };
    }
    case 'table-function': {
      const args = mapAll(plan.arguments, change);
      return args === plan.arguments ? plan : { ...plan, arguments: args };
    }
    case 'apply':
    case 'distinct':
    case 'sort':
    case 'set-operation':
    case 'window':
    case 'recursive':
    case 'working-table':
    case 'common-table':
      return plan;
    default:
      return unreachable(plan, 'plan');
  }
}

function withExpression<Item extends { readonly expression: BoundExpression }>(item: Item, change: ExpressionMapper) {
  const expression = change(item.expression);
  return expression === item.expression ? item : { ...item, expression };
}

/** The expressions of a node itself. */
export function expressionsOf(plan: LogicalPlan): readonly BoundExpression[] {
  const found: BoundExpression[] = [];
  visitExpressions(plan, (expression) => found.push(expression));
  return found;
}

/** Calls `visit` with the expressions of a node itself, in the order of {@link mapNodeExpressions}. */
export function visitExpressions(plan: LogicalPlan, visit: (expression: BoundExpression) => void): void {
  switch (plan.kind) {
    case 'scan':
    case 'filter':
      plan.conditions.forEach(visit);
      break;
    case 'join':
      plan.conditions.forEach(visit);
      plan.nullAware?.forEach(visit);
      break;
    case 'values':
      for (const row of plan.rows) row.forEach(visit);
      break;
    case 'project':
      for (const { expression } of plan.columns) visit(expression);
      break;
    case 'aggregate':
      for (const { expression } of plan.keys) visit(expression);
      for (const { arguments: args, filter, orderBy } of plan.calls) {
        args.forEach(visit);
        if (filter !== null) visit(filter);
        for (const { expression } of orderBy) visit(expression);
      }
      break;
    case 'limit':
      if (plan.limit !== null) visit(plan.limit);
      if (plan.offset !== null) visit(plan.offset);
      break;
    case 'table-function':
      plan.arguments.forEach(visit);
  }
}
