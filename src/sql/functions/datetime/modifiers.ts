import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import {
  DAY_MS,
  DAY_OF_TIMES,
  type DateTime,
  EPOCH_MS,
  isInRange,
  parseTimeOfDay,
  type TimeOfDay,
} from './date-time.ts';

const MIDNIGHT: TimeOfDay = { hour: 0, minute: 0, second: 0, zone: 0, isUtc: false };

/** Milliseconds, and the greatest amount that SQLite lets pass. */
const UNITS: Readonly<Record<string, { readonly ms: number; readonly limit: number }>> = {
  second: { ms: 1000, limit: Math.fround(4.6427e14) },
  minute: { ms: 60_000, limit: Math.fround(7.7379e12) },
  hour: { ms: 3_600_000, limit: Math.fround(1.2897e11) },
  day: { ms: DAY_MS, limit: 5_373_485 },
  month: { ms: 30 * DAY_MS, limit: 176_546 },
  year: { ms: 365 * DAY_MS, limit: 14_713 },
};

/**
 * Applies one modifier of SQLite's date functions (date.c, parseModifier); false when it is none, or not where it stands.
 * `isFirst`: it follows the time value directly. There is one time zone, UTC: 'localtime' and 'utc' change nothing.
 */
export function applyModifier(at: DateTime, modifier: string, isFirst: boolean): boolean {
  const name = modifier.toLowerCase();
  switch (name) {
    case 'auto':
      return isFirst && autoNumber(at);
    case 'unixepoch':
      return isFirst && secondsNumber(at);
    case 'julianday': {
      const isJulian = isFirst && at.number !== null && at.julianMs !== null;
      if (isJulian) at.number = null;
      return isJulian;
    }
    case 'ceiling':
      at.setJulian(at.toJulian());
      at.overflowDays = 0;
      return true;
    case 'floor':
      at.setJulian(at.toJulian() - at.overflowDays * DAY_MS);
      return true;
    case 'localtime':
      at.setJulian(at.toJulian());
      at.number = null;
      at.isUtc = false;
      return true;
    case 'utc':
      return toUtc(at);
    case 'subsec':
    case 'subsecond':
      at.wantsSubseconds = true;
      return true;
    case 'start of day':
    case 'start of month':
    case 'start of year':
      return toStart(at, name);
    default:
      return name.startsWith('weekday ') ? toWeekday(at, name.slice(8)) : shift(at, name);
  }
}

/** A number that is no Julian day counts seconds since 1970. */
function autoNumber(at: DateTime): boolean {
  if (at.number !== null && at.julianMs === null) {
    const ms = at.number * 1000 + EPOCH_MS;
    if (!(at.number >= -210_866_760_000 && at.number <= 253_402_300_799)) return true;
    at.setJulian(Math.trunc(ms + 0.5));
  }
  at.number = null;
  return true;
}

function secondsNumber(at: DateTime): boolean {
  if (at.number === null) return false;
  const ms = at.number * 1000 + EPOCH_MS;
  if (!(ms >= 0 && isInRange(Math.trunc(ms)))) return false;
  at.setJulian(Math.trunc(ms + 0.5));
  at.number = null;
  return true;
}

/** As SQLite, it forgets 'subsec' where it converts: of a time of which nothing says that it is UTC already. */
function toUtc(at: DateTime): boolean {
  if (at.isUtc) return true;
  at.setJulian(at.toJulian());
  at.number = null;
  at.overflowDays = 0;
  at.wantsSubseconds = false;
  at.isUtc = true;
  return true;
}

function toStart(at: DateTime, name: string): boolean {
  if (at.julianMs === null && at.civil === null && at.time === null) return false;
  // As SQLite has it, not even 24:00 is another day then.
  const { year, month, day } = at.isTimeOnly ? DAY_OF_TIMES : at.toCivil();
  at.civil = {
    year,
    month: name === 'start of year' ? 1 : month,
    day: name === 'start of day' ? day : 1,
  };
  at.time = MIDNIGHT;
  at.number = null;
  at.julianMs = null;
  return true;
}

/** On to the next day that is one, 0 = Sunday; with a minus back to the last one; the same day if it is one already. */
function toWeekday(at: DateTime, text: string): boolean {
  const number = Number(wholeNumber(text) ?? Number.NaN);
  const wanted = Math.abs(number);
  if (!(Number.isInteger(number) && wanted < 7)) return false;
  at.toCivil();
  at.time = { ...at.toTime(), zone: 0 };
  at.julianMs = null;
  const ms = at.toJulian();
  const isBackwards = /^\s*-/.test(text);
  const days = isBackwards ? -((weekdayOf(ms) - wanted + 7) % 7) : (wanted - weekdayOf(ms) + 7) % 7;
  at.setJulian(ms + days * DAY_MS);
  return true;
}

/** 0 = Sunday. */
function weekdayOf(julianMs: number): number {
  return Math.floor((julianMs + 1.5 * DAY_MS) / DAY_MS) % 7;
}

const AMOUNT = /^([+\-\d][^ \t\n\v\f\r:]*)[ \t\n\v\f\r]+([a-z]+?)s?$/;
const TIME_SHIFT = /^([+-]?)(\d\d:.*)$/s;
const DATE_SHIFT = /^([+-])(\d{4,5})-(\d\d)-(\d\d)(?:[ \t\n\v\f\r](\d\d:.*))?$/s;

function shift(at: DateTime, name: string): boolean {
  const date = DATE_SHIFT.exec(name);
  if (date !== null) return shiftByDate(at, date);
  const time = TIME_SHIFT.exec(name);
  if (time !== null) return shiftByTime(at, time[2], time[1] === '-');
  const amount = AMOUNT.exec(name);
  const unit = amount === null || !Object.hasOwn(UNITS, amount[2]) ? null : amount[2];
  const count = amount === null ? null : wholeNumber(amount[1]);
  if (unit === null || count === null) return false;
  return shiftByUnit(at, Number(count), unit);
}

/** '±HH:MM:SS.SSS' */
function shiftByTime(at: DateTime, text: string, isBackwards: boolean): boolean {
  const time = parseTimeOfDay(text);
  if (time === null) return false;
  const minutes = time.hour * 60 + time.minute - time.zone;
  const ms = minutes * 60_000 + Math.trunc(time.second * 1000 + 0.5);
  const ofDay = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
  at.setJulian(at.toJulian() + (isBackwards ? -ofDay : ofDay));
  return true;
}

/** '±YYYY-MM-DD HH:MM': years and months first, then days and time. */
function shiftByDate(at: DateTime, [, sign, years, months, days, time]: RegExpExecArray): boolean {
  if (Number(months) > 11 || Number(days) > 30 || Number(years) > 14_712) return false;
  const direction = sign === '-' ? -1 : 1;
  addMonths(at, direction * (12 * Number(years) + Number(months)));
  at.setJulian(at.toJulian() + direction * Number(days) * DAY_MS);
  return time === undefined || shiftByTime(at, time, sign === '-');
}

/** Part months count 30 days each, part years 365 days. */
function shiftByUnit(at: DateTime, amount: number, unit: string): boolean {
  const { ms, limit } = UNITS[unit];
  at.toJulian();
  at.overflowDays = 0;
  if (!(amount > -limit && amount < limit)) return false;
  let rest = amount;
  if (unit === 'month' || unit === 'year') {
    const whole = Math.trunc(amount);
    addMonths(at, unit === 'month' ? whole : 12 * whole);
    rest -= whole;
  }
  at.setJulian(at.toJulian() + Math.trunc(rest * ms + (amount < 0 ? -0.5 : 0.5)));
  return true;
}

/** The same day of another month; a day that it lacks runs on into the next: 31 January + 1 month = 3 March. */
function addMonths(at: DateTime, months: number): void {
  const { year, month, day } = at.toCivil();
  at.toTime();
  const index = year * 12 + month - 1 + months;
  const newYear = Math.floor(index / 12);
  at.civil = { year: newYear, month: index - newYear * 12 + 1, day };
  at.changedCivil();
}
