import { civilFromDays } from '../../expressions/values/time.ts';
import { type CivilInstant, centuryOf } from './fields.ts';
import { DAYS, MONTHS, ordinalEnding, type PatternElement, parsePattern, ROMAN_MONTHS } from './pattern.ts';
import { dayOfYear, isoWeekOfDay, weekdayOfDay } from './weeks.ts';

const EPOCH_JULIAN_DAY = 2_440_588;
/** To how many characters names are padded without FM. */
const NAME_WIDTH = 9;

/** A time by a format of PostgreSQL's to_char. */
export function timeToChar(at: CivilInstant, format: string): string {
  return parsePattern(format)
    .map((element) => show(element, at))
    .join('');
}

function show(element: PatternElement, at: CivilInstant): string {
  const { pattern, text, fill, ordinal } = element;
  if (pattern === null) return text;
  const word = wordOf(pattern, at);
  if (word !== null) return fill ? inCaseOf(text, word.trimEnd()) : inCaseOf(text, word);
  const [value, width] = numberOf(pattern, at);
  const digits = String(Math.abs(value)).padStart(fill ? 1 : width, '0');
  const number = `${value < 0 ? '-' : ''}${pattern === 'Y,YYY' ? digits.replace(/(\d{3})$/, ',$1') : digits}`;
  if (ordinal === '') return number;
  return number + (ordinal === 'TH' ? ordinalEnding(value).toUpperCase() : ordinalEnding(value));
}

/** 'Mon' shows 'May', 'MON' 'MAY' and 'mon' 'may'. */
function inCaseOf(pattern: string, word: string): string {
  if (pattern === pattern.toUpperCase()) return word.toUpperCase();
  return pattern === pattern.toLowerCase() ? word.toLowerCase() : word;
}

function wordOf(pattern: string, { days, ofDay }: CivilInstant): string | null {
  const { year, month } = civilFromDays(days);
  const isMorning = ofDay < 43_200;
  switch (pattern) {
    case 'MONTH':
      return MONTHS[month - 1].padEnd(NAME_WIDTH);
    case 'MON':
      return MONTHS[month - 1].slice(0, 3);
    case 'DAY':
      return DAYS[weekdayOfDay(days)].padEnd(NAME_WIDTH);
    case 'DY':
      return DAYS[weekdayOfDay(days)].slice(0, 3);
    case 'AM':
    case 'PM':
      return isMorning ? 'AM' : 'PM';
    case 'A.M.':
    case 'P.M.':
      return isMorning ? 'A.M.' : 'P.M.';
    case 'BC':
    case 'AD':
      return year > 0 ? 'AD' : 'BC';
    case 'B.C.':
    case 'A.D.':
      return year > 0 ? 'A.D.' : 'B.C.';
    case 'RM':
      return ROMAN_MONTHS[month - 1].padEnd(4);
    case 'TZ':
      return 'UTC';
    case 'TZH':
    case 'OF':
      return '+00';
    case 'TZM':
      return '00';
    default:
      return null;
  }
}

/** The number that a pattern shows, and its width. */
function numberOf(pattern: string, at: CivilInstant): readonly [number, number] {
  return dateNumber(pattern, at.days) ?? timeNumber(pattern, at);
}

function dateNumber(pattern: string, days: number): readonly [number, number] | null {
  const { year, month, day } = civilFromDays(days);
  switch (pattern) {
    case 'YYYY':
    case 'Y,YYY':
      return [year, 4];
    case 'YYY':
    case 'YY':
    case 'Y':
      return [year % 10 ** pattern.length, pattern.length];
    case 'IYYY':
      return [isoWeekOfDay(days).year, 4];
    case 'IYY':
    case 'IY':
    case 'I':
      return [isoWeekOfDay(days).year % 10 ** pattern.length, pattern.length];
    case 'MM':
      return [month, 2];
    case 'DDD':
      return [dayOfYear(days), 3];
    case 'IDDD':
      return [(isoWeekOfDay(days).week - 1) * 7 + isoWeekday(days), 3];
    case 'DD':
      return [day, 2];
    case 'D':
      return [weekdayOfDay(days) + 1, 1];
    case 'ID':
      return [isoWeekday(days), 1];
    case 'W':
      return [Math.ceil(day / 7), 1];
    case 'WW':
      return [Math.ceil(dayOfYear(days) / 7), 2];
    case 'IW':
      return [isoWeekOfDay(days).week, 2];
    case 'Q':
      return [Math.ceil(month / 3), 1];
    case 'CC':
      return [centuryOf(year), 2];
    case 'J':
      return [days + EPOCH_JULIAN_DAY, 1];
    default:
      return null;
  }
}

function timeNumber(pattern: string, { ofDay, micros }: CivilInstant): readonly [number, number] {
  const hour = Math.floor(ofDay / 3600);
  switch (pattern) {
    case 'HH24':
      return [hour, 2];
    case 'HH12':
    case 'HH':
      return [hour % 12 === 0 ? 12 : hour % 12, 2];
    case 'MI':
      return [Math.floor(ofDay / 60) % 60, 2];
    case 'SS':
      return [ofDay % 60, 2];
    case 'MS':
      return [Math.floor(micros / 1000), 3];
    case 'US':
      return [micros, 6];
    case 'SSSS':
    case 'SSSSS':
      return [ofDay, 1];
    default: {
      // FF1 to FF6.
      const places = Number(pattern[2]);
      return [Math.floor(micros / 10 ** (6 - places)), places];
    }
  }
}

function isoWeekday(days: number): number {
  return ((weekdayOfDay(days) + 6) % 7) + 1;
}
