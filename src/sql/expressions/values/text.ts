import type { SqlValue } from '../../../engine/column/types.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A REAL as text: 15 significant digits and always a decimal point or exponent, as SQLite's "%!.15g". */
export function formatReal(value: number): string {
  if (Number.isInteger(value) && value < 1e15 && value > -1e15) return `${value}.0`;
  if (value === Number.POSITIVE_INFINITY) return 'Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const shortest = String(value);
  // The shortest text that reads back is what %.15g prints whenever it needs no more than 15 digits and no exponent.
  const isPlain = shortest.length <= 16 && shortest.includes('.') && (value >= 1e-4 || value <= -1e-4);
  return isPlain && !shortest.includes('e') ? shortest : formatSignificant(value, 15);
}

/** "%!.{digits}g": trailing zeros dropped, exponent form below 1e-4 and from 10^digits on. */
export function formatSignificant(value: number, digits: number): string {
  const [mantissa, exponentText] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) return withFraction(trimZeros(value.toFixed(digits - 1 - exponent)));
  const magnitude = Math.abs(exponent);
  return `${withFraction(trimZeros(mantissa))}e${exponent < 0 ? '-' : '+'}${magnitude < 10 ? '0' : ''}${magnitude}`;
}

function trimZeros(decimal: string): string {
  if (!decimal.includes('.')) return decimal;
  let end = decimal.length;
  while (decimal.charCodeAt(end - 1) === 48) end--;
  return decimal.slice(0, decimal.charCodeAt(end - 1) === 46 ? end - 1 : end);
}

function withFraction(decimal: string): string {
  return decimal.includes('.') ? decimal : `${decimal}.0`;
}

/** Bytes as text: UTF-8, what is not becomes U+FFFD. */
export function bytesToText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A value as CAST(… AS TEXT) and || see it. Not for NULL. */
export function textOf(value: Exclude<SqlValue, null>): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'number':
      return formatReal(value);
    default:
      return bytesToText(value);
  }
}
