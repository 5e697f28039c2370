import type { SqlValue } from '../../engine/column/types.ts';
import { integerOf, realOf } from '../expressions/values/numeric.ts';
import { formatSignificant, textOf } from '../expressions/values/text.ts';
import { alias, checkTextLength, define } from './define.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import { quoteValue } from './text.ts';

const DIRECTIVE = /%([-+ 0#!,]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:ll|l)?([a-zA-Z%])/g;
/** Width and precision beyond this are cut: hostile formats must not fill the memory. */
const LARGEST_WIDTH = 1_000_000;

interface Directive {
  readonly flags: string;
  readonly width: number;
  /** null when the directive has none. */
  readonly precision: number | null;
  readonly conversion: string;
}

/** printf() as SQLite defines it: missing arguments are NULL, unknown conversions end the text. */
function format([pattern, ...args]: readonly SqlValue[]): SqlValue {
  if (pattern === null) return null;
  let next = 0;
  let length = 0;
  const take = (): SqlValue => args[next++] ?? null;
  const size = (text: string): number => clamp(text === '*' ? Number(integerOf(take() ?? 0n)) : Number(text));
  return textOf(pattern).replace(DIRECTIVE, (directive, flags: string, width, precision, conversion: string) => {
    if (conversion === '%') return '%';
    const starWidth = width === undefined ? 0 : size(width);
    const hasPoint = directive.includes('.');
    const spec: Directive = {
      flags: starWidth < 0 ? `${flags}-` : flags,
      width: Math.abs(starWidth),
      precision: hasPoint ? Math.abs(precision === undefined ? 0 : size(precision)) : null,
      conversion,
    };
    const text = pad(convert(spec, take()), spec);
    length += text.length;
    checkTextLength(length, 'printf');
    return text;
  });
}

function clamp(size: number): number {
  return Math.max(-LARGEST_WIDTH, Math.min(LARGEST_WIDTH, size));
}

function convert(spec: Directive, value: SqlValue): string {
  switch (spec.conversion) {
    case 'd':
    case 'i':
    case 'u':
      return formatInteger(spec, value === null ? 0n : integerOf(value));
    case 'x':
    case 'X':
    case 'o':
      return formatUnsigned(spec, value === null ? 0n : integerOf(value));
    case 'f':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return formatFloat(spec, value === null ? 0 : realOf(value));
    case 'c':
      return value === null ? '' : repeatCharacter(textOf(value), spec);
    case 's':
    case 'z':
      return value === null ? '' : cut(textOf(value), spec);
    case 'q':
      return value === null ? '(NULL)' : cut(textOf(value), spec).replaceAll("'", "''");
    case 'Q':
      return value === null ? 'NULL' : quoteValue(cut(textOf(value), spec));
    case 'w':
      return value === null ? '(NULL)' : cut(textOf(value), spec).replaceAll('"', '""');
    default:
      return '';
  }
}

function cut(text: string, { precision }: Directive): string {
  return precision === null ? text : Array.from(text).slice(0, precision).join('');
}

function repeatCharacter(text: string, { precision }: Directive): string {
  return (Array.from(text)[0] ?? '').repeat(precision === null || precision < 1 ? 1 : precision);
}

function formatInteger({ flags, precision }: Directive, value: bigint): string {
  let digits = (value < 0n ? -value : value).toString().padStart(precision ?? 1, '0');
  if (flags.includes(',')) digits = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return signOf(value < 0n, flags) + digits;
}

function formatUnsigned({ flags, precision, conversion }: Directive, value: bigint): string {
  const unsigned = BigInt.asUintN(64, value);
  const digits = unsigned.toString(conversion === 'o' ? 8 : 16).padStart(precision ?? 1, '0');
  const prefix = flags.includes('#') && unsigned !== 0n ? (conversion === 'o' ? '0' : '0x') : '';
  return conversion === 'X' ? (prefix + digits).toUpperCase() : prefix + digits;
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function formatFloat({ flags, precision, conversion }: Directive, value: number): string {
  const sign = signOf(value < 0, flags);
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : `${sign}Inf`;
  const digits = Math.min(precision ?? 6, 100);
  switch (conversion) {
    case 'f': {
      const fixed = fixedPoint(magnitude, digits);
      const [whole, fraction] = fixed.split('.');
      const grouped = flags.includes(',') ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
      return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
    }
    case 'e':
      return sign + exponentForm(magnitude, digits);
    case 'E':
      return sign + exponentForm(magnitude, digits).toUpperCase();
    default:
      return sign + general(magnitude, Math.max(1, digits), flags, conversion === 'G');
  }
}

/** toFixed switches to exponent form at 1e21; digits beyond 16 significant ones are zeros in SQLite. */
function fixedPoint(magnitude: number, digits: number): string {
  if (magnitude < 1e21) return magnitude.toFixed(digits);
  const whole = BigInt(magnitude).toString();
  return digits === 0 ? whole : `${whole}.${'0'.repeat(digits)}`;
}

function exponentForm(magnitude: number, digits: number): string {
  return magnitude.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(magnitude: number, digits: number, flags: string, upper: boolean): string {
  const text = formatSignificant(magnitude, Math.min(digits, 17));
  const shown = flags.includes('!') ? text : text.replace(/\.0(?=e|$)/, '');
  return upper ? shown.toUpperCase() : shown;
}

function pad(text: string, { flags, width, conversion }: Directive): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || !'diufeEgGxXo'.includes(conversion)) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

const printf = define('printf', [1, Number.POSITIVE_INFINITY], 'TEXT', format, { nullPropagating: false });

export const FORMAT_FUNCTIONS: readonly ScalarFunctionDefinition[] = [printf, alias(printf, 'format')];
