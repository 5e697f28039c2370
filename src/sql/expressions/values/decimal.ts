import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';

/** An exact decimal number: `units` × 10^-scale. The scale is never negative. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?/;
const ONLY_BLANKS = /^[ \t\n\v\f\r]*$/;

const powers: bigint[] = [1n];

/** 10^n of a whole n ≥ 0. */
export function powerOfTen(n: number): bigint {
  if (n > 40) return 10n ** BigInt(n);
  for (let i = powers.length; i <= n; i++) powers.push(powers[i - 1] * 10n);
  return powers[n];
}

/** The decimal that the whole text is, blanks around it allowed; null when it is none, or has too many digits. */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  return match === null || !ONLY_BLANKS.test(text.slice(match[0].length)) ? null : decimalOfMatch(match);
}

/** The decimal that a text begins with, as arithmetic reads text; 0 when it begins with none. */
export function decimalPrefix(text: string): Decimal {
  const match = DECIMAL.exec(text);
  return (match === null ? null : decimalOfMatch(match)) ?? { units: 0n, scale: 0 };
}

function decimalOfMatch([, sign, whole = '', fraction = '', bare = '', exponentText = '0']: RegExpExecArray) {
  const digits = fraction + bare;
  const exponent = Number(exponentText);
  const limit = LIMITS.decimalDigits;
  if (whole.length + digits.length > limit || Math.abs(exponent) > limit) return null;
  const magnitude = BigInt(whole + digits || '0');
  return scaled(sign === '-' ? -magnitude : magnitude, digits.length - exponent);
}

function scaled(units: bigint, scale: number): Decimal {
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

/** The shortest decimal that reads back as this double; null for what is not finite. */
export function decimalOfNumber(value: number): Decimal | null {
  return Number.isFinite(value) ? parseDecimal(String(value)) : null;
}

/** The same value with `scale` places, or null where that would lose digits. */
export function exactUnits({ units, scale: from }: Decimal, scale: number): bigint | null {
  if (scale >= from) return units * powerOfTen(scale - from);
  const divisor = powerOfTen(from - scale);
  return units % divisor === 0n ? units / divisor : null;
}

/** The value with `scale` places, half away from zero. */
export function roundedUnits({ units, scale: from }: Decimal, scale: number): bigint {
  return scale >= from ? units * powerOfTen(scale - from) : divideRounded(units, powerOfTen(from - scale));
}

/** A quotient of whole numbers, half away from zero. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = 2n * (rest < 0n ? -rest : rest);
  if (twice < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** The greatest number of units that is not greater than the value. */
export function floorUnits(decimal: Decimal, scale: number): bigint {
  const { units, scale: from } = decimal;
  if (scale >= from) return units * powerOfTen(scale - from);
  const divisor = powerOfTen(from - scale);
  return units / divisor - (units < 0n && units % divisor !== 0n ? 1n : 0n);
}

/** Without zeros at the end of the fraction. */
export function trimmedDecimal({ units, scale }: Decimal): Decimal {
  if (units === 0n) return { units, scale: 0 };
  let rest = units;
  let places = scale;
  while (places > 0 && rest % 10n === 0n) {
    rest /= 10n;
    places--;
  }
  return { units: rest, scale: places };
}

/** '-0.05': as many places as the scale says. */
export function formatDecimal({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** NUMERIC_OVERFLOW for a result that has more digits than computations carry. */
export function checkedDecimal(decimal: Decimal, operation: string): Decimal {
  if (decimal.scale <= LIMITS.decimalDigits && decimal.units.toString().length <= 2 * LIMITS.decimalDigits)
    return decimal;
  throw new HeliosError('NUMERIC_OVERFLOW', `${operation} has more than ${LIMITS.decimalDigits} digits`);
}

/**
 * Quotient with 16 places or more, as many significant digits, and no fewer places than either side; null for a division
 * by zero. Small ones have the places of PostgreSQL's numeric.c, select_div_scale, which counts in figures of base 10,000.
 */
export function divideDecimals(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const [left, right] = [leadingFigure(a), leadingFigure(b)];
  const weight = left.weight - right.weight - (left.figure <= right.figure ? 1 : 0);
  const scale = Math.max(16 - 4 * weight, 16, a.scale, b.scale);
  const shift = scale + b.scale - a.scale;
  const dividend = shift >= 0 ? a.units * powerOfTen(shift) : a.units;
  const divisor = shift >= 0 ? b.units : b.units * powerOfTen(-shift);
  return checkedDecimal({ units: divideRounded(dividend, divisor), scale }, 'the quotient');
}

/** The first figure of the number in base 10,000, and which power of 10,000 it counts. */
function leadingFigure({ units, scale }: Decimal): { readonly weight: number; readonly figure: number } {
  if (units === 0n) return { weight: 0, figure: 0 };
  const digits = (units < 0n ? -units : units).toString();
  const wholeDigits = digits.length - scale;
  const weight = Math.floor((wholeDigits - 1) / 4);
  const length = wholeDigits - 4 * weight;
  return { weight, figure: Number(digits.slice(0, length).padEnd(length, '0')) };
}

/** Of the division that cuts towards zero; null for a division by zero. */
export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const scale = Math.max(a.scale, b.scale);
  return { units: roundedUnits(a, scale) % roundedUnits(b, scale), scale };
}
