import type { ColumnId, JoinNode, LogicalPlan, ProjectNode } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { isDeterministic, mapColumns } from '../../expressions/inspect.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds, readColumns, subqueriesOf } from '../reads.ts';
import type { Rule } from '../rule.ts';

type Conditions = readonly BoundExpression[];

/** Moves conditions as close to the tables as they can go: into scans, below joins, through projections. */
export const pushDownPredicates = {
  name: 'push-down-predicates',
  apply: (plan) => pushDown(plan),
} as const satisfies Rule;

function pushDown(plan: LogicalPlan, conditions: Conditions = []): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
      return pushDown(plan.input, [...conditions, ...plan.conditions]);
    case 'scan':
      return { ...plan, conditions: [...plan.conditions, ...conditions] };
    case 'values':
      return filtered(plan, conditions);
    case 'project':
      return throughProject(plan, conditions);
    case 'join':
      return intoJoin(plan, conditions);
    case 'apply': {
      const [toLeft, above] = split(conditions, (condition) => isOver(condition, outputIds(plan.left)));
      const sides = { left: pushDown(plan.left, toLeft), right: pushDown(plan.right) };
      return filtered({ ...plan, ...sides }, above);
    }
    case 'aggregate': {
      const plain = plan.keys.filter((key) => key.expression.kind === 'column' && plan.sets === undefined);
      const keys = new Set(plain.map((key) => key.id));
      const [below, above] = split(conditions, (condition) => plan.keys.length > 0 && isOver(condition, keys));
      return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
    }
    case 'distinct': {
      const keys = new Set(plan.columns.map((column) => column.id));
      const [below, above] = split(conditions, (condition) => isOver(condition, keys));
      return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
    }
    case 'sort':
      return { ...plan, input: pushDown(plan.input, conditions) };
    case 'limit':
    case 'window':
      return filtered({ ...plan, input: pushDown(plan.input) }, conditions);
    case 'working-table':
      return filtered(plan, conditions);
    case 'set-operation':
    case 'recursive':
      return filtered(
        mapInputs(plan, (input) => pushDown(input)),
        conditions,
      );
  }
}

function filtered(plan: LogicalPlan, conditions: Conditions): LogicalPlan {
  return conditions.length === 0 ? plan : { kind: 'filter', input: plan, conditions };
}

function split(conditions: Conditions, test: (condition: BoundExpression) => boolean): [Conditions, Conditions] {
  return [conditions.filter(test), conditions.filter((condition) => !test(condition))];
}

/** True when a condition may be moved to where only these columns are; columns of enclosing queries are constants. */
function isOver(condition: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  return isDeterministic(condition) && [...readColumns(condition)].every((id) => ids.has(id));
}

/** Conditions on computed columns go below with the computation in the column's place. */
function throughProject(plan: ProjectNode, conditions: Conditions): LogicalPlan {
  const passed = outputIds(plan.input);
  const computed = new Map(plan.columns.map((column) => [column.id, column.expression]));
  const below: BoundExpression[] = [];
  const above: BoundExpression[] = [];
  for (const condition of conditions) {
    if (isOver(condition, passed)) below.push(condition);
    else if (subqueriesOf(condition).length === 0 && isDeterministic(condition)) {
      const moved = mapColumns(condition, (column) => computed.get(column.index) ?? column);
      if (isDeterministic(moved) && subqueriesOf(moved).length === 0) below.push(moved);
      else above.push(condition);
    } else above.push(condition);
  }
  return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
}

function intoJoin(plan: JoinNode, conditions: Conditions): LogicalPlan {
  switch (plan.join) {
    case 'inner':
      return intoInnerJoin(plan, conditions);
    case 'left':
    case 'full':
      return intoOuterJoin(plan, conditions);
    case 'semi':
    case 'anti':
    case 'single':
    case 'mark':
      return intoLeftRows(plan, conditions);
  }
}

/** Left rows pass or get columns, one by one: conditions on them alone go below, conditions on the right side too. */
function intoLeftRows(plan: JoinNode, conditions: Conditions): LogicalPlan {
  const leftIds = outputIds(plan.left);
  const rightIds = outputIds(plan.right);
  const [toLeft, above] = split(conditions, (condition) => isOver(condition, leftIds));
  const [toRight, kept] = split(plan.conditions, (condition) => isOver(condition, rightIds));
  const left = pushDown(plan.left, toLeft);
  const right = pushDown(plan.right, toRight);
  return filtered({ ...plan, left, right, conditions: kept }, above);
}

function intoInnerJoin(plan: JoinNode, conditions: Conditions): LogicalPlan {
  const leftIds = outputIds(plan.left);
  const rightIds = outputIds(plan.right);
  const all = [...plan.conditions, ...conditions];
  const [toLeft, notLeft] = split(all, (condition) => isOver(condition, leftIds));
  const [toRight, kept] = split(notLeft, (condition) => isOver(condition, rightIds));
  return {
    ...plan,
    left: pushDown(plan.left, toLeft),
    right: pushDown(plan.right, toRight),
    conditions: kept,
  };
}

/** Of a left join, conditions on the result go left, conditions of ON go right; of a full join, nothing moves. */
function intoOuterJoin(plan: JoinNode, conditions: Conditions): LogicalPlan {
  if (plan.join === 'full') {
    const sides = { left: pushDown(plan.left), right: pushDown(plan.right) };
    return filtered({ ...plan, ...sides }, conditions);
  }
  const leftIds = outputIds(plan.left);
  const rightIds = outputIds(plan.right);
  if (conditions.some((condition) => rejectsNulls(condition, rightIds))) {
    return intoInnerJoin({ ...plan, join: 'inner' }, conditions);
  }
  const [toLeft, above] = split(conditions, (condition) => isOver(condition, leftIds));
  const [toRight, kept] = split(plan.conditions, (condition) => isOver(condition, rightIds));
  const joined: JoinNode = {
    ...plan,
    left: pushDown(plan.left, toLeft),
    right: pushDown(plan.right, toRight),
    conditions: kept,
  };
  return filtered(joined, above);
}

/** True when no row whose columns `ids` are all NULL can pass: the left join is an inner join then. */
function rejectsNulls(condition: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  if (condition.kind === 'is-null' && condition.negated) return isNullWith(condition.operand, ids);
  if (condition.kind !== 'comparison' || condition.operator === 'IS' || condition.operator === 'IS NOT') return false;
  return isNullWith(condition.left, ids) || isNullWith(condition.right, ids);
}

function isNullWith(expression: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  if (expression.kind === 'column') return ids.has(expression.index);
  if (expression.kind === 'affinity' || expression.kind === 'collate') return isNullWith(expression.operand, ids);
  if (expression.kind === 'arithmetic') return isNullWith(expression.left, ids) || isNullWith(expression.right, ids);
  return false;
}
