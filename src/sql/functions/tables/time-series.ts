import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import { numericOf } from '../../expressions/values/numeric.ts';
import { END_SECONDS, MICROS_PER_DAY } from '../../expressions/values/time.ts';
import { parseSpan, shifted, type TimeSpan } from '../../expressions/values/time-span.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';

function stepOf(value: SqlValue | undefined, kind: 'TIMESTAMP' | 'DATE'): TimeSpan {
  if (value === undefined) return { months: 0, days: 1, micros: 0 };
  if (typeof value === 'string') {
    const span = parseSpan(value);
    if (span !== null) return span;
    throw new HeliosError(
      'INVALID_VALUE',
      `generate_series() takes a step like '1 day' or '90 minutes', not '${value}'`,
    );
  }
  const number = Number(numericOf(value as Exclude<SqlValue, null>));
  return kind === 'DATE' ? { months: 0, days: number, micros: 0 } : { months: 0, days: 0, micros: number * 1_000_000 };
}

/** Times from start to stop by a span in words, or by seconds (days, for a DATE); a day at a time, if there is none. */
export function* timeSeries(
  args: readonly SqlValue[],
  types: readonly StaticType[],
  kind: 'TIMESTAMP' | 'DATE',
): Generator<SqlValue> {
  const micros = (i: number): bigint => BigInt(castFunction(types[i], 'TIMESTAMP')(args[i]) as bigint);
  const stop = args.length > 1 ? micros(1) : BigInt(END_SECONDS) * 1_000_000n - 1n;
  const step = stepOf(args[2], kind);
  let at = micros(0);
  let next = shifted(at, step);
  if (next === at) throw new HeliosError('INVALID_VALUE', 'generate_series() makes no progress by that step');
  const isForward = next === null || next > at;
  while (isForward ? at <= stop : at >= stop) {
    yield kind === 'DATE' ? BigInt(Math.floor(Number(at) / MICROS_PER_DAY)) : at;
    if (next === null || (isForward ? next <= at : next >= at)) return;
    at = next;
    next = shifted(at, step);
  }
}
