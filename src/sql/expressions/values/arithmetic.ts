import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { ArithmeticOperator, BitwiseOperator } from '../bound-expression.ts';
import { checkedInteger } from './integer.ts';
import { integerOf, numericOf } from './numeric.ts';
import { textOf } from './text.ts';

/** NULL in, NULL out; two INTEGERs give an INTEGER or NUMERIC_OVERFLOW; anything REAL gives a REAL; NaN is NULL. */
export type BinaryFunction = (left: SqlValue, right: SqlValue) => SqlValue;

export function arithmeticFunction(operator: ArithmeticOperator): BinaryFunction {
  switch (operator) {
    case '+':
      return add;
    case '-':
      return subtract;
    case '*':
      return multiply;
    case '/':
      return divide;
    case '%':
      return remainder;
  }
}

function realOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

export function add(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [a, b] = [numericOf(left), numericOf(right)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInteger(a + b, 'the sum');
  return realOrNull(Number(a) + Number(b));
}

function subtract(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [a, b] = [numericOf(left), numericOf(right)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInteger(a - b, 'the difference');
  return realOrNull(Number(a) - Number(b));
}

function multiply(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [a, b] = [numericOf(left), numericOf(right)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return checkedInteger(a * b, 'the product');
  return realOrNull(Number(a) * Number(b));
}

/** INTEGER division cuts towards zero; division by zero is NULL. */
export function divide(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [a, b] = [numericOf(left), numericOf(right)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? null : checkedInteger(a / b, 'the quotient');
  const divisor = Number(b);
  return divisor === 0 ? null : realOrNull(Number(a) / divisor);
}

/** Of the integers that both sides are or begin with, with the sign of the left; REAL when a side is REAL. */
export function remainder(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [a, b] = [numericOf(left), numericOf(right)];
  if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? null : a % b;
  const divisor = integerOf(right);
  return divisor === 0n ? null : Number(integerOf(left) % divisor);
}

export function negateValue(value: SqlValue): SqlValue {
  if (value === null) return null;
  const number = numericOf(value);
  return typeof number === 'bigint' ? checkedInteger(-number, 'the negation') : 0 - number;
}

export function bitNotValue(value: SqlValue): SqlValue {
  return value === null ? null : ~integerOf(value);
}

export function bitwiseFunction(operator: BitwiseOperator): BinaryFunction {
  switch (operator) {
    case '&':
      return (a, b) => (a === null || b === null ? null : integerOf(a) & integerOf(b));
    case '|':
      return (a, b) => (a === null || b === null ? null : integerOf(a) | integerOf(b));
    case '<<':
      return (a, b) => (a === null || b === null ? null : shiftLeft(integerOf(a), integerOf(b)));
    case '>>':
      return (a, b) => (a === null || b === null ? null : shiftLeft(integerOf(a), -integerOf(b)));
  }
}

/** A negative count shifts the other way; beyond 63 places only the sign is left. */
function shiftLeft(value: bigint, places: bigint): bigint {
  if (places >= 64n) return 0n;
  if (places <= -64n) return value < 0n ? -1n : 0n;
  return places >= 0n ? BigInt.asIntN(64, value << places) : value >> -places;
}

export function concatValues(left: SqlValue, right: SqlValue): SqlValue {
  if (left === null || right === null) return null;
  const [first, second] = [textOf(left), textOf(right)];
  if (first.length + second.length > LIMITS.textLength) {
    throw new HeliosError('LIMIT_EXCEEDED', `|| would return more than ${LIMITS.textLength} characters`);
  }
  return first + second;
}
