import { civilFromDays, daysFromCivil, daysInMonth, MICROS_PER_DAY } from './time.ts';

/** A span of time as calendars have it: months and days differ in length. Whole months and days; microseconds may have a fraction. */
export interface TimeSpan {
  readonly months: number;
  readonly days: number;
  readonly micros: number;
}

const AMOUNT = /^\s*([+-]?)\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)/i;
const CLOCK = /^\s*([+-]?)(\d+):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?/;
const AGO = /\sago\s*$/i;

export const DAYS_PER_MONTH = 30;

type Unit = readonly [part: keyof TimeSpan, size: number];

/** The units, each with the words for one of it; an s may follow. */
const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries<Unit>({
    'us usec microsecond': ['micros', 1],
    'ms msec millisecond': ['micros', 1000],
    's sec second': ['micros', 1_000_000],
    'm min minute': ['micros', 60_000_000],
    'h hr hour': ['micros', 3_600_000_000],
    'd day': ['days', 1],
    'w week': ['days', 7],
    'mon month': ['months', 1],
    quarter: ['months', 3],
    'y yr year': ['months', 12],
    decade: ['months', 120],
  }).flatMap(([words, unit]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** '1 day', '1 month 2 days', '1.5 hours', '-90 minutes', '01:30:00', '2 days ago'; null: it is none. */
export function parseSpan(text: string): TimeSpan | null {
  const isAgo = AGO.test(text);
  const span = { months: 0, days: 0, micros: 0 };
  let rest = isAgo ? text.replace(AGO, '') : text;
  if (rest.trim() === '') return null;
  while (rest.trim() !== '') {
    const amount = AMOUNT.exec(rest);
    const clock = amount === null ? CLOCK.exec(rest) : null;
    const found = amount ?? clock;
    if (found === null) return null;
    const sign = found[1] === '-' ? -1 : 1;
    if (clock !== null) {
      const seconds = Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4] ?? 0);
      span.micros += sign * Math.round(seconds * 1_000_000);
    } else {
      const word = found[3].toLowerCase();
      const unit = UNITS.get(word) ?? UNITS.get(word.replace(/s$/, ''));
      if (unit === undefined) return null;
      span[unit[0]] += sign * Number(found[2]) * unit[1];
    }
    rest = rest.slice(found[0].length);
  }
  return multiplied(span, isAgo ? -1 : 1);
}

/** The span that many times over: what is left of months becomes days, 30 of a month, and what is left of days a time. */
export function multiplied({ months, days, micros }: TimeSpan, times: number): TimeSpan {
  const wholeMonths = Math.trunc(months * times);
  const allDays = days * times + (months * times - wholeMonths) * DAYS_PER_MONTH;
  const wholeDays = Math.trunc(allDays);
  return { months: wholeMonths, days: wholeDays, micros: micros * times + (allDays - wholeDays) * MICROS_PER_DAY };
}

/**
 * A time in microseconds since 1970, moved by the span: first by its months, then by the rest. A day that the month lacks
 * is the month's last. Null: it is so far off that it is no time.
 */
export function shifted(time: bigint, { months, days, micros }: TimeSpan): bigint | null {
  const perDay = BigInt(MICROS_PER_DAY);
  const timeOfDay = ((time % perDay) + perDay) % perDay;
  const day = Number((time - timeOfDay) / perDay);
  const civil = civilFromDays(day);
  const index = civil.year * 12 + civil.month - 1 + months;
  const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const moved = daysFromCivil(year, month, Math.min(civil.day, daysInMonth(year, month))) + days;
  const rest = Math.round(micros);
  if (!Number.isSafeInteger(moved) || !Number.isSafeInteger(rest)) return null;
  return BigInt(moved) * perDay + timeOfDay + BigInt(rest);
}

/** Microseconds of a span that begins at no certain date: its months are 30 days, and its years 365. */
export function spanMicros({ months, days, micros }: TimeSpan): number {
  const years = Math.trunc(months / 12);
  return (days + years * 365 + (months - years * 12) * DAYS_PER_MONTH) * MICROS_PER_DAY + micros;
}
