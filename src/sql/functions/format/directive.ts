/** One conversion of a printf format: `%[flags][width][.precision][l]conversion`. */
export interface Directive {
  readonly leftJustified: boolean;
  /** What stands before numbers that are not negative: '+', ' ' or nothing. */
  readonly prefix: string;
  /** `#` */
  readonly alternate: boolean;
  /** `!` */
  readonly wide: boolean;
  readonly zeroPadded: boolean;
  readonly grouped: boolean;
  readonly width: number;
  /** null when the directive has none. */
  readonly precision: number | null;
  /** '' when the format ends before it. */
  readonly conversion: string;
  /** Where the format goes on. */
  readonly end: number;
}

const DIGITS = /\d*/y;
const LARGEST = 0x7fff_ffff;

/** The directive whose first character behind the `%` is at `start`. `take` yields the arguments of `*`. */
export function parseDirective(format: string, start: number, take: () => bigint): Directive {
  const flags = new Set<string>();
  let prefix = '';
  let [width, precision]: [number, number | null] = [0, null];
  let at = start;
  for (;;) {
    const c = format.charAt(at);
    if (c === '+' || c === ' ') prefix = c;
    else if (c !== '' && '-#!0,'.includes(c)) flags.add(c);
    else if (c === '*' || (c >= '1' && c <= '9')) {
      [width, at] = sizeAt(format, at, take);
      if (width < 0) flags.add('-');
      width = width < -LARGEST ? 0 : Math.abs(width);
      // Behind a width there is a precision, a length or the conversion.
      if (format.charAt(at) !== '.' && format.charAt(at) !== 'l') break;
      continue;
    } else if (c === '.') {
      [precision, at] = sizeAt(format, at + 1, take);
      precision = precision < -LARGEST ? null : Math.abs(precision);
      if (format.charAt(at) !== 'l') break;
      continue;
    } else {
      if (c === 'l') at += format.charAt(at + 1) === 'l' ? 2 : 1;
      break;
    }
    at++;
  }
  return {
    leftJustified: flags.has('-'),
    prefix,
    alternate: flags.has('#'),
    wide: flags.has('!'),
    zeroPadded: flags.has('0'),
    grouped: flags.has(','),
    width,
    precision,
    conversion: format.charAt(at),
    end: at + 1,
  };
}

/** A number of the format, or the one that `*` takes; of 31 bits, as SQLite reads it. */
function sizeAt(format: string, at: number, take: () => bigint): [number, number] {
  if (format.charAt(at) === '*') return [Number(BigInt.asIntN(32, take())), at + 1];
  DIGITS.lastIndex = at;
  const digits = DIGITS.exec(format)![0];
  let size = 0;
  for (const digit of digits) size = (size * 10 + Number(digit)) % 4_294_967_296;
  return [size & LARGEST, at + digits.length];
}
