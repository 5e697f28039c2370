import type { ColumnIds } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';

/** True when a condition cannot be true of a row in which all of these columns are NULL. */
export function rejectsNulls(condition: BoundExpression, ids: ColumnIds): boolean {
  switch (condition.kind) {
    case 'is-null':
      return condition.negated && isNullWith(condition.operand, ids);
    case 'is-truth':
      return !condition.negated && isNullWith(condition.operand, ids);
    case 'and':
      return condition.operands.some((operand) => rejectsNulls(operand, ids));
    case 'or':
      return condition.operands.every((operand) => rejectsNulls(operand, ids));
    default:
      return isNullWith(condition, ids);
  }
}

/** True when the expression is NULL where all of these columns are. */
function isNullWith(expression: BoundExpression, ids: ColumnIds): boolean {
  const isNull = (operand: BoundExpression): boolean => isNullWith(operand, ids);
  switch (expression.kind) {
    case 'column':
      return ids.has(expression.index);
    case 'comparison':
      if (expression.operator === 'IS' || expression.operator === 'IS NOT') return false;
      return isNull(expression.left) || isNull(expression.right);
    case 'arithmetic':
    case 'bitwise':
    case 'concat':
      return isNull(expression.left) || isNull(expression.right);
    case 'unary':
    case 'not':
    case 'cast':
    case 'affinity':
    case 'collate':
    case 'in-list':
      return isNull(expression.operand);
    case 'like':
      return isNull(expression.operand) || isNull(expression.pattern);
    case 'function':
      return expression.definition.nullPropagating && expression.arguments.some(isNull);
    default:
      return false;
  }
}
