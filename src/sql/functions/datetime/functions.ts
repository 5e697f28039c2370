import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { textOf } from '../../expressions/values/text.ts';
import { parseTimestamp, splitMicros } from '../../expressions/values/time.ts';
import { define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { civilTime, DAY_MS, fromCivilTime, type Instant, isInRange, parseTimeValue } from './instant.ts';
import { applyModifier, isSubsecond, weekdayOf } from './modifiers.ts';
import { dateText, dayOfYear, julianDay, strftime, timeText } from './strftime.ts';

/** Milliseconds since 1970 of a time value and its modifiers; without any, now. null when they make no sense. */
function evaluateTime(args: readonly SqlValue[], context: EvaluationContext): number | null {
  if (args.length === 0) return Math.floor(context.nowMicros / 1000);
  let time: Instant | null = parseTimeValue(present(args[0]), context.nowMicros);
  for (let i = 1; i < args.length && time !== null; i++) {
    time = applyModifier(time, textOf(present(args[i])), i === 1);
    if (time !== null && time.number === null && !isInRange(time.ms)) return null;
  }
  return time !== null && isInRange(time.ms) ? time.ms : null;
}

function wantsSubseconds(args: readonly SqlValue[]): boolean {
  return args.slice(1).some((arg) => isSubsecond(textOf(present(arg))));
}

const ANY_NUMBER = [0, Number.POSITIVE_INFINITY] as const;

/** A function of a time value and modifiers. */
function timeFunction(
  name: string,
  result: Parameters<typeof define>[2],
  show: (ms: number, args: readonly SqlValue[]) => SqlValue,
): ScalarFunctionDefinition {
  return define(name, ANY_NUMBER, result, (args, context) => {
    const ms = evaluateTime(args, context);
    return ms === null ? null : show(ms, args);
  });
}

/** With modifiers it may be a REAL: 'subsec'. */
function epochType(types: readonly StaticType[]): StaticType {
  return types.length <= 1 ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}

/** PostgreSQL's units, from the finest; each cuts off what is finer. */
function truncateTo(unit: string, ms: number): number {
  const civil = civilTime(ms);
  switch (unit) {
    case 'millisecond':
    case 'milliseconds':
      return ms;
    case 'second':
      return Math.floor(ms / 1000) * 1000;
    case 'minute':
      return Math.floor(ms / 60_000) * 60_000;
    case 'hour':
      return Math.floor(ms / 3_600_000) * 3_600_000;
    case 'day':
      return ms - civil.ofDayMs;
    case 'week':
      return ms - civil.ofDayMs - ((weekdayOf(ms) + 6) % 7) * DAY_MS;
    case 'month':
      return fromCivilTime({ ...civil, day: 1, ofDayMs: 0 });
    case 'quarter':
      return fromCivilTime({ ...civil, month: civil.month - ((civil.month - 1) % 3), day: 1, ofDayMs: 0 });
    case 'year':
      return fromCivilTime({ ...civil, month: 1, day: 1, ofDayMs: 0 });
    default:
      throw new HeliosError('INVALID_VALUE', `date_trunc() does not know the unit '${unit}'`, {
        hint: 'Use second, minute, hour, day, week, month, quarter or year.',
      });
  }
}

function microsOfText(value: SqlValue): number | bigint | null {
  return parseTimestamp(textOf(present(value)));
}

function dateTrunc([unit, value]: readonly SqlValue[]): SqlValue {
  const micros = microsOfText(value);
  if (micros === null) return null;
  const { seconds, fraction } = splitMicros(micros);
  const ms = truncateTo(textOf(present(unit)).toLowerCase(), seconds * 1000 + Math.floor(fraction / 1000));
  return BigInt(ms) * 1000n;
}

/** EXTRACT(field FROM time), PostgreSQL's fields. */
function extract([field, value]: readonly SqlValue[]): SqlValue {
  const micros = microsOfText(value);
  if (micros === null) return null;
  const { seconds, fraction } = splitMicros(micros);
  const number = fieldOf(textOf(present(field)).toLowerCase(), seconds * 1000, fraction);
  return Number.isInteger(number) ? BigInt(number) : number;
}

function fieldOf(field: string, ms: number, fraction: number): number {
  const { year, month, day, ofDayMs } = civilTime(ms);
  switch (field) {
    case 'year':
      return year;
    case 'quarter':
      return Math.floor((month - 1) / 3) + 1;
    case 'month':
      return month;
    case 'week':
      return Number(strftime('%V', ms));
    case 'day':
      return day;
    case 'hour':
      return Math.floor(ofDayMs / 3_600_000);
    case 'minute':
      return Math.floor(ofDayMs / 60_000) % 60;
    case 'second':
      return ((ofDayMs / 1000) % 60) + fraction / 1e6;
    case 'epoch':
      return ms / 1000 + fraction / 1e6;
    case 'dow':
      return weekdayOf(ms);
    case 'isodow':
      return weekdayOf(ms) === 0 ? 7 : weekdayOf(ms);
    case 'doy':
      return dayOfYear(ms) + 1;
    default:
      throw new HeliosError('INVALID_VALUE', `extract() does not know the field '${field}'`, {
        hint: 'Use year, quarter, month, week, day, hour, minute, second, epoch, dow, isodow or doy.',
      });
  }
}

function now(_args: readonly SqlValue[], context: EvaluationContext): SqlValue {
  return BigInt(Math.floor(context.nowMicros));
}

function strftimeFunction([format, ...args]: readonly SqlValue[], context: EvaluationContext): SqlValue {
  const ms = evaluateTime(args, context);
  return ms === null ? null : strftime(textOf(present(format)), ms);
}

export const DATETIME_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  timeFunction('date', 'TEXT', dateText),
  timeFunction('time', 'TEXT', (ms, args) => timeText(ms, wantsSubseconds(args))),
  timeFunction('datetime', 'TEXT', (ms, args) => `${dateText(ms)} ${timeText(ms, wantsSubseconds(args))}`),
  timeFunction('julianday', 'REAL', julianDay),
  timeFunction('unixepoch', epochType, (ms, args) =>
    wantsSubseconds(args) ? ms / 1000 : BigInt(Math.floor(ms / 1000)),
  ),
  define('strftime', [1, Number.POSITIVE_INFINITY], 'TEXT', strftimeFunction),
  define('current_timestamp', 0, 'TEXT', (_args, { nowMicros }) => {
    const ms = Math.floor(nowMicros / 1000);
    return `${dateText(ms)} ${timeText(ms, false)}`;
  }),
  define('current_date', 0, 'TEXT', (_args, { nowMicros }) => dateText(Math.floor(nowMicros / 1000))),
  define('current_time', 0, 'TEXT', (_args, { nowMicros }) => timeText(Math.floor(nowMicros / 1000), false)),
  define('now', 0, 'TIMESTAMP', now),
  define('date_trunc', 2, 'TIMESTAMP', dateTrunc),
  define('extract', 2, 'ANY', extract),
  define('date_part', 2, 'ANY', extract),
];
