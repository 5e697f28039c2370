import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { define, present } from '../define.ts';
import type { ScalarFunctionDefinition, ScalarImplementation } from '../definition.ts';
import { type DateTime, isInRange, parseTimeText, timeOfNumber } from './date-time.ts';
import { applyModifier } from './modifiers.ts';
import { dateText, dateTimeText, differenceText, julianDay, strftime, timeText, unixSeconds } from './strftime.ts';

/** A time value and its modifiers; without any, now. null when they make no sense. */
function evaluateTime(name: string, args: readonly SqlValue[], context: EvaluationContext): DateTime | null {
  const value = args.length === 0 ? 'now' : present(args[0]);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const at = isNumber ? timeOfNumber(Number(value)) : parseTimeText(cText(value), () => nowOf(name, context));
  if (at === null) return null;
  for (let i = 1; i < args.length; i++) {
    const modifier = cText(present(args[i]));
    if (/^(localtime|utc)$/i.test(modifier)) checkPurity(name, context);
    if (!applyModifier(at, modifier, i === 1)) return null;
  }
  const ms = at.toJulian();
  if (at.isInvalid || !isInRange(ms)) return null;
  // A day beyond the month's end runs on into the next month.
  if (args.length === 1) at.civil = at.overflowDays > 0 ? null : at.civil;
  return at;
}

/** The statement's instant, where a value may depend on it. */
function nowOf(name: string, context: EvaluationContext): number {
  checkPurity(name, context);
  return context.nowMicros;
}

/** What is stored, or decides what is stored, may not change with the clock or the time zone: as SQLite. */
function checkPurity(name: string, { pureFor }: EvaluationContext): void {
  if (pureFor === undefined || pureFor === null) return;
  throw new HeliosError('INVALID_STATEMENT', `non-deterministic use of ${name}() in ${pureFor}`);
}

function cText(value: Exclude<SqlValue, null>): string {
  return beforeNul(textOf(value));
}

const ANY_NUMBER = [0, Number.POSITIVE_INFINITY] as const;

/** A function of a time value and modifiers. */
function timeFunction(
  name: string,
  result: Parameters<typeof define>[2],
  show: (at: DateTime) => SqlValue,
): ScalarFunctionDefinition {
  const evaluate: ScalarImplementation = (args, context) => {
    const at = evaluateTime(name, args, context);
    return at === null ? null : show(at);
  };
  return define(name, ANY_NUMBER, result, evaluate, { readsClock: true });
}

/** With modifiers, or of text, it may be a REAL: 'subsec'. */
function epochType(types: readonly StaticType[]): StaticType {
  return types.length === 0 ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}

function strftimeFunction(all: readonly SqlValue[], context: EvaluationContext): SqlValue {
  if (all.length === 0) return null;
  const [format, ...args] = all;
  const at = evaluateTime('strftime', args, context);
  return at === null ? null : strftime(cText(present(format)), at);
}

function timeDifference([a, b]: readonly SqlValue[], context: EvaluationContext): SqlValue {
  const [to, from] = [evaluateTime('timediff', [a], context), evaluateTime('timediff', [b], context)];
  return to === null || from === null ? null : differenceText(to, from);
}

function currentTime(name: string, show: (at: DateTime) => SqlValue): ScalarFunctionDefinition {
  const evaluate: ScalarImplementation = (_args, context) => show(evaluateTime(name, [], context)!);
  return define(name, 0, 'TEXT', evaluate, { readsClock: true });
}

/** SQLite's functions. */
export const DATETIME_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  timeFunction('date', 'TEXT', dateText),
  timeFunction('time', 'TEXT', timeText),
  timeFunction('datetime', 'TEXT', dateTimeText),
  timeFunction('julianday', 'REAL', julianDay),
  timeFunction('unixepoch', epochType, unixSeconds),
  define('strftime', [0, Number.POSITIVE_INFINITY], 'TEXT', strftimeFunction, { readsClock: true }),
  define('timediff', 2, 'TEXT', timeDifference, { readsClock: true }),
  currentTime('current_timestamp', dateTimeText),
  currentTime('current_date', dateText),
  currentTime('current_time', timeText),
];
