import type {
  ArithmeticExpression,
  ArithmeticOperator,
  BoundExpression,
  LiteralExpression,
} from './bound-expression.ts';
import { bindCast, castTo, literal, united } from './build.ts';
import { numberFunctions, type RoundingMode } from './decimal-functions.ts';
import { decimalType, digitsOf, isDecimal, SHORT_PRECISION, STATIC_TYPES, type StaticType } from './static-type.ts';
import { type Decimal, decimalOfNumber, parseDecimal, powerOfTen } from './values/decimal.ts';
import { decimalValue } from './values/typed-decimal.ts';

const { BIGDECIMAL, REAL } = STATIC_TYPES;

/** Places that a product of 18 digits may have whatever its sides hold: prices times quantities times rates. */
const SHORT_PRODUCT_SCALE = 6;

/** The decimal that a literal number is, as it was written; null for anything else. */
export function decimalOfLiteral(expression: BoundExpression): Decimal | null {
  if (expression.kind !== 'literal') return null;
  const { value, numeral, type } = expression;
  if (isDecimal(type)) return null;
  if (numeral !== undefined) return parseDecimal(numeral);
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  return typeof value === 'number' ? decimalOfNumber(value) : null;
}

/** The type that holds a decimal and nothing longer. */
function typeOfDecimal({ units, scale }: Decimal): StaticType {
  const digits = (units < 0n ? -units : units).toString().length;
  const precision = Math.max(digits, scale);
  return precision <= SHORT_PRECISION ? decimalType(precision, scale) : { kind: 'BIGDECIMAL', scale };
}

export function decimalLiteral(decimal: Decimal, type: StaticType = typeOfDecimal(decimal)): LiteralExpression {
  return literal(decimalValue(decimal, type), type);
}

/**
 * Arithmetic where a side is a DECIMAL: exact, with the places that PostgreSQL's numeric gives. Beside a REAL it is REAL;
 * what is known only when it runs (parameters, ANY) counts as the decimal that it is written as.
 */
export function decimalArithmetic(
  operator: ArithmeticOperator,
  left: BoundExpression,
  right: BoundExpression,
): BoundExpression {
  if (left.type.kind === 'NULL' || right.type.kind === 'NULL') {
    return { kind: 'arithmetic', operator, left, right, type: STATIC_TYPES.NULL };
  }
  const [a, b] = [exact(left), exact(right)];
  if (a === null || b === null) {
    return { kind: 'arithmetic', operator, left: asReal(left), right: asReal(right), type: REAL };
  }
  return shortArithmetic(operator, a, b) ?? longArithmetic(operator, a, b);
}

function exact(operand: BoundExpression): BoundExpression | null {
  const decimal = decimalOfLiteral(operand);
  if (decimal !== null) return decimalLiteral(decimal);
  if (operand.type.kind === 'REAL') return null;
  return digitsOf(operand.type) === null ? bindCast(operand, 'BIGDECIMAL') : operand;
}

function asReal(operand: BoundExpression): BoundExpression {
  return isDecimal(operand.type) ? castTo(operand, REAL) : operand;
}

/** In 64 bits, where 18 digits are enough for all that the sides may be; null where they are not. */
function shortArithmetic(operator: ArithmeticOperator, a: BoundExpression, b: BoundExpression): BoundExpression | null {
  const [left, right] = [digitsOf(a.type), digitsOf(b.type)];
  if (left === null || right === null || left.scale === undefined || right.scale === undefined) return null;
  if (a.type.kind === 'BIGDECIMAL' || b.type.kind === 'BIGDECIMAL' || operator === '/') return null;
  if (operator === '*') {
    const scale = left.scale + right.scale;
    const precision = left.whole + right.whole + scale;
    if (precision > SHORT_PRECISION && scale > SHORT_PRODUCT_SCALE) return null;
    return short(operator, a, b, Math.min(precision, SHORT_PRECISION), scale);
  }
  const scale = Math.max(left.scale, right.scale);
  // Few INTEGERs are as long as they may be: those that are get NUMERIC_OVERFLOW.
  const whole = Math.max(...[a, b].map(({ type }) => (isDecimal(type) ? digitsOf(type)!.whole : 1)));
  if (whole + scale > SHORT_PRECISION) return null;
  const [x, y] = [scaledUp(a, scale - left.scale), scaledUp(b, scale - right.scale)];
  return short(operator, x, y, Math.min(whole + scale + 1, SHORT_PRECISION), scale);
}

function short(
  operator: ArithmeticOperator,
  left: BoundExpression,
  right: BoundExpression,
  precision: number,
  scale: number,
): ArithmeticExpression {
  return { kind: 'arithmetic', operator, left, right, type: { kind: 'DECIMAL', precision, scale } };
}

/** The same number in units that are smaller by that many places. */
export function scaledUp(operand: BoundExpression, places: number): BoundExpression {
  if (places === 0) return operand;
  const { scale = 0 } = operand.type;
  const type: StaticType = { kind: 'DECIMAL', precision: SHORT_PRECISION, scale: scale + places };
  if (operand.kind === 'literal') return literal((operand.value as bigint) * powerOfTen(places), type);
  return { kind: 'arithmetic', operator: '*', left: operand, right: literal(powerOfTen(places)), type };
}

function longArithmetic(operator: ArithmeticOperator, a: BoundExpression, b: BoundExpression): BoundExpression {
  const scale = scaleOf(operator, a.type.scale ?? scaleOfWhole(a.type), b.type.scale ?? scaleOfWhole(b.type));
  return {
    kind: 'function',
    definition: numberFunctions.arithmetic[operator],
    arguments: [asBig(a), asBig(b)],
    collation: 'BINARY',
    type: scale === undefined ? BIGDECIMAL : { kind: 'BIGDECIMAL', scale },
  };
}

function scaleOfWhole(type: StaticType): number | undefined {
  return isDecimal(type) ? undefined : 0;
}

function scaleOf(operator: ArithmeticOperator, a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined || operator === '/') return undefined;
  return operator === '*' ? a + b : Math.max(a, b);
}

export function asBig(operand: BoundExpression): BoundExpression {
  return operand.type.kind === 'BIGDECIMAL' ? operand : castTo(operand, BIGDECIMAL);
}

/** -x of a DECIMAL. */
export function negateDecimal(operand: BoundExpression): BoundExpression {
  if (operand.type.kind === 'DECIMAL') return { kind: 'unary', operator: '-', operand, type: operand.type };
  return bigFunction('negate', [operand], operand.type);
}

function bigFunction(
  name: 'negate' | 'abs' | 'sign' | RoundingMode,
  args: readonly BoundExpression[],
  type: StaticType,
): BoundExpression {
  return { kind: 'function', definition: numberFunctions[name], arguments: args, collation: 'BINARY', type };
}

/** A function of numbers that has an answer of its own for DECIMALs; null for others, which take them as REALs or text. */
export function decimalFunction(name: string, args: readonly BoundExpression[]): BoundExpression | null {
  const [x, y] = args;
  switch (name) {
    case 'abs':
      return args.length === 1 ? castTo(bigFunction('abs', [asBig(x)], BIGDECIMAL), x.type) : null;
    case 'sign':
      return args.length === 1 ? bigFunction('sign', [asBig(x)], STATIC_TYPES.INTEGER) : null;
    case 'mod':
      return args.length === 2 && y.type.kind !== 'REAL' ? decimalArithmetic('%', x, y) : null;
    case 'round':
    case 'trunc':
      return args.length === 1 || args.length === 2 ? rounded(name, x, y) : null;
    case 'ceil':
    case 'ceiling':
      return args.length === 1 ? rounded('ceil', x, undefined) : null;
    case 'quote':
      return args.length === 1 ? { kind: 'coalesce', ...united([bindCast(x, 'TEXT'), literal('NULL')]) } : null;
    case 'floor':
      return args.length === 1 ? rounded('floor', x, undefined) : null;
    default:
      return null;
  }
}

/** As many places as were asked for, where that is known, and no more than there were. */
function rounded(mode: RoundingMode, x: BoundExpression, places: BoundExpression | undefined): BoundExpression {
  if (!isDecimal(x.type)) return rounded(mode, asBig(x), places);
  const count = places === undefined ? literal(0n) : places;
  const call = bigFunction(mode, [asBig(x), castTo(count, STATIC_TYPES.INTEGER)], BIGDECIMAL);
  const { scale, precision = SHORT_PRECISION } = x.type;
  if (count.kind !== 'literal' || typeof count.value !== 'bigint' || scale === undefined) return call;
  const kept = Math.min(scale, Math.max(0, Number(count.value)));
  if (x.type.kind === 'BIGDECIMAL') return { ...call, type: { kind: 'BIGDECIMAL', scale: kept } } as BoundExpression;
  return castTo(call, decimalType(Math.min(SHORT_PRECISION, precision - scale + kept + 1), kept));
}
