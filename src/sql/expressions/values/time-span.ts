/** A span of time as calendars have it: months and days differ in length. */
export interface TimeSpan {
  readonly months: number;
  readonly days: number;
  readonly micros: number;
}

const AMOUNT =
  /^\s*([+-]?)\s*(\d+(?:\.\d*)?|\.\d+)\s*(microsecond|millisecond|second|minute|hour|day|week|month|year)s?/i;
const CLOCK = /^\s*([+-]?)(\d+):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?/;

const UNITS: { readonly [unit: string]: readonly [part: keyof TimeSpan, size: number] } = {
  microsecond: ['micros', 1],
  millisecond: ['micros', 1000],
  second: ['micros', 1_000_000],
  minute: ['micros', 60_000_000],
  hour: ['micros', 3_600_000_000],
  day: ['days', 1],
  week: ['days', 7],
  month: ['months', 1],
  year: ['months', 12],
};

/** '1 day', '1 month 2 days', '-90 minutes', '01:30:00'; null: it is none. */
export function parseSpan(text: string): TimeSpan | null {
  const span = { months: 0, days: 0, micros: 0 };
  let rest = text;
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
      const [part, size] = UNITS[found[3].toLowerCase()];
      span[part] += sign * Number(found[2]) * size;
    }
    rest = rest.slice(found[0].length);
  }
  return text.trim() !== '' && Number.isInteger(span.months) && Number.isInteger(span.days) ? span : null;
}

const MICROS_PER_DAY = 86_400_000_000;

/** Microseconds of a span that begins at no certain date: its months are 30 days, and its years 365. */
export function spanMicros({ months, days, micros }: TimeSpan): number {
  const years = Math.trunc(months / 12);
  return (days + years * 365 + (months - years * 12) * 30) * MICROS_PER_DAY + micros;
}
