import type { SqlValue } from '../../../engine/column/types.ts';
import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import { textOf } from '../../expressions/values/text.ts';
import { civilFromDays, daysFromCivil } from '../../expressions/values/time.ts';

export const DAY_MS = 86_400_000;
/** 1970-01-01 as a Julian day number. */
export const EPOCH_JULIAN_DAY = 2_440_587.5;
/** The Julian day 0 and the end of the year 9999, in milliseconds since 1970: SQLite's validJulianDay. */
const FIRST_MS = -210_866_760_000_000;
const LAST_MS = 253_402_300_799_999;

/**
 * What a time value and its modifiers amount to so far: milliseconds since 1970, UTC. A bare number stays open until a
 * modifier ('unixepoch', 'auto') or the lack of one says what it counts; until then `number` holds it.
 */
export interface Instant {
  readonly ms: number;
  readonly number: number | null;
}

const DATE = /^(-?\d{4})-(\d\d)-(\d\d)(?:(?: +|T)(.*))?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)? *(?:Z|z|([+-])(\d\d):(\d\d))? *$/;

/** SQLite's time values: ISO date, time or both, 'now', a Julian day number. null when it is none. */
export function parseTimeValue(value: Exclude<SqlValue, null>, nowMicros: number): Instant | null {
  if (typeof value === 'number' || typeof value === 'bigint') return fromNumber(Number(value));
  const text = textOf(value);
  if (text.trim().toLowerCase() === 'now') return instant(Math.floor(nowMicros / 1000));
  const date = DATE.exec(text.trimEnd());
  if (date !== null) return fromDate(date);
  const time = timeOfDayMs(text);
  // A time alone is one of 2000-01-01.
  if (time !== null) return instant(daysFromCivil(2000, 1, 1) * DAY_MS + time);
  const number = wholeNumber(text);
  return number === null ? null : fromNumber(Number(number));
}

function fromDate(date: RegExpExecArray): Instant | null {
  const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const time = date[4] === undefined || date[4] === '' ? 0 : timeOfDayMs(date[4]);
  // A day beyond the month's end runs on into the next month.
  return time === null ? null : instant((daysFromCivil(year, month, 1) + day - 1) * DAY_MS + time);
}

/** 'HH:MM', 'HH:MM:SS', 'HH:MM:SS.SSS', each with an optional zone: milliseconds since midnight UTC. */
export function timeOfDayMs(text: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const [zoneHour, zoneMinute] = [Number(match[6] ?? 0), Number(match[7] ?? 0)];
  if (hour > 24 || minute > 59 || second > 59 || zoneHour > 14 || zoneMinute > 59) return null;
  const fractionMs = Math.round(Number(match[4] ?? 0) * 1000);
  const zoneMinutes = (zoneHour * 60 + zoneMinute) * (match[5] === '-' ? -1 : 1);
  return ((hour * 60 + minute - zoneMinutes) * 60 + second) * 1000 + fractionMs;
}

/** As a Julian day number, where it can be one. */
function fromNumber(number: number): Instant {
  const isJulianDay = number >= 0 && number < 5_373_484.5;
  return { ms: isJulianDay ? julianDayMs(number) : Number.NaN, number };
}

export function julianDayMs(julianDay: number): number {
  return Math.round((julianDay - EPOCH_JULIAN_DAY) * DAY_MS);
}

export function instant(ms: number): Instant {
  return { ms, number: null };
}

/** False outside of the years that SQLite's functions know. */
export function isInRange(ms: number): boolean {
  return ms >= FIRST_MS && ms <= LAST_MS;
}

export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight. */
  readonly ofDayMs: number;
}

export function civilTime(ms: number): CivilTime {
  const days = Math.floor(ms / DAY_MS);
  return { ...civilFromDays(days), ofDayMs: ms - days * DAY_MS };
}

export function fromCivilTime({ year, month, day, ofDayMs }: CivilTime): number {
  return (daysFromCivil(year, month, 1) + day - 1) * DAY_MS + ofDayMs;
}
