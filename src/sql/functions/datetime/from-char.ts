import { HeliosError } from '../../../base/errors.ts';
import { civilFromDays, daysFromCivil } from '../../expressions/values/time.ts';
import { type CivilInstant, dayOf } from './fields.ts';
import { DAYS, MONTHS, type PatternElement, parsePattern, ROMAN_MONTHS } from './pattern.ts';
import { weekdayOfDay } from './weeks.ts';

/** What the patterns have found: numbers by pattern, and the half of the day. */
interface Found {
  readonly numbers: Map<string, number>;
  isAfternoon: boolean | null;
  isBeforeChrist: boolean;
}

const WIDTHS: Readonly<Record<string, number>> = {
  YYYY: 4,
  YYY: 3,
  YY: 2,
  Y: 1,
  IYYY: 4,
  IW: 2,
  ID: 1,
  MM: 2,
  DDD: 3,
  DD: 2,
  HH24: 2,
  HH12: 2,
  HH: 2,
  MI: 2,
  SS: 2,
  MS: 3,
  US: 6,
  SSSSS: 5,
  SSSS: 5,
  J: 7,
};

/** A text read by a format of PostgreSQL's to_timestamp; INVALID_VALUE when it does not fit. */
export function timeFromChar(name: string, text: string, format: string): CivilInstant {
  const found: Found = { numbers: new Map(), isAfternoon: null, isBeforeChrist: false };
  const elements = parsePattern(format);
  let at = 0;
  elements.forEach((element, i) => {
    if (element.pattern === null) {
      // Separators match any separator or none; other characters are passed over.
      if (at < text.length && (text[at] === element.text || !/[\p{L}\p{N}]/u.test(text[at]))) at++;
      return;
    }
    while (at < text.length && /\s/.test(text[at])) at++;
    const taken = take(element, elements[i + 1]?.pattern ?? null, text, at, found);
    if (taken === null) {
      throw new HeliosError(
        'INVALID_VALUE',
        `${name}(): ${JSON.stringify(text.slice(at, at + 20))} is nothing for the pattern ${element.text}`,
      );
    }
    at = taken;
  });
  return { days: daysOf(name, found), ...timeOf(name, found) };
}

/** Where the text goes on behind what the pattern takes; null when it takes nothing. */
function take(
  { pattern, text: written, fill }: PatternElement,
  next: string | null,
  text: string,
  at: number,
  found: Found,
) {
  const name = pattern as string;
  switch (name) {
    case 'MONTH':
    case 'MON':
    case 'RM': {
      const names = name === 'RM' ? ROMAN_MONTHS : name === 'MON' ? MONTHS.map((each) => each.slice(0, 3)) : MONTHS;
      return takeName(names, text, at, (index) => found.numbers.set('MM', index + 1));
    }
    case 'DAY':
    case 'DY':
      return takeName(name === 'DY' ? DAYS.map((day) => day.slice(0, 3)) : DAYS, text, at, () => undefined);
    case 'AM':
    case 'PM':
    case 'A.M.':
    case 'P.M.':
      return takeName(['AM', 'PM', 'A.M.', 'P.M.'], text, at, (index) => {
        found.isAfternoon = index % 2 === 1;
      });
    case 'BC':
    case 'AD':
    case 'B.C.':
    case 'A.D.':
      return takeName(['AD', 'BC', 'A.D.', 'B.C.'], text, at, (index) => {
        found.isBeforeChrist = index % 2 === 1;
      });
    default:
      return takeNumber(name, written, fill || next === null, text, at, found);
  }
}

/** The longest of some names that the text has here. */
function takeName(names: readonly string[], text: string, at: number, keep: (index: number) => void): number | null {
  const rest = text.slice(at, at + 12).toUpperCase();
  let best = -1;
  names.forEach((name, i) => {
    if (rest.startsWith(name.toUpperCase()) && (best < 0 || name.length > names[best].length)) best = i;
  });
  if (best < 0) return null;
  keep(best);
  return at + names[best].length;
}

/** As many digits as the pattern is wide; more of a year that no other number follows. */
function takeNumber(pattern: string, written: string, isOpen: boolean, text: string, at: number, found: Found) {
  const width = pattern.startsWith('FF') ? Number(pattern[2]) : (WIDTHS[pattern] ?? null);
  if (width === null) {
    throw new HeliosError('NOT_SUPPORTED', `the pattern ${written} cannot be read, only shown by to_char()`);
  }
  const most = isOpen && pattern === 'YYYY' ? 9 : width;
  const digits = /^[+-]?\d+/.exec(text.slice(at, at + most))?.[0];
  if (digits === undefined) return null;
  const isFraction = pattern === 'MS' || pattern === 'US' || pattern.startsWith('FF');
  // Fractions are read from the left: '5' is half a second.
  if (isFraction) found.numbers.set('US', Number(digits.padEnd(6, '0')));
  else found.numbers.set(pattern, Number(digits));
  return at + digits.length;
}

function daysOf(name: string, { numbers, isBeforeChrist }: Found): number {
  const julian = numbers.get('J');
  if (julian !== undefined) return julian - 2_440_588;
  const isoYear = numbers.get('IYYY');
  if (isoYear !== undefined) {
    const fourth = daysFromCivil(isoYear, 1, 4);
    const monday = fourth - ((weekdayOfDay(fourth) + 6) % 7);
    return monday + ((numbers.get('IW') ?? 1) - 1) * 7 + (numbers.get('ID') ?? 1) - 1;
  }
  const given = yearOf(numbers);
  const year = isBeforeChrist ? 1 - given : given;
  const ofYear = numbers.get('DDD');
  if (ofYear !== undefined && !numbers.has('MM')) {
    const days = daysFromCivil(year, 1, 1) + ofYear - 1;
    if (civilFromDays(days).year === year) return days;
    throw new HeliosError('INVALID_VALUE', `${name}(): the year ${year} has no day ${ofYear}`);
  }
  return dayOf(name, year, numbers.get('MM') ?? 1, numbers.get('DD') ?? 1);
}

/** Years of fewer digits than four are those nearest to 2020, as PostgreSQL has it. */
function yearOf(numbers: ReadonlyMap<string, number>): number {
  for (const [pattern, span] of [
    ['YYYY', 0],
    ['YYY', 1000],
    ['YY', 100],
    ['Y', 10],
  ] as const) {
    const year = numbers.get(pattern);
    if (year === undefined) continue;
    if (span === 0 || year >= span) return year;
    const candidate = 2020 - (2020 % span) + year;
    return candidate >= 2020 + span / 2 ? candidate - span : candidate;
  }
  return 1;
}

function timeOf(name: string, { numbers, isAfternoon }: Found): { ofDay: number; micros: number } {
  const micros = numbers.get('US') ?? 0;
  const ofDay = numbers.get('SSSSS') ?? numbers.get('SSSS');
  if (ofDay !== undefined && ofDay >= 0 && ofDay < 86_400) return { ofDay, micros };
  const hour12 = numbers.get('HH12') ?? numbers.get('HH');
  let hour = numbers.get('HH24') ?? hour12 ?? 0;
  if (isAfternoon !== null && hour <= 12) hour = (hour % 12) + (isAfternoon ? 12 : 0);
  else if (hour12 !== undefined && hour === 12) hour = 0;
  const [minute, second] = [numbers.get('MI') ?? 0, numbers.get('SS') ?? 0];
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (isTime && ofDay === undefined) return { ofDay: (hour * 60 + minute) * 60 + second, micros };
  throw new HeliosError('INVALID_VALUE', `${name}(): ${hour}:${minute}:${second} is no time of day`);
}
