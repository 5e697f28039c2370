import type { BoundExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
import { hasSubquery, isConstant, soleColumn, someNode } from '../expressions/inspect.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { canRaise } from './can-raise.ts';

/** What a condition costs per row, in steps: cheaper ones come first, so that the others see fewer rows. */
const COST = {
  /** A comparison with a constant, or a condition on one text column: one look into a table per row. */
  lookup: 0,
  columns: 1,
  other: 2,
  subquery: 3,
} as const;

/**
 * Conditions in the order in which to test them: the cheap ones first, and those on the same column side by side, where
 * they are tested together. One that may raise an error never sees a row that a condition before it would have kept from it.
 */
export function inTestOrder(conditions: readonly BoundExpression[]): readonly BoundExpression[] {
  if (conditions.length < 2) return conditions;
  let most = 0;
  const ranked = conditions.map((condition, i) => {
    const raises = canRaise(condition);
    const own = costOf(condition);
    most = Math.max(most, own);
    const column = soleColumn(condition);
    const isOpen = !raises && column !== null && own === COST.lookup;
    return { condition, cost: raises ? most : own, column: isOpen ? column : null, at: i };
  });
  for (const item of ranked) {
    const first = item.column === null ? item : ranked.find(({ column }) => column === item.column);
    if (first !== undefined) item.at = first.at;
  }
  return ranked.sort((a, b) => a.cost - b.cost || a.at - b.at).map(({ condition }) => condition);
}

function costOf(condition: BoundExpression): number {
  if (hasSubquery(condition)) return COST.subquery;
  if (soleColumn(condition) !== null && isOnText(condition)) return COST.lookup;
  switch (condition.kind) {
    case 'comparison':
      return comparisonCost(condition);
    case 'is-null':
      return condition.operand.kind === 'column' ? COST.lookup : COST.other;
    case 'in-list':
      return condition.operand.kind === 'column' ? COST.columns : COST.other;
    default:
      return COST.other;
  }
}

function comparisonCost({ left, right }: ComparisonExpression): number {
  const isColumn = [left, right].map(({ kind }) => kind === 'column');
  if (isColumn.every(Boolean)) return COST.columns;
  return (isColumn[0] && isConstant(right)) || (isColumn[1] && isConstant(left)) ? COST.lookup : COST.other;
}

/** True when a text column is read. */
function isOnText(expression: BoundExpression): boolean {
  return someNode(expression, ({ kind, type }) => kind === 'column' && physicalKindOf(type) === 'text');
}
