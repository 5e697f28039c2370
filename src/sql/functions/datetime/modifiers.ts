import { civilTime, DAY_MS, fromCivilTime, type Instant, instant, timeOfDayMs } from './instant.ts';

const AMOUNT = /^([+-]?\d+(?:\.\d*)?|[+-]?\.\d+) *(second|minute|hour|day|month|year)s?$/;
const TIME_SHIFT = /^([+-])(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;
const DATE_SHIFT = /^([+-])(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$/;

const UNIT_MS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: DAY_MS };

/**
 * One modifier of SQLite's date functions; null when it is none, or not where it stands. `isFirst`: it follows the time
 * value directly. There is one time zone, UTC, so that 'localtime' and 'utc' change nothing.
 */
export function applyModifier(of: Instant, modifier: string, isFirst: boolean): Instant | null {
  const name = modifier.trim().toLowerCase();
  switch (name) {
    case 'unixepoch':
      return isFirst && of.number !== null ? instant(Math.round(of.number * 1000)) : null;
    case 'julianday':
      return isFirst && of.number !== null ? of : null;
    case 'auto':
      if (!isFirst) return null;
      return of.number === null || !Number.isNaN(of.ms) ? of : instant(Math.round(of.number * 1000));
    case 'localtime':
    case 'utc':
    case 'subsec':
    case 'subsecond':
      return of;
    case 'start of day':
      return instant(of.ms - civilTime(of.ms).ofDayMs);
    case 'start of month':
      return instant(fromCivilTime({ ...civilTime(of.ms), day: 1, ofDayMs: 0 }));
    case 'start of year':
      return instant(fromCivilTime({ ...civilTime(of.ms), month: 1, day: 1, ofDayMs: 0 }));
    default:
      return weekday(of, name) ?? shifted(of, name);
  }
}

/** 'weekday N': on to the next day that is one, 0 = Sunday; the same day if it is one already. */
function weekday(of: Instant, name: string): Instant | null {
  const match = /^weekday +([0-6])(?:\.0*)?$/.exec(name);
  if (match === null) return null;
  const days = (Number(match[1]) - weekdayOf(of.ms) + 7) % 7;
  return instant(of.ms + days * DAY_MS);
}

/** 0 = Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(ms: number): number {
  return (((Math.floor(ms / DAY_MS) + 4) % 7) + 7) % 7;
}

function shifted(of: Instant, name: string): Instant | null {
  const amount = AMOUNT.exec(name);
  if (amount !== null) return instant(shiftByUnit(of.ms, Number(amount[1]), amount[2]));
  const time = TIME_SHIFT.exec(name);
  if (time !== null) {
    const ms = timeOfDayMs(time[2]);
    return ms === null ? null : instant(of.ms + (time[1] === '-' ? -ms : ms));
  }
  const date = DATE_SHIFT.exec(name);
  return date === null ? null : shiftByDate(of, date);
}

/** Part months count 30 days each, part years 365 days. */
function shiftByUnit(ms: number, amount: number, unit: string): number {
  if (unit !== 'month' && unit !== 'year') return ms + Math.round(amount * UNIT_MS[unit]);
  const whole = Math.trunc(amount);
  const rest = (amount - whole) * (unit === 'month' ? 30 : 365) * DAY_MS;
  return addMonths(ms, unit === 'month' ? whole : 12 * whole) + Math.round(rest);
}

/** The same day of another month; a day that it lacks runs on into the next: 31 January + 1 month = 3 March. */
function addMonths(ms: number, months: number): number {
  const civil = civilTime(ms);
  const index = civil.year * 12 + civil.month - 1 + months;
  const year = Math.floor(index / 12);
  return fromCivilTime({ ...civil, year, month: index - year * 12 + 1 });
}

/** '±YYYY-MM-DD HH:MM': years and months first, then days and time. */
function shiftByDate(of: Instant, date: RegExpExecArray): Instant | null {
  const sign = date[1] === '-' ? -1 : 1;
  const [years, months, days] = [Number(date[2]), Number(date[3]), Number(date[4])];
  const time = date[5] === undefined ? 0 : timeOfDayMs(date[5]);
  if (months > 11 || days > 30 || time === null) return null;
  return instant(addMonths(of.ms, sign * (12 * years + months)) + sign * (days * DAY_MS + time));
}

export function isSubsecond(modifier: string): boolean {
  const name = modifier.trim().toLowerCase();
  return name === 'subsec' || name === 'subsecond';
}
