import { readColumn } from '../../binder/binder.ts';
import type { JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression, ExistsExpression, InSubqueryExpression } from '../../expressions/bound-expression.ts';
import { not } from '../../expressions/build.ts';
import { hasSubquery, mapChildren } from '../../expressions/inspect.ts';
import { canRaise } from '../can-raise.ts';
import { mapInputs, mapNodeExpressions } from '../plan-tree.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { foldNot } from './fold-logic.ts';
import { partnersOf } from './unnest-partners.ts';
import { joinedScalar } from './unnest-scalar.ts';

/**
 * Subqueries as joins, where their plan can be told from the rows around it: EXISTS and IN among conditions become semi-
 * and antijoins, elsewhere mark joins; scalar subqueries become outer joins with a grouped subquery, or single joins.
 * What reads no row around it, and is no condition, runs once anyway. What may raise an error stays a subquery: as a
 * join it would meet rows that nobody asks about. Anything else is run per row, and remembered.
 */
export const unnestSubqueries = {
  name: 'unnest-subqueries',
  needs: ['subquery'],
  apply: (plan, context) => unnested(plan, context),
} as const satisfies Rule;

function unnested(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const below = mapInputs(plan, (input) => unnested(input, context));
  switch (below.kind) {
    case 'scan':
    case 'filter':
      return withUnnestedConditions(below, context);
    case 'join':
      return below.join === 'inner' ? withUnnestedConditions(below, context) : below;
    case 'project':
    case 'aggregate':
      return withUnnestedValues(below, context);
    default:
      return below;
  }
}

type Conditional = Extract<LogicalPlan, { kind: 'scan' | 'filter' }> | JoinNode;

function withUnnestedConditions(plan: Conditional, context: RuleContext): LogicalPlan {
  if (!plan.conditions.some(hasSubquery)) return plan;
  const kept = new Set(plan.conditions.filter((condition) => !hasSubquery(condition) && !canRaise(condition)));
  const start = withConditions(plan, [...kept]);
  const host: Host = { plan: start, context };
  const asked = plan.conditions.filter((condition) => !kept.has(condition));
  // Tests first: the fewer rows are left, the fewer need a value.
  const valued = asked.filter((condition) => !joinAsCondition(foldNot(condition), host));
  const above = valued.map((condition) => withJoinedValues(condition, host));
  if (host.plan === start) return plan;
  return above.length === 0 ? host.plan : { kind: 'filter', input: host.plan, conditions: above };
}

function withConditions(plan: Conditional, conditions: readonly BoundExpression[]): LogicalPlan {
  return plan.kind === 'filter' && conditions.length === 0 ? plan.input : { ...plan, conditions };
}

function withUnnestedValues(
  plan: Extract<LogicalPlan, { kind: 'project' | 'aggregate' }>,
  context: RuleContext,
): LogicalPlan {
  const host: Host = { plan: plan.input, context };
  const changed = mapNodeExpressions(plan, (expression) => withJoinedValues(expression, host));
  return host.plan === plan.input ? plan : mapInputs(changed, () => host.plan);
}

/** The plan that joins are added to, and what they need. */
interface Host {
  plan: LogicalPlan;
  readonly context: RuleContext;
}

/** EXISTS and IN as a whole condition: true when they have become a join. */
function joinAsCondition(condition: BoundExpression, host: Host): boolean {
  if (condition.kind !== 'exists' && condition.kind !== 'in-subquery') return false;
  const partners = partnersOf(condition, host.context);
  if (partners === null) return false;
  const { right, conditions, comparisons } = partners;
  const { negated } = condition;
  const isNullAware = negated && comparisons.length > 0;
  host.plan = {
    kind: 'join',
    join: negated ? 'anti' : 'semi',
    left: host.plan,
    right: unnested(right, host.context),
    conditions: isNullAware ? conditions : [...conditions, ...comparisons],
    ...(isNullAware ? { nullAware: comparisons } : {}),
  };
  return true;
}

/** The expression with columns of joins in the place of correlated subqueries. */
function withJoinedValues(expression: BoundExpression, host: Host): BoundExpression {
  if (!hasSubquery(expression)) return expression;
  switch (expression.kind) {
    case 'scalar-subquery': {
      const joined = joinedScalar(expression, host.plan, host.context);
      if (joined === null) return expression;
      host.plan = { ...joined.join, right: unnested(joined.join.right, host.context) };
      return joined.value;
    }
    case 'exists':
    case 'in-subquery':
      return joinedMark(expression, host);
    default:
      return mapChildren(expression, (child) => withJoinedValues(child, host));
  }
}

function joinedMark(expression: ExistsExpression | InSubqueryExpression, host: Host): BoundExpression {
  if (!expression.subquery.correlated) return expression;
  const partners = partnersOf(expression, host.context);
  if (partners === null) return expression;
  const { right, conditions, comparisons } = partners;
  const mark = host.context.newColumn({ name: 'mark', type: expression.type, collation: 'BINARY', affinity: 'NONE' });
  host.plan = {
    kind: 'join',
    join: 'mark',
    left: host.plan,
    right: unnested(right, host.context),
    conditions,
    ...(comparisons.length > 0 ? { nullAware: comparisons } : {}),
    mark,
  };
  const value = readColumn(mark);
  return expression.negated ? not(value) : value;
}
