import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import { civilFromDays, daysInMonth } from '../../expressions/values/time.ts';

export const DAY_MS = 86_400_000;
/** 1970-01-01 00:00 in milliseconds since the Julian day 0, noon of 24 November 4714 BC. */
export const EPOCH_MS = 210_866_760_000_000;
/** The end of the year 9999 in the same milliseconds. */
const LAST_MS = 464_269_060_799_999;

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  /** With a fraction. */
  readonly second: number;
  /** Minutes that the text's zone is ahead of UTC. */
  readonly zone: number;
  /** The text's zone is UTC. */
  readonly isUtc: boolean;
}

/** Where only the time is given. */
export const DAY_OF_TIMES = { year: 2000, month: 1, day: 1 };

/**
 * What a time value and the modifiers so far amount to: SQLite's DateTime (date.c), whose fields are computed from each
 * other on demand. Everything is UTC; years are those of the proleptic Gregorian calendar.
 */
export class DateTime {
  /** Milliseconds since the Julian day 0; null while only the fields below are known. */
  julianMs: number | null = null;
  civil: { year: number; month: number; day: number } | null = null;
  time: TimeOfDay | null = null;
  /** A bare number of which no modifier has said yet what it counts. */
  number: number | null = null;
  /** Days behind the end of the month that its day was meant for: 'floor' takes them back. */
  overflowDays = 0;
  wantsSubseconds = false;
  /** A time without a day, as it was written. */
  isTimeOnly = false;
  /** It came with a zone, or from the clock. */
  isUtc = false;
  isInvalid = false;

  /** Needs the milliseconds: computes them from the date and the time of day. */
  toJulian(): number {
    if (this.julianMs !== null) return this.julianMs;
    const { year, month, day } = this.civil ?? DAY_OF_TIMES;
    if (year < -4713 || year > 9999 || this.number !== null) {
      this.isInvalid = true;
      this.julianMs = 0;
      this.clearFields();
      return 0;
    }
    this.julianMs = julianDayMs(year, month, day);
    if (this.time !== null) {
      const { hour, minute, second, zone } = this.time;
      this.julianMs += hour * 3_600_000 + minute * 60_000 + Math.trunc(second * 1000 + 0.5);
      if (zone !== 0) {
        this.julianMs -= zone * 60_000;
        this.isUtc = true;
        this.clearFields();
      }
    }
    return this.julianMs;
  }

  /** Needs year, month and day. */
  toCivil(): { year: number; month: number; day: number } {
    if (this.civil !== null) return this.civil;
    if (this.julianMs === null) this.civil = DAY_OF_TIMES;
    else if (!isInRange(this.julianMs)) {
      this.isInvalid = true;
      this.civil = DAY_OF_TIMES;
    } else this.civil = { ...civilFromDays(Math.floor((this.julianMs - EPOCH_MS) / DAY_MS)) };
    return this.civil;
  }

  /** Needs the time of day. */
  toTime(): TimeOfDay {
    if (this.time !== null) return this.time;
    const ofDay = (this.toJulian() + DAY_MS / 2) % DAY_MS;
    const minutes = Math.trunc(ofDay / 60_000);
    this.number = null;
    this.time = {
      hour: Math.trunc(minutes / 60),
      minute: minutes % 60,
      second: (ofDay % 60_000) / 1000,
      zone: 0,
      isUtc: false,
    };
    return this.time;
  }

  /** From here on the milliseconds alone count. */
  setJulian(ms: number): void {
    this.julianMs = ms;
    this.isTimeOnly = false;
    this.clearFields();
  }

  clearFields(): void {
    this.civil = null;
    this.time = null;
  }

  /** Call when year, month or day have been set: the milliseconds no longer hold. */
  changedCivil(): void {
    this.julianMs = null;
    this.isTimeOnly = false;
    const { year, month, day } = this.civil!;
    this.overflowDays = Math.max(0, day - daysInMonth(year, month));
  }
}

/** Midnight of a day, in milliseconds since the Julian day 0. J. Meeus, "Astronomical Algorithms", chapter 7. */
function julianDayMs(year: number, month: number, day: number): number {
  const [y, m] = month <= 2 ? [year - 1, month + 12] : [year, month];
  const century = Math.trunc((y + 4800) / 100);
  const leap = 38 - century + Math.trunc(century / 4);
  const days = Math.trunc((36_525 * (y + 4716)) / 100) + Math.trunc((306_001 * (m + 1)) / 10_000);
  return Math.trunc((days + day + leap - 1524.5) * DAY_MS);
}

export function isInRange(julianMs: number): boolean {
  return julianMs >= 0 && julianMs <= LAST_MS;
}

const DATE = /^(-?)(\d{4})-(\d\d)-(\d\d)[ \t\n\v\f\rT]*/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?[ \t\n\v\f\r]*(?:([Zz])|([+-])(\d\d):(\d\d))?[ \t\n\v\f\r]*$/;

/** 'HH:MM', 'HH:MM:SS' or 'HH:MM:SS.SSS', each with an optional zone; null when it is none of them. */
export function parseTimeOfDay(text: string): TimeOfDay | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [hour, minute, whole] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const [zoneHour, zoneMinute] = [Number(match[7] ?? 0), Number(match[8] ?? 0)];
  if (hour > 24 || minute > 59 || whole > 59 || zoneHour > 14 || zoneMinute > 59) return null;
  // A fraction never rounds up to the next second.
  const fraction = match[4] === undefined ? 0 : Math.min(Number(`0.${match[4]}`), 0.999);
  // 24:00 is the next day's midnight; there is nothing behind it.
  if (hour === 24 && minute + whole + fraction > 0) return null;
  const zone = (zoneHour * 60 + zoneMinute) * (match[6] === '-' ? -1 : 1);
  const hasZone = match[5] !== undefined || match[6] !== undefined;
  return { hour, minute, second: whole + fraction, zone, isUtc: hasZone && zone === 0 };
}

/** A time value that is text: an ISO date, a time, both, 'now', 'subsec' (now, with milliseconds), a number. */
export function parseTimeText(text: string, now: () => number): DateTime | null {
  const at = new DateTime();
  const date = DATE.exec(text);
  const rest = date === null ? text : text.slice(date[0].length);
  at.time = rest === '' ? null : parseTimeOfDay(rest);
  at.isUtc = at.time?.isUtc === true;
  if (date !== null && (rest === '' || at.time !== null)) {
    const [year, month, day] = [Number(date[2]), Number(date[3]), Number(date[4])];
    if (month < 1 || month > 12 || day < 1 || day > 31) return null;
    at.civil = { year: date[1] === '-' ? -year : year, month, day };
    at.changedCivil();
    if (at.time !== null && at.time.zone !== 0) at.toJulian();
    return settled(at);
  }
  if (at.time !== null) {
    settled(at).isTimeOnly = true;
    return at;
  }
  const word = text.toLowerCase();
  if (word === 'now' || word === 'subsec' || word === 'subsecond') {
    at.julianMs = EPOCH_MS + Math.floor(now() / 1000);
    at.wantsSubseconds = word !== 'now';
    at.isUtc = true;
    return at;
  }
  const number = wholeNumber(text);
  return number === null ? null : timeOfNumber(Number(number));
}

/** 24:00 has become another day before any modifier sees it. */
function settled(at: DateTime): DateTime {
  if (at.time?.hour !== 24) return at;
  at.setJulian(at.toJulian());
  at.overflowDays = 0;
  return at;
}

/** A Julian day number where it can be one; otherwise a modifier must say what it counts. */
export function timeOfNumber(number: number): DateTime {
  const at = new DateTime();
  at.number = number;
  if (number >= 0 && number < 5_373_484.5) at.julianMs = Math.trunc(number * DAY_MS + 0.5);
  return at;
}
