/**
 * Types of CSV columns: which SQL type a column of texts is, and how one text becomes a value of that type.
 *
 * A column's type is decided over the whole file, not over a sample, in three steps:
 *   1. Empty fields count for nothing (they become NULL).
 *   2. The narrowest type of the family that most fields are in: INTEGER unless some are decimals, then REAL;
 *      DATE unless some have a time of day, then TIMESTAMP.
 *   3. That type if at least {@link TYPE_SHARE} of the fields are of it, otherwise TEXT. The lines with the remaining
 *      fields are rejected by the import: one slip of a pen must not turn a column of measurements into text.
 * Numbers with leading zeros (`007`, `02134`) are labels and make TEXT; so do integers beyond 64 bits.
 */

/** The types that inference can come to. */
export type CsvType = 'INTEGER' | 'REAL' | 'DATE' | 'TIMESTAMP' | 'TEXT';

export type CsvValue = null | number | bigint | string;

/** The part of a column's fields that must be of a type for the column to be of that type. */
const TYPE_SHARE = 0.95;

const INTEGER = /^[+-]?(?:0|[1-9]\d{0,18})$/;
const REAL = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER_SHAPE = /^[+-]?\d+$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?: ?(?:Z|[+-][01]\d:?[0-5]\d))?$/;

/** Longest integer text that is certainly within 64 bits. */
const SAFE_INTEGER_LENGTH = 18;
const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/** How many of a column's fields are of each type. Fields count once, under the narrowest type that they are of. */
export class TypeTally {
  private readonly counts: Record<CsvType, number> = { INTEGER: 0, REAL: 0, DATE: 0, TIMESTAMP: 0, TEXT: 0 };

  add(field: string): void {
    if (field !== '') this.counts[narrowestType(field)]++;
  }

  type(): CsvType {
    const { INTEGER, REAL, DATE, TIMESTAMP, TEXT } = this.counts;
    const numbers = INTEGER + REAL;
    const times = DATE + TIMESTAMP;
    const needed = (numbers + times + TEXT) * TYPE_SHARE;
    if (numbers > 0 && numbers >= needed) return REAL > 0 ? 'REAL' : 'INTEGER';
    if (times > 0 && times >= needed) return TIMESTAMP > 0 ? 'TIMESTAMP' : 'DATE';
    return 'TEXT';
  }
}

function narrowestType(field: string): CsvType {
  if (isInteger(field)) return 'INTEGER';
  if (REAL.test(field) && !INTEGER_SHAPE.test(field)) return 'REAL';
  if (isDate(field)) return 'DATE';
  if (isTimestamp(field)) return 'TIMESTAMP';
  return 'TEXT';
}

/** The value of a field in a column of the given SQL type, or a reason (as an Error) why it has none. */
export function csvValue(field: string, type: string): CsvValue | Error {
  if (field === '') return null;
  switch (type) {
    case 'INTEGER':
      return isInteger(field) ? integerValue(field) : misfit(field, 'an INTEGER');
    case 'REAL':
      return REAL.test(field) ? Number(field) : misfit(field, 'a REAL');
    case 'DATE':
      return isDate(field) ? field : misfit(field, 'a DATE (YYYY-MM-DD)');
    case 'TIMESTAMP':
      return isTimestamp(field) || isDate(field) ? field : misfit(field, 'a TIMESTAMP (YYYY-MM-DD HH:MM:SS)');
    default:
      return field; // The column's own coercion decides.
  }
}

function misfit(field: string, wanted: string): Error {
  const shown = field.length > 40 ? `${field.slice(0, 40)}…` : field;
  return new Error(`'${shown}' is not ${wanted}`);
}

function isInteger(field: string): boolean {
  if (!INTEGER.test(field)) return false;
  if (field.length <= SAFE_INTEGER_LENGTH) return true;
  const value = BigInt(field.startsWith('+') ? field.slice(1) : field);
  return value >= MIN_INTEGER && value <= MAX_INTEGER;
}

function integerValue(field: string): number | bigint {
  const value = Number(field);
  return Number.isSafeInteger(value) ? value : BigInt(field.startsWith('+') ? field.slice(1) : field);
}

function isDate(field: string): boolean {
  const parts = DATE.exec(field);
  return parts !== null && isDay(parts);
}

function isTimestamp(field: string): boolean {
  const parts = TIMESTAMP.exec(field);
  return parts !== null && isDay(parts);
}

/** Whether groups 1 to 3 (year, month, day) are a day of the calendar. */
function isDay(parts: RegExpExecArray): boolean {
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(parts[1]), month);
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
