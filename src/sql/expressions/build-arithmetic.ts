import { HeliosError } from '../../base/errors.ts';
import type { ArithmeticOperator, BoundExpression } from './bound-expression.ts';
import { EXTENDED_TYPES } from './late-parts.ts';
import { isDecimal, STATIC_TYPES, type StaticType, typeName } from './static-type.ts';

/** Arithmetic, and that of times: TIMESTAMP ± seconds, TIMESTAMP - TIMESTAMP in seconds, DATE ± days, DATE - DATE in days. */
export function bindArithmetic(
  operator: ArithmeticOperator,
  left: BoundExpression,
  right: BoundExpression,
): BoundExpression {
  if (left.type.kind === 'ARRAY' || right.type.kind === 'ARRAY') {
    throw new HeliosError(
      'TYPE_MISMATCH',
      `${typeName(left.type)} ${operator} ${typeName(right.type)} has no meaning`,
      {
        hint: 'An array is joined to another with ||.',
      },
    );
  }
  if (isTime(left) || isTime(right)) return timeArithmetic(operator, left, right);
  if (isDecimal(left.type) || isDecimal(right.type))
    return EXTENDED_TYPES.get().decimalArithmetic(operator, left, right);
  return { kind: 'arithmetic', operator, left, right, type: arithmeticType(left.type, right.type) };
}

function arithmeticType(left: StaticType, right: StaticType): StaticType {
  if (left.kind === 'NULL' || right.kind === 'NULL') return STATIC_TYPES.NULL;
  if (left.kind === 'REAL' || right.kind === 'REAL') return STATIC_TYPES.REAL;
  return isInteger(left) && isInteger(right) ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}

function isInteger({ kind }: StaticType): boolean {
  return kind === 'INTEGER' || kind === 'BOOLEAN';
}

function isTime({ type }: BoundExpression): boolean {
  return type.kind === 'TIMESTAMP' || type.kind === 'DATE';
}

function timeArithmetic(operator: ArithmeticOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  const difference = operator === '-' && isTime(left) && isTime(right);
  const shift = (operator === '+' || operator === '-') && isTime(left) && !isTime(right);
  if (operator === '+' && isTime(right) && !isTime(left)) return timeArithmetic('+', right, left);
  if (!difference && !shift) {
    throw new HeliosError('TYPE_MISMATCH', `${left.type.kind} ${operator} ${right.type.kind} has no meaning`, {
      hint: 'Cast the time to a number or a text first.',
    });
  }
  const inDays = left.type.kind === 'DATE' && (shift || right.type.kind === 'DATE');
  const number = inDays ? STATIC_TYPES.INTEGER : STATIC_TYPES.REAL;
  const sum: BoundExpression = {
    kind: 'arithmetic',
    operator,
    left: asNumber(left, number),
    right: asNumber(right, number),
    type: number,
  };
  return shift ? { kind: 'cast', operand: sum, target: inDays ? 'DATE' : 'TIMESTAMP', type: left.type } : sum;
}

function asNumber(operand: BoundExpression, type: StaticType): BoundExpression {
  return { kind: 'cast', operand, target: type.kind === 'INTEGER' ? 'INTEGER' : 'REAL', type };
}
