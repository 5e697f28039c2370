import type { SqlValue } from '../../../engine/column/types.ts';
import { isDecimal, needsItsType, type StaticType } from '../static-type.ts';
import { castFunction } from './typed-cast.ts';

/**
 * What a message or a plan shows of a value of that type, as a literal: a DECIMAL with its places, a time as a date. Texts of
 * more than `longest` characters are cut, and of a blob only its size is shown.
 */
export function shownValue(value: SqlValue, type: StaticType, longest: number): string {
  const shown = needsItsType(type) ? castFunction(type, 'TEXT')(value) : value;
  if (shown === null) return 'NULL';
  if (shown instanceof Uint8Array) return `x'…' (${shown.length} bytes)`;
  if (typeof shown !== 'string' || isDecimal(type)) return String(shown);
  const text = shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
  return `'${text.replaceAll("'", "''")}'`;
}
