import { HeliosError } from '../../base/errors.ts';
import { type Affinity, affinityOfType } from './affinity-kind.ts';
import type { BoundExpression } from './bound-expression.ts';
import { castTo, literal } from './build.ts';
import { comparable, type Sides, withAffinity } from './build-comparison.ts';
import { asBig, decimalLiteral, decimalOfLiteral, scaledUp } from './build-decimal.ts';
import {
  arrayOf,
  commonType,
  digitsOf,
  isDecimal,
  SHORT_PRECISION,
  STATIC_TYPES,
  type StaticType,
  sameType,
  typeName,
} from './static-type.ts';
import { comparableUnits } from './values/extended-affinity.ts';

/**
 * The sides of a comparison of which one is a DECIMAL, an ARRAY, JSON or a UUID; null where none is. A DECIMAL column
 * stays as it is beside a constant, so that its indexes and zone maps count.
 */
export function typedSides(left: BoundExpression, right: BoundExpression): Sides | null {
  if (left.type.kind === 'NULL' || right.type.kind === 'NULL') return null;
  if (isDecimal(left.type) && isDecimal(right.type)) return decimalSides(left, right);
  if (isDecimal(left.type) && isTime(right.type)) return comparable(castTo(left, STATIC_TYPES.REAL), right);
  if (isDecimal(right.type) && isTime(left.type)) return comparable(left, castTo(right, STATIC_TYPES.REAL));
  if (left.type.kind === 'ARRAY' || right.type.kind === 'ARRAY') return arraySides(left, right);
  if (left.type.kind === 'JSON' && right.type.kind === 'JSON') return jsonSides(left, right);
  const beside = besideTyped(left, right);
  if (beside !== null) return [left, beside];
  const flipped = besideTyped(right, left);
  return flipped === null ? null : [flipped, right];
}

/** `other` beside values of `typed`'s type; null where that type asks for nothing. */
function besideTyped(typed: BoundExpression, other: BoundExpression): BoundExpression | null {
  const affinity = typedAffinity(typed.type, other.type);
  if (affinity === null) return null;
  const decimal = isDecimal(typed.type) ? decimalOfLiteral(other) : null;
  if (decimal === null) return withAffinity(other, affinity);
  if (typed.type.kind === 'BIGDECIMAL') return decimalLiteral(decimal, STATIC_TYPES.BIGDECIMAL);
  const units = comparableUnits(decimal, typed.type.scale ?? 0);
  return typeof units === 'bigint' ? literal(units, typed.type) : literal(units);
}

/** What values of type `other` are converted by beside `typed`; null where `typed` asks for nothing. */
export function typedAffinity(typed: StaticType, other: StaticType): Affinity | null {
  if (isDecimal(typed)) return isTime(other) || isDecimal(other) ? null : affinityOfType(typed);
  const isLoose = other.kind === 'TEXT' || other.kind === 'ANY';
  return isLoose && (typed.kind === 'UUID' || typed.kind === 'JSON') ? affinityOfType(typed) : null;
}

function isTime({ kind }: StaticType): boolean {
  return kind === 'TIMESTAMP' || kind === 'DATE';
}

function decimalSides(left: BoundExpression, right: BoundExpression): Sides {
  const [a, b] = [digitsOf(left.type), digitsOf(right.type)];
  if (left.type.kind === right.type.kind && (left.type.kind === 'BIGDECIMAL' || a?.scale === b?.scale))
    return [left, right];
  const isShort = left.type.kind === 'DECIMAL' && right.type.kind === 'DECIMAL';
  if (isShort && a?.scale !== undefined && b?.scale !== undefined) {
    const scale = Math.max(a.scale, b.scale);
    if (Math.max(a.whole, b.whole) + scale <= SHORT_PRECISION) {
      return [scaledUp(left, scale - a.scale), scaledUp(right, scale - b.scale)];
    }
  }
  return [asBig(left), asBig(right)];
}

/** Two arrays by elements of one type; text beside an array is read as one. */
function arraySides(left: BoundExpression, right: BoundExpression): Sides {
  const type = comparedArray(left.type, right.type);
  return [castTo(left, type), castTo(right, type)];
}

function isNumber({ kind }: StaticType): boolean {
  return kind === 'INTEGER' || kind === 'REAL' || kind === 'BOOLEAN';
}

/** The type that arrays and text beside them are compared as. */
function comparedArray(a: StaticType, b: StaticType): StaticType {
  if (a.element !== undefined && b.element !== undefined) {
    if (sameType(a, b)) return a;
    const element = commonType([a.element, b.element]);
    if (element.kind !== 'ANY') return arrayOf(element);
    if (isNumber(a.element) && isNumber(b.element)) return arrayOf(STATIC_TYPES.REAL);
  }
  const [array, other] = a.kind === 'ARRAY' ? [a, b] : [b, a];
  if (other.kind === 'TEXT' || other.kind === 'ANY') return array;
  throw new HeliosError('TYPE_MISMATCH', `${typeName(a)} and ${typeName(b)} cannot be compared`, {
    hint: 'Cast one side to the type of the other.',
  });
}

/** The type that both sides are cast to before they are compared; null where affinities are enough. */
export function comparedType(left: StaticType, right: StaticType): StaticType | null {
  if (left.kind === 'NULL' || right.kind === 'NULL') return null;
  if (isDecimal(left) && isDecimal(right)) {
    return left.kind === right.kind && left.scale === right.scale ? null : STATIC_TYPES.BIGDECIMAL;
  }
  if (left.kind === 'ARRAY' || right.kind === 'ARRAY') return comparedArray(left, right);
  return left.kind === 'JSON' && right.kind === 'JSON' && !sameType(left, right)
    ? { kind: 'JSON', binary: true }
    : null;
}

/** JSONB beside JSON makes both JSONB, where equal values are equal texts. */
function jsonSides(left: BoundExpression, right: BoundExpression): Sides {
  const type = left.type.binary === true ? left.type : right.type;
  return [castTo(left, type), castTo(right, type)];
}
