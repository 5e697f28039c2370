import { HeliosError } from '../../../base/errors.ts';

export const MAX_INTEGER = 0x7fff_ffff_ffff_ffffn;
export const MIN_INTEGER = -0x8000_0000_0000_0000n;

const TWO_TO_63 = 2 ** 63;

/** The value if 64 bits hold it; otherwise NUMERIC_OVERFLOW that names the operation. */
export function checkedInteger(value: bigint, operation: string): bigint {
  if (value > MAX_INTEGER || value < MIN_INTEGER) overflow(operation);
  return value;
}

export function overflow(operation: string): never {
  throw new HeliosError('NUMERIC_OVERFLOW', `${operation} leaves the range of a 64-bit INTEGER`, {
    hint: 'Compute with REAL: CAST(… AS REAL).',
  });
}

/** A real number's whole part, cut towards zero; beyond 64 bits the nearest end, as SQLite's CAST. */
export function truncateToInteger(value: number): bigint {
  if (value >= TWO_TO_63) return MAX_INTEGER;
  if (value <= -TWO_TO_63) return MIN_INTEGER;
  return BigInt(Math.trunc(value));
}

/** The integer that equals a real number, or null when there is none. */
export function exactInteger(value: number): bigint | null {
  return Number.isInteger(value) && value >= -TWO_TO_63 && value < TWO_TO_63 ? BigInt(value) : null;
}
