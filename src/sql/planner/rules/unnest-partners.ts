import { readColumn } from '../../binder/binder.ts';
import type { LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression, ExistsExpression, InSubqueryExpression } from '../../expressions/bound-expression.ts';
import { withAffinity } from '../../expressions/build-comparison.ts';
import { hasSubquery } from '../../expressions/inspect.ts';
import { canRaise, planCanRaise } from '../can-raise.ts';
import { type Decorrelated, decorrelate } from '../decorrelate.ts';
import { hoistedExpression, hoistedPlan } from '../hoist.ts';
import { isDeterministicPlan, subqueryOf } from '../reads.ts';
import type { RuleContext } from '../rule.ts';

/** What EXISTS and IN look for among the rows of `right`. */
interface Partners {
  readonly right: LogicalPlan;
  readonly conditions: readonly BoundExpression[];
  /** Of an IN: its operands with the subquery's columns. */
  readonly comparisons: readonly BoundExpression[];
}

/** The partners that make EXISTS or IN true; null where the subquery cannot become the side of a join. */
export function partnersOf(node: ExistsExpression | InSubqueryExpression, context: RuleContext): Partners | null {
  const subquery = subqueryOf(node);
  if (subquery === null || planCanRaise(subquery.query.plan) || !isDeterministicPlan(subquery.query.plan)) return null;
  // Without ties to the rows around it, EXISTS is one answer for all of them.
  if (node.kind === 'exists' && !subquery.correlated) return null;
  const need = node.kind === 'exists' ? 'existence' : 'set';
  const found = decorrelate(context.prepared(subquery.query.plan), need, context);
  if (found === null) return null;
  const comparisons = node.kind === 'exists' ? [] : comparisonsOf(node, subquery.query.columns.map(readColumn), found);
  if (node.kind === 'exists' && found.conditions.length === 0) return null;
  const conditions = found.conditions.map((condition) => hoistedExpression(condition));
  if ([...conditions, ...comparisons].some((condition) => hasSubquery(condition) || canRaise(condition))) return null;
  return { right: hoistedPlan(found.plan), conditions, comparisons };
}

function comparisonsOf(
  { operands, affinities, collations, type }: InSubqueryExpression,
  columns: readonly BoundExpression[],
  { computed }: Decorrelated,
): readonly BoundExpression[] {
  return operands.map((operand, i) => {
    const column = columns[i];
    const depends = column.kind === 'column' ? computed.get(column.index) : undefined;
    const value = depends === undefined ? column : hoistedExpression(depends);
    const right = withAffinity(value, affinities[i]);
    return { kind: 'comparison', operator: '=', left: operand, right, collation: collations[i], type };
  });
}
