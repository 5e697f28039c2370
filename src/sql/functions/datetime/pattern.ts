/** One element of a PostgreSQL format for times: a pattern, or text that stands for itself. */
export interface PatternElement {
  /** Upper case; null for text. */
  readonly pattern: string | null;
  /** As it was written: its case decides how words are shown. */
  readonly text: string;
  /** FM: without padding. */
  readonly fill: boolean;
  /** 'TH', 'th' or '': the ending of an ordinal number. */
  readonly ordinal: string;
}

/** Longer ones before those that they begin with. */
const PATTERNS = [
  ...['Y,YYY', 'YYYY', 'YYY', 'YY', 'Y', 'IYYY', 'IYY', 'IY', 'IDDD', 'ID', 'IW', 'I', 'MONTH', 'MON', 'MM', 'MI'],
  ...['MS', 'DDD', 'DD', 'DAY', 'DY', 'D', 'HH24', 'HH12', 'HH', 'SSSSS', 'SSSS', 'SS', 'US', 'FF1', 'FF2', 'FF3'],
  ...['FF4', 'FF5', 'FF6', 'A.M.', 'P.M.', 'AM', 'PM', 'B.C.', 'A.D.', 'BC', 'AD', 'WW', 'W', 'Q', 'CC', 'J', 'RM'],
  ...['TZH', 'TZM', 'TZ', 'OF'],
];

const ELEMENT = new RegExp(
  `"((?:[^"\\\\]|\\\\.)*)"?|(FM|FX|TM)?(${PATTERNS.map((name) => name.replaceAll('.', '\\.')).join('|')})(TH)?|[\\s\\S]`,
  'giu',
);

export function parsePattern(format: string): PatternElement[] {
  const elements: PatternElement[] = [];
  for (const [all, quoted, modifier, pattern, ordinal] of format.matchAll(ELEMENT)) {
    if (pattern !== undefined) {
      const fill = modifier !== undefined && modifier.toUpperCase() === 'FM';
      elements.push({ pattern: pattern.toUpperCase(), text: pattern, fill, ordinal: ordinal ?? '' });
    } else {
      const text = quoted === undefined ? all : quoted.replace(/\\(.)/gs, '$1');
      elements.push({ pattern: null, text, fill: false, ordinal: '' });
    }
  }
  return elements;
}

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
export const ROMAN_MONTHS = 'I II III IV V VI VII VIII IX X XI XII'.split(' ');

/** 'st', 'nd', 'rd', 'th'. */
export function ordinalEnding(value: number): string {
  const last = Math.abs(value) % 10;
  const isTeen = Math.floor(Math.abs(value) / 10) % 10 === 1;
  return last > 3 || isTeen ? 'th' : ['th', 'st', 'nd', 'rd'][last];
}
