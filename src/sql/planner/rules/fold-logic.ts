import type { BoundExpression, ComparisonOperator, LogicalExpression } from '../../expressions/bound-expression.ts';
import { and, literal, not } from '../../expressions/build.ts';
import { isCondition } from '../../expressions/evaluate/truth.ts';
import { truth } from '../../expressions/values/numeric.ts';
import { canRaise } from '../can-raise.ts';

type Conditions = readonly BoundExpression[];

/**
 * AND and OR without operands that change nothing, and without those behind one that decides. The decided value alone
 * remains where nothing before it could have raised an error.
 */
export function foldLogical(node: LogicalExpression): BoundExpression {
  const deciding = node.kind === 'or';
  const operands: BoundExpression[] = [];
  for (const operand of node.operands) {
    const known = operand.kind === 'literal' ? truth(operand.value) : null;
    if (known === null) operands.push(operand);
    else if (known === deciding) {
      if (!operands.some(canRaise)) return literal(deciding ? 1n : 0n);
      operands.push(operand);
      break;
    }
  }
  if (operands.length === node.operands.length) return node;
  if (operands.length === 0) return literal(deciding ? 0n : 1n);
  if (operands.length > 1) return { ...node, operands };
  return isTruthValue(operands[0]) ? operands[0] : node;
}

/** Conditions of which all must hold: those that always do go, and of those that never do one remains, alone. */
export function foldConditions(conditions: Conditions): Conditions {
  const kept: BoundExpression[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'and') kept.push(...condition.operands);
    else if (condition.kind !== 'literal') kept.push(condition);
    else if (truth(condition.value) !== true) {
      return kept.some(canRaise) ? [...kept, NEVER] : [NEVER];
    }
  }
  const isSame = kept.length === conditions.length && kept.every((condition, i) => condition === conditions[i]);
  return isSame ? conditions : kept;
}

/** The condition that holds for no row. */
const NEVER = literal(0n);

const INVERSE: { readonly [Operator in ComparisonOperator]: ComparisonOperator } = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  IS: 'IS NOT',
  'IS NOT': 'IS',
};

/** NOT, moved into its operand where that can say it. */
export function foldNot(node: BoundExpression): BoundExpression {
  if (node.kind !== 'not') return node;
  const { operand } = node;
  switch (operand.kind) {
    case 'comparison':
      return { ...operand, operator: INVERSE[operand.operator] };
    case 'in-list':
    case 'in-subquery':
    case 'exists':
    case 'like':
    case 'is-null':
    case 'is-truth':
      return { ...operand, negated: !operand.negated };
    case 'not':
      return isTruthValue(operand.operand) ? operand.operand : node;
    case 'or':
      return and(operand.operands.map((item) => foldNot(not(item))));
    default:
      return node;
  }
}

/** True of expressions that yield nothing but 0, 1 and NULL. */
function isTruthValue(expression: BoundExpression): boolean {
  return isCondition(expression) || expression.kind === 'exists' || expression.kind === 'in-subquery';
}
