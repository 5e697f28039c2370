import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { END_SECONDS, MICROS_PER_SECOND, MIN_SECONDS } from '../../expressions/values/time.ts';
import { multiplied, parseSpan, shifted, type TimeSpan } from '../../expressions/values/time-span.ts';
import { define } from '../define.ts';

const LEAST = BigInt(MIN_SECONDS) * BigInt(MICROS_PER_SECOND);
const END = BigInt(END_SECONDS) * BigInt(MICROS_PER_SECOND);

function spanOf(words: SqlValue): TimeSpan {
  const span = parseSpan(words as string);
  if (span !== null) return span;
  const hint = "Write it like '1 day', '2 hours 30 minutes' or '01:30:00'.";
  throw new HeliosError('INVALID_VALUE', `'${words}' is not an INTERVAL`, { hint });
}

/**
 * A TIMESTAMP, and spans in words with how many times each is to be added. Throws INVALID_VALUE beyond the years 0 to
 * 9999.
 */
function shiftedTime([time, ...terms]: readonly SqlValue[]): SqlValue {
  const sum = { months: 0, days: 0, micros: 0 };
  for (let i = 0; i < terms.length; i += 2) {
    const { months, days, micros } = multiplied(spanOf(terms[i]), Number(terms[i + 1]));
    sum.months += months;
    sum.days += days;
    sum.micros += micros;
  }
  const moved = shifted(time as bigint, sum);
  if (moved !== null && moved >= LEAST && moved < END) return moved;
  throw new HeliosError('INVALID_VALUE', `a time that is moved by '${terms[0]}' leaves the years 0 to 9999`);
}

/** What `time + INTERVAL '1 day'` becomes: no function that can be called by its name. */
export const TIME_SHIFT = define('interval', [3, Number.POSITIVE_INFINITY], 'TIMESTAMP', shiftedTime, {
  temporal: 'keep',
});
