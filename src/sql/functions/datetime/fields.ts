import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import { integerOf, realOf } from '../../expressions/values/numeric.ts';
import { textOf } from '../../expressions/values/text.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  microsOf,
  parseTimestamp,
  splitMicros,
} from '../../expressions/values/time.ts';
import { define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { dayOfYear, isoWeekOfDay, weekdayOfDay } from './weeks.ts';

const DAY_SECONDS = 86_400;
const EPOCH_JULIAN_DAY = 2_440_588;

/** A civil instant: days since 1970, seconds of the day, microseconds of the second. */
export interface CivilInstant {
  readonly days: number;
  readonly ofDay: number;
  readonly micros: number;
}

/** A TIMESTAMP, a DATE or a text that is one; null for other text. */
export function civilInstant(value: SqlValue): CivilInstant | null {
  const micros = parseTimestamp(textOf(present(value)));
  if (micros === null) return null;
  const { seconds, fraction } = splitMicros(micros);
  const days = Math.floor(seconds / DAY_SECONDS);
  return { days, ofDay: seconds - days * DAY_SECONDS, micros: fraction };
}

export function timestampOf({ days, ofDay, micros }: CivilInstant): bigint {
  return BigInt(microsOf(days * DAY_SECONDS + ofDay, micros));
}

/** 1 for the years 1 to 100. */
export function centuryOf(year: number): number {
  return Math.ceil(year / 100);
}

const TRUNCATIONS = [
  ...['microseconds', 'milliseconds', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'],
  ...['decade', 'century', 'millennium'],
];
const FIELDS = [
  ...['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'milliseconds', 'microseconds', 'epoch'],
  ...['dow', 'isodow', 'doy', 'isoyear', 'decade', 'century', 'millennium', 'julian', 'timezone'],
];

const SPAN_FIELDS = ['day', 'hour', 'minute', 'second', 'milliseconds', 'microseconds', 'epoch'];

function unknown(name: string, what: string, given: string, known: readonly string[]): HeliosError {
  return new HeliosError('INVALID_VALUE', `${name}() does not know the ${what} '${given}'`, {
    hint: `Use ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`,
  });
}

/** PostgreSQL's units, from the finest; each cuts off what is finer. */
function truncated(unit: string, at: CivilInstant): CivilInstant {
  const { days, ofDay, micros } = at;
  const { year, month } = civilFromDays(days);
  const startOf = (y: number, m: number): CivilInstant => ({ days: daysFromCivil(y, m, 1), ofDay: 0, micros: 0 });
  const name = unit.toLowerCase();
  switch (name) {
    case 'microsecond':
    case 'microseconds':
      return at;
    case 'millisecond':
    case 'milliseconds':
      return { days, ofDay, micros: micros - (micros % 1000) };
    case 'second':
      return { days, ofDay, micros: 0 };
    case 'minute':
      return { days, ofDay: ofDay - (ofDay % 60), micros: 0 };
    case 'hour':
      return { days, ofDay: ofDay - (ofDay % 3600), micros: 0 };
    case 'day':
      return { days, ofDay: 0, micros: 0 };
    case 'week':
      return { days: days - ((weekdayOfDay(days) + 6) % 7), ofDay: 0, micros: 0 };
    case 'month':
      return startOf(year, month);
    case 'quarter':
      return startOf(year, month - ((month - 1) % 3));
    case 'year':
      return startOf(year, 1);
    case 'decade':
      return startOf(Math.floor(year / 10) * 10, 1);
    case 'century':
      return startOf((centuryOf(year) - 1) * 100 + 1, 1);
    case 'millennium':
      return startOf((Math.ceil(year / 1000) - 1) * 1000 + 1, 1);
    default:
      throw unknown('date_trunc', 'unit', unit, TRUNCATIONS);
  }
}

function dateTrunc([unit, value]: readonly SqlValue[]): SqlValue {
  const at = civilInstant(value);
  return at === null ? null : timestampOf(truncated(textOf(present(unit)), at));
}

/** EXTRACT(field FROM time), PostgreSQL's fields. */
function extract([field, value]: readonly SqlValue[]): SqlValue {
  const name = textOf(present(field)).toLowerCase();
  if (typeof value === 'number') return fieldOfDifference(name, value);
  const at = civilInstant(value);
  if (at === null) return null;
  const number = dateFieldOf(name, at.days) ?? timeFieldOf(name, at);
  if (number === null) throw unknown('extract', 'field', name, FIELDS);
  return Number.isInteger(number) ? BigInt(number) : number;
}

/** Of the seconds between two TIMESTAMPs: whole days, and what is left of them in hours, minutes and seconds. */
function fieldOfDifference(field: string, seconds: number): SqlValue {
  const sign = seconds < 0 ? -1 : 1;
  const micros = Math.round(Math.abs(seconds) * 1_000_000);
  const whole = Math.floor(micros / 1_000_000);
  const days = Math.floor(whole / DAY_SECONDS);
  const at = { days, ofDay: whole - days * DAY_SECONDS, micros: micros - whole * 1_000_000 };
  const number = field === 'day' ? days : SPAN_FIELDS.includes(field) ? timeFieldOf(field, at) : null;
  if (number === null) throw unknown('extract', 'field of a difference', field, SPAN_FIELDS);
  const signed = number === 0 ? 0 : sign * number;
  return Number.isInteger(signed) ? BigInt(signed) : signed;
}

function dateFieldOf(field: string, days: number): number | null {
  const { year, month, day } = civilFromDays(days);
  switch (field) {
    case 'year':
      return year;
    case 'quarter':
      return Math.floor((month - 1) / 3) + 1;
    case 'month':
      return month;
    case 'week':
      return isoWeekOfDay(days).week;
    case 'day':
      return day;
    case 'dow':
      return weekdayOfDay(days);
    case 'isodow':
      return ((weekdayOfDay(days) + 6) % 7) + 1;
    case 'doy':
      return dayOfYear(days);
    case 'isoyear':
      return isoWeekOfDay(days).year;
    case 'decade':
      return Math.floor(year / 10);
    case 'century':
      return centuryOf(year);
    case 'millennium':
      return Math.ceil(year / 1000);
    default:
      return null;
  }
}

function timeFieldOf(field: string, { days, ofDay, micros }: CivilInstant): number | null {
  switch (field) {
    case 'hour':
      return Math.floor(ofDay / 3600);
    case 'minute':
      return Math.floor(ofDay / 60) % 60;
    case 'second':
      return ((ofDay % 60) * 1_000_000 + micros) / 1_000_000;
    case 'milliseconds':
      return ((ofDay % 60) * 1_000_000 + micros) / 1000;
    case 'microseconds':
      return (ofDay % 60) * 1_000_000 + micros;
    case 'epoch':
      return days * DAY_SECONDS + ofDay + micros / 1_000_000;
    case 'julian':
      return days + EPOCH_JULIAN_DAY + (ofDay + micros / 1_000_000) / DAY_SECONDS;
    case 'timezone':
      return 0;
    default:
      return null;
  }
}

/** Checked days since 1970 of a civil date. */
export function dayOf(name: string, year: number, month: number, day: number): number {
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (isDay && year >= 0 && year <= 9999) return daysFromCivil(year, month, day);
  throw new HeliosError('INVALID_VALUE', `${name}(): ${year}-${month}-${day} is no day of the years 0 to 9999`);
}

function makeDate([year, month, day]: readonly SqlValue[]): SqlValue {
  const [y, m, d] = [year, month, day].map((part) => Number(integerOf(present(part))));
  return BigInt(dayOf('make_date', y, m, d));
}

function makeTimestamp(args: readonly SqlValue[]): SqlValue {
  const [year, month, day, hour, minute] = args.slice(0, 5).map((part) => Number(integerOf(present(part))));
  const second = realOf(present(args[5]));
  const days = dayOf('make_timestamp', year, month, day);
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second < 60)) {
    throw new HeliosError('INVALID_VALUE', `make_timestamp(): ${hour}:${minute}:${second} is no time of day`);
  }
  const micros = Math.round(second * 1_000_000);
  return timestampOf({ days, ofDay: (hour * 60 + minute) * 60, micros: 0 }) + BigInt(micros);
}

function now(_args: readonly SqlValue[], context: EvaluationContext): SqlValue {
  return BigInt(Math.floor(context.nowMicros));
}

/** PostgreSQL's functions on dates and times. */
export const DATE_FIELD_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('now', 0, 'TIMESTAMP', now, { readsClock: true }),
  define('date_trunc', 2, 'TIMESTAMP', dateTrunc),
  define('extract', 2, 'ANY', extract),
  define('date_part', 2, 'ANY', extract),
  define('make_date', 3, 'DATE', makeDate),
  define('make_timestamp', 6, 'TIMESTAMP', makeTimestamp),
];
