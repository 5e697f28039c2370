import type { SqlValue } from '../../../engine/column/types.ts';
import type { CastTarget } from '../bound-expression.ts';
import type { ExtendedKind } from '../static-type.ts';
import { exactInteger, truncateToInteger } from './integer.ts';
import { numericOf } from './numeric.ts';
import { integerPrefix, numberPrefix, realPrefix } from './numeric-text.ts';
import { bytesToText, textOf } from './text.ts';

const encoder = new TextEncoder();

/** What a value that stands for itself is cast to by its class alone; the others are in extended-cast.ts. */
export type PlainTarget = Exclude<CastTarget, ExtendedKind>;

/** CAST, of a value that stands for itself. SQLite's rules; BOOLEAN is ours. */
export function castValue(value: SqlValue, target: PlainTarget): SqlValue {
  if (value === null) return null;
  switch (target) {
    case 'ANY':
      return value;
    case 'TEXT':
      return textOf(value);
    case 'BLOB':
      return value instanceof Uint8Array ? value : encoder.encode(textOf(value));
    case 'INTEGER':
      return castToInteger(value);
    case 'REAL':
      return castToReal(value);
    case 'NUMERIC':
      return castToNumeric(value);
    case 'BOOLEAN':
      return castToBoolean(value);
  }
}

function castToInteger(value: Exclude<SqlValue, null>): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncateToInteger(value);
  return integerPrefix(typeof value === 'string' ? value : bytesToText(value));
}

function castToReal(value: Exclude<SqlValue, null>): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return realPrefix(typeof value === 'string' ? value : bytesToText(value));
}

function castToNumeric(value: Exclude<SqlValue, null>): SqlValue {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const number = numberPrefix(typeof value === 'string' ? value : bytesToText(value));
  return typeof number === 'number' ? (exactInteger(number) ?? number) : number;
}

function castToBoolean(value: Exclude<SqlValue, null>): bigint {
  if (typeof value === 'string') {
    const truth = booleanWord(value);
    if (truth !== null) return truth ? 1n : 0n;
  }
  return Number(numericOf(value)) !== 0 ? 1n : 0n;
}

/** PostgreSQL's words for truth values, any case, blanks around them allowed; null for other text. */
export function booleanWord(text: string): boolean | null {
  switch (text.trim().toLowerCase()) {
    case 't':
    case 'true':
    case 'y':
    case 'yes':
    case 'on':
    case '1':
      return true;
    case 'f':
    case 'false':
    case 'n':
    case 'no':
    case 'off':
    case '0':
      return false;
    default:
      return null;
  }
}
