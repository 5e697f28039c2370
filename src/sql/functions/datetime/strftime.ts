import { formatSignificant } from '../../expressions/values/real-text.ts';
import { daysFromCivil } from '../../expressions/values/time.ts';
import { DAY_MS, type DateTime, EPOCH_MS } from './date-time.ts';
import { dayOfYear, isoWeekOfDay, weekdayOfDay } from './weeks.ts';

/** C's "%0{width}d": a sign takes one of the places. */
function zeros(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
}

export function julianDay(at: DateTime): number {
  return at.toJulian() / DAY_MS;
}

/** Whole seconds since 1970; with 'subsec' a REAL with milliseconds. */
export function unixSeconds(at: DateTime): number | bigint {
  const ms = at.toJulian() - EPOCH_MS;
  return at.wantsSubseconds ? ms / 1000 : BigInt(Math.floor(ms / 1000));
}

/** 'YYYY-MM-DD'; years before 0 have five characters. */
export function dateText(at: DateTime): string {
  const { year, month, day } = at.toCivil();
  return `${year < 0 ? '-' : ''}${zeros(Math.abs(year), 4)}-${zeros(month, 2)}-${zeros(day, 2)}`;
}

/** 'HH:MM:SS', with milliseconds if 'subsec' asks for them. */
export function timeText(at: DateTime): string {
  const { hour, minute, second } = at.toTime();
  const ms = Math.trunc(second * 1000 + 0.5);
  const seconds = at.wantsSubseconds
    ? `${zeros(Math.trunc(ms / 1000), 2)}.${zeros(ms % 1000, 3)}`
    : zeros(Math.trunc(second), 2);
  return `${zeros(hour, 2)}:${zeros(minute, 2)}:${seconds}`;
}

export function dateTimeText(at: DateTime): string {
  return `${dateText(at)} ${timeText(at)}`;
}

/** SQLite's strftime; null when the format names an unknown field. */
export function strftime(format: string, at: DateTime): string | null {
  at.toJulian();
  const parts: string[] = [];
  let from = 0;
  for (let i = format.indexOf('%'); i >= 0; i = format.indexOf('%', from)) {
    const letter = format.charAt(i + 1);
    const field = dateField(letter, at) ?? weekField(letter, at) ?? timeField(letter, at);
    if (field === null) return null;
    parts.push(format.slice(from, i), field);
    from = i + 2;
  }
  parts.push(format.slice(from));
  return parts.join('');
}

function dateField(letter: string, at: DateTime): string | null {
  const { year, month, day } = at.toCivil();
  switch (letter) {
    case 'd':
      return zeros(day, 2);
    case 'e':
      return String(day).padStart(2);
    case 'F':
      return `${zeros(year, 4)}-${zeros(month, 2)}-${zeros(day, 2)}`;
    case 'j':
      return zeros(dayOfYear(dayNumber(at)), 3);
    case 'J':
      return formatSignificant(julianDay(at), 16, 16).replace(/\.0(?=e|$)/, '');
    case 'm':
      return zeros(month, 2);
    case 'Y':
      return zeros(year, 4);
    default:
      return null;
  }
}

function weekField(letter: string, at: DateTime): string | null {
  const days = dayNumber(at);
  const sunday = weekdayOfDay(days);
  const monday = (sunday + 6) % 7;
  switch (letter) {
    case 'u':
      return String(monday + 1);
    case 'w':
      return String(sunday);
    case 'U':
      return zeros(Math.trunc((dayOfYear(days) + 6 - sunday) / 7), 2);
    case 'W':
      return zeros(Math.trunc((dayOfYear(days) + 6 - monday) / 7), 2);
    case 'G':
      return zeros(isoWeekOfDay(days).year, 4);
    case 'g':
      return zeros(isoWeekOfDay(days).year % 100, 2);
    case 'V':
      return zeros(isoWeekOfDay(days).week, 2);
    default:
      return null;
  }
}

function timeField(letter: string, at: DateTime): string | null {
  const { hour, minute, second } = at.toTime();
  const hour12 = hour % 12 === 0 ? 12 : hour > 12 ? hour - 12 : hour;
  switch (letter) {
    case 'f':
      return Math.min(second, 59.999).toFixed(3).padStart(6, '0');
    case 'H':
      return zeros(hour, 2);
    case 'I':
      return zeros(hour12, 2);
    case 'k':
      return String(hour).padStart(2);
    case 'l':
      return String(hour12).padStart(2);
    case 'M':
      return zeros(minute, 2);
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'R':
      return `${zeros(hour, 2)}:${zeros(minute, 2)}`;
    case 's':
      return at.wantsSubseconds ? ((at.toJulian() - EPOCH_MS) / 1000).toFixed(3) : String(unixSeconds(at));
    case 'S':
      return zeros(Math.trunc(second), 2);
    case 'T':
      return `${zeros(hour, 2)}:${zeros(minute, 2)}:${zeros(Math.trunc(second), 2)}`;
    case '%':
      return '%';
    default:
      return null;
  }
}

/** Days since 1970 of the day that holds the instant. */
function dayNumber(at: DateTime): number {
  return Math.floor((at.toJulian() - EPOCH_MS) / DAY_MS);
}

/** timediff(a, b): what added to b yields a, as '±YYYY-MM-DD HH:MM:SS.SSS'. */
export function differenceText(a: DateTime, b: DateTime): string {
  const [aMs, bMs] = [a.toJulian(), b.toJulian()];
  const sign = aMs >= bMs ? 1 : -1;
  const [from, to] = [b.toCivil(), a.toCivil()];
  // As many whole months as b can go towards a without passing it.
  let months = sign * (to.year * 12 + to.month - (from.year * 12 + from.month));
  const shifted = (): number => monthsLater(b, sign * months);
  while ((aMs - shifted()) * sign < 0) months--;
  const rest = Math.abs(aMs - shifted());
  const days = Math.floor(rest / DAY_MS);
  const ofDay = rest - days * DAY_MS;
  const minutes = Math.floor(ofDay / 60_000);
  const seconds = ((ofDay % 60_000) / 1000).toFixed(3).padStart(6, '0');
  const date = `${zeros(Math.floor(months / 12), 4)}-${zeros(months % 12, 2)}-${zeros(days, 2)}`;
  return `${sign > 0 ? '+' : '-'}${date} ${zeros(Math.floor(minutes / 60), 2)}:${zeros(minutes % 60, 2)}:${seconds}`;
}

/** The instant of the same day and time so many months on; days that the month lacks run on into the next. */
function monthsLater(at: DateTime, months: number): number {
  const { year, month, day } = at.toCivil();
  const index = year * 12 + month - 1 + months;
  const newYear = Math.floor(index / 12);
  const days = daysFromCivil(newYear, index - newYear * 12 + 1, 1) + day - 1;
  return days * DAY_MS + EPOCH_MS + ((at.toJulian() + DAY_MS / 2) % DAY_MS);
}
