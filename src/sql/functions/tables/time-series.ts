import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import { numericOf } from '../../expressions/values/numeric.ts';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  MICROS_PER_DAY,
  parseTimestamp,
} from '../../expressions/values/time.ts';
import { parseSpan, type TimeSpan } from '../../expressions/values/time-span.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';

/** A day that the month lacks is the month's last. */
function shifted(micros: number, { months, days, micros: rest }: TimeSpan): number {
  const day = Math.floor(micros / MICROS_PER_DAY);
  const civil = civilFromDays(day);
  const index = civil.year * 12 + civil.month - 1 + months;
  const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const moved = daysFromCivil(year, month, Math.min(civil.day, daysInMonth(year, month)));
  return micros + (moved - day + days) * MICROS_PER_DAY + Math.round(rest);
}

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
  const micros = (i: number): number => Number(castFunction(types[i], 'TIMESTAMP')(args[i]));
  const stop = args.length > 1 ? micros(1) : Number(parseTimestamp('9999-12-31 23:59:59'));
  const step = stepOf(args[2], kind);
  let at = micros(0);
  const isForward = shifted(at, step) > at;
  if (shifted(at, step) === at)
    throw new HeliosError('INVALID_VALUE', 'generate_series() makes no progress by that step');
  while (isForward ? at <= stop : at >= stop) {
    yield BigInt(kind === 'DATE' ? Math.floor(at / MICROS_PER_DAY) : at);
    const next = shifted(at, step);
    if (isForward ? next <= at : next >= at) return;
    at = next;
  }
}
