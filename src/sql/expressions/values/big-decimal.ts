import { type Decimal, powerOfTen } from './decimal.ts';

/**
 * BIGDECIMAL values: text that is the same for equal numbers and sorts by code point as the numbers do, so that storage,
 * indexes, sorting and grouping need to know nothing of them.
 *
 *   zero      o
 *   positive  p exponent digits     value = 0.digits × 10^(exponent - 5000), no zeros at the end of the digits
 *   negative  n exponent digits ~   every figure f of both written as 9 - f
 */
const ZERO = 'o';
const BIAS = 5000;

export function encodeDecimal({ units, scale }: Decimal): string {
  if (units === 0n) return ZERO;
  const all = (units < 0n ? -units : units).toString();
  const exponent = String(all.length - scale + BIAS).padStart(4, '0');
  const figures = exponent + withoutZerosAtEnd(all);
  return units < 0n ? `n${complement(figures)}~` : `p${figures}`;
}

export function decodeDecimal(text: string): Decimal {
  if (text === ZERO) return { units: 0n, scale: 0 };
  const isNegative = text.charCodeAt(0) === 110;
  const figures = isNegative ? complement(text.slice(1, -1)) : text.slice(1);
  const exponent = Number(figures.slice(0, 4)) - BIAS;
  const digits = figures.slice(4);
  const magnitude = BigInt(digits);
  const units = isNegative ? -magnitude : magnitude;
  const scale = digits.length - exponent;
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

function complement(figures: string): string {
  let out = '';
  for (let i = 0; i < figures.length; i++) out += 9 - (figures.charCodeAt(i) - 48);
  return out;
}

function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
