/** Civil time in microseconds and days since 1970-01-01 UTC, in the proleptic Gregorian calendar. */

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400_000_000;
/** 0000-01-01 and 10000-01-01 in seconds, the span of SQLite's date functions; the end is excluded. */
export const MIN_SECONDS = -62_167_219_200;
export const END_SECONDS = 253_402_300_800;

const TEXT =
  /^[ ]*(\d{4})-(\d\d)-(\d\d)(?:[ T]+(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?[ ]*(?:Z|z|([+-])(\d\d)(?::?(\d\d))?)?)?[ ]*$/;

/** Days since 1970 of a civil date. H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The inverse of {@link daysFromCivil}: civil_from_days of the same source. */
export function civilFromDays(days: number): CivilDate {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** ISO 8601 text ('2024-12-31', '2024-12-31 23:59:59.5', with T, Z or an offset) as microseconds; null if it is none. */
export function parseTimestamp(text: string): number | bigint | null {
  const match = TEXT.exec(text);
  const seconds = match === null ? null : secondsOf(match);
  if (match === null || seconds === null) return null;
  return microsOf(seconds, match[7] === undefined ? 0 : Number(match[7].slice(0, 6).padEnd(6, '0')));
}

/** Seconds and microseconds since 1970 in one: a number while it is a safe integer (until the year 2255). */
export function microsOf(seconds: number, micros: number): number | bigint {
  const total = seconds * MICROS_PER_SECOND + micros;
  return Number.isSafeInteger(total) ? total : BigInt(seconds) * 1_000_000n + BigInt(micros);
}

function secondsOf(match: RegExpExecArray): number | null {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return null;
  const offsetMinutes = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1);
  const minutes = (daysFromCivil(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes;
  return minutes * 60 + second;
}

/** A date ('2024-12-31'; a time of day is cut off) as days since 1970; null if it is none. */
export function parseDate(text: string): number | null {
  const match = TEXT.exec(text);
  const seconds = match === null ? null : secondsOf(match);
  return seconds === null ? null : Math.floor(seconds / 86_400);
}

/** 'YYYY-MM-DD HH:MM:SS', with a fraction of 3 or 6 digits where there is one. */
export function formatTimestamp(micros: number | bigint): string {
  const { seconds, fraction } = splitMicros(micros);
  const days = Math.floor(seconds / 86_400);
  const base = `${formatDate(days)} ${formatTimeOfDay(seconds - days * 86_400)}`;
  if (fraction === 0) return base;
  return fraction % 1000 === 0 ? `${base}.${padded(fraction / 1000, 3)}` : `${base}.${padded(fraction, 6)}`;
}

/** Whole seconds since 1970, and the microseconds (0 to 999,999) after them. */
export function splitMicros(micros: number | bigint): { readonly seconds: number; readonly fraction: number } {
  if (typeof micros === 'number') {
    const seconds = Math.floor(micros / MICROS_PER_SECOND);
    return { seconds, fraction: micros - seconds * MICROS_PER_SECOND };
  }
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return { seconds: Number((micros - fraction) / 1_000_000n), fraction: Number(fraction) };
}

export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  const sign = year < 0 ? '-' : '';
  return `${sign}${padded(Math.abs(year), 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** 'HH:MM:SS' of seconds since midnight. */
function formatTimeOfDay(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}:${padded(seconds % 60, 2)}`;
}

export function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
