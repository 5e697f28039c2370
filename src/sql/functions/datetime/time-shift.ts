import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { END_SECONDS, MICROS_PER_SECOND, MIN_SECONDS } from '../../expressions/values/time.ts';
import { DAYS_PER_MONTH, multiplied, parseSpan, shifted, type TimeSpan } from '../../expressions/values/time-span.ts';
import { define } from '../define.ts';

const LEAST = BigInt(MIN_SECONDS) * BigInt(MICROS_PER_SECOND);
const SECONDS_PER_DAY = 86_400;
const END = BigInt(END_SECONDS) * BigInt(MICROS_PER_SECOND);

function spanOf(words: SqlValue): TimeSpan {
  const span = parseSpan(words as string);
  if (span !== null) return span;
  const hint = "Write it like '1 day', '2 hours 30 minutes' or '01:30:00'.";
  throw new HeliosError('INVALID_VALUE', `'${words}' is not an INTERVAL`, { hint });
}

function sumOf(terms: readonly SqlValue[]): TimeSpan {
  const sum = { months: 0, days: 0, micros: 0 };
  for (let i = 0; i < terms.length; i += 2) {
    const { months, days, micros } = multiplied(spanOf(terms[i]), Number(terms[i + 1]));
    sum.months += months;
    sum.days += days;
    sum.micros += micros;
  }
  return sum;
}

/** Seconds of spans, as PostgreSQL compares them: a month has 30 days. */
function secondsOf(terms: readonly SqlValue[]): SqlValue {
  const { months, days, micros } = sumOf(terms);
  return (months * DAYS_PER_MONTH + days) * SECONDS_PER_DAY + micros / MICROS_PER_SECOND;
}

/**
 * A TIMESTAMP, and spans in words with how many times each is to be added. Throws INVALID_VALUE beyond the years 0 to
 * 9999.
 */
function shiftedTime([time, ...terms]: readonly SqlValue[]): SqlValue {
  const moved = shifted(time as bigint, sumOf(terms));
  if (moved !== null && moved >= LEAST && moved < END) return moved;
  throw new HeliosError('INVALID_VALUE', `a time that is moved by '${terms[0]}' leaves the years 0 to 9999`);
}

/** What `time + INTERVAL '1 day'` becomes: no function that can be called by its name. */
export const TIME_SHIFT = define('interval', [3, Number.POSITIVE_INFINITY], 'TIMESTAMP', shiftedTime, {
  temporal: 'keep',
});

/** What an INTERVAL is beside a difference of times. */
export const SPAN_SECONDS = define('interval_seconds', [2, Number.POSITIVE_INFINITY], 'REAL', secondsOf);
