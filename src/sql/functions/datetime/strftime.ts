import { formatReal } from '../../expressions/values/real-text.ts';
import { daysFromCivil, formatDate, formatTimeOfDay, padded } from '../../expressions/values/time.ts';
import { civilTime, DAY_MS, EPOCH_JULIAN_DAY } from './instant.ts';
import { weekdayOf } from './modifiers.ts';

export function julianDay(ms: number): number {
  return ms / DAY_MS + EPOCH_JULIAN_DAY;
}

export function dateText(ms: number): string {
  return formatDate(Math.floor(ms / DAY_MS));
}

/** 'HH:MM:SS', with milliseconds if asked. */
export function timeText(ms: number, withMillis: boolean): string {
  const { ofDayMs } = civilTime(ms);
  const text = formatTimeOfDay(Math.floor(ofDayMs / 1000));
  return withMillis ? `${text}.${padded(ofDayMs % 1000, 3)}` : text;
}

/** SQLite's strftime; null when the format names an unknown field. */
export function strftime(format: string, ms: number): string | null {
  let text = '';
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i];
      continue;
    }
    const field = dateField(format[++i], ms) ?? timeField(format[i], ms);
    if (field === null) return null;
    text += field;
  }
  return text;
}

function dateField(letter: string | undefined, ms: number): string | null {
  const { year, month, day } = civilTime(ms);
  switch (letter) {
    case 'd':
      return padded(day, 2);
    case 'e':
      return String(day).padStart(2, ' ');
    case 'F':
      return dateText(ms);
    case 'j':
      return padded(dayOfYear(ms) + 1, 3);
    case 'J':
      return formatReal(julianDay(ms)).replace(/\.0$/, '');
    case 'm':
      return padded(month, 2);
    case 'Y':
      return year < 0 ? `-${padded(-year, 4)}` : padded(year, 4);
    case 'u':
      return String(weekdayOf(ms) === 0 ? 7 : weekdayOf(ms));
    case 'w':
      return String(weekdayOf(ms));
    case 'U':
      return padded(Math.floor((dayOfYear(ms) + 7 - weekdayOf(ms)) / 7), 2);
    case 'W':
      return padded(Math.floor((dayOfYear(ms) + 7 - ((weekdayOf(ms) + 6) % 7)) / 7), 2);
    case 'G':
      return padded(isoThursdayYear(ms), 4);
    case 'g':
      return padded(isoThursdayYear(ms) % 100, 2);
    case 'V':
      return padded(Math.floor(dayOfYear(isoThursday(ms)) / 7) + 1, 2);
    default:
      return null;
  }
}

function timeField(letter: string | undefined, ms: number): string | null {
  const { ofDayMs } = civilTime(ms);
  const hour = Math.floor(ofDayMs / 3_600_000);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  switch (letter) {
    case 'f':
      return timeText(ms, true).slice(6);
    case 'H':
      return padded(hour, 2);
    case 'I':
      return padded(hour12, 2);
    case 'k':
      return String(hour).padStart(2, ' ');
    case 'l':
      return String(hour12).padStart(2, ' ');
    case 'M':
      return timeText(ms, false).slice(3, 5);
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'R':
      return timeText(ms, false).slice(0, 5);
    case 's':
      return String(Math.floor(ms / 1000));
    case 'S':
      return timeText(ms, false).slice(6);
    case 'T':
      return timeText(ms, false);
    case '%':
      return '%';
    default:
      return null;
  }
}

/** From 0. */
export function dayOfYear(ms: number): number {
  return Math.floor(ms / DAY_MS) - daysFromCivil(civilTime(ms).year, 1, 1);
}

/** The Thursday of the same ISO week, whose year is the week's year. */
function isoThursday(ms: number): number {
  return ms + (3 - ((weekdayOf(ms) + 6) % 7)) * DAY_MS;
}

function isoThursdayYear(ms: number): number {
  return civilTime(isoThursday(ms)).year;
}
