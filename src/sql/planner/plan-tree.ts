import { unreachable } from '../../base/assert.ts';
import type { LogicalPlan, Query } from '../binder/logical-plan.ts';
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
      return input === plan.input ? plan : { ...plan, input };
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

/** Rebuilds a plan from the leaves up: `change` sees each node after its inputs have been changed. */
export function mapPlan(plan: LogicalPlan, change: PlanMapper): LogicalPlan {
  return change(mapInputs(plan, (input) => mapPlan(input, change)));
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
      return conditions === plan.conditions ? plan : { ...plan, conditions };
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
      return columns === plan.columns ? plan : { ...plan, columns };
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
  mapNodeExpressions(plan, (expression) => {
    found.push(expression);
    return expression;
  });
  return found;
}
