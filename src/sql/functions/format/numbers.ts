import { decimalDigits } from '../../expressions/values/real-text.ts';
import { checkTextLength } from '../define.ts';
import type { Directive } from './directive.ts';

const ORDINALS = ['th', 'st', 'nd', 'rd'];

/** %d %i %u %x %X %o %p %r of a 64-bit integer; all but %d, %i and %r read it as unsigned. */
export function formatInteger(directive: Directive, value: bigint): string {
  const { conversion, width } = directive;
  const isSigned = 'dir'.includes(conversion);
  const sign = isSigned ? (value < 0n ? '-' : directive.prefix) : '';
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let places = directive.precision ?? 0;
  if (directive.zeroPadded) places = Math.max(places, width - sign.length);
  checkTextLength(places, 'printf');
  let digits = magnitude.toString(conversion === 'o' ? 8 : 'xXp'.includes(conversion) ? 16 : 10);
  if (conversion === 'X' || conversion === 'p') digits = digits.toUpperCase();
  if (conversion === 'r') digits += ordinalSuffix(magnitude);
  digits = digits.padStart(places, '0');
  if (directive.grouped && 'diu'.includes(conversion)) digits = grouped(digits);
  return padded(directive, basePrefix(directive, magnitude) + sign + digits);
}

function ordinalSuffix(magnitude: bigint): string {
  const last = Number(magnitude % 10n);
  return last >= 4 || (magnitude / 10n) % 10n === 1n ? 'th' : ORDINALS[last];
}

function basePrefix({ alternate, conversion }: Directive, magnitude: bigint): string {
  if (!alternate || magnitude === 0n) return '';
  if (conversion === 'o') return '0';
  if (conversion === 'X') return '0X';
  return conversion === 'x' || conversion === 'p' ? '0x' : '';
}

/** A comma between each three digits. */
function grouped(digits: string): string {
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) parts.push(digits.slice(Math.max(0, end - 3), end));
  return parts.reverse().join(',');
}

function padded({ leftJustified, width }: Directive, text: string): string {
  return leftJustified ? text.padEnd(width) : text.padStart(width);
}

/** SQLite draws infinity as this power of ten where zeros pad. */
const INFINITY_POINT = 1000;

/** SQLite's own limit of a precision. */
const MOST_PLACES = 100_000_000;

/** %f %e %E %g %G */
export function formatReal(directive: Directive, value: number): string {
  const { conversion, zeroPadded } = directive;
  if (Number.isNaN(value)) return padded(directive, zeroPadded ? 'null' : 'NaN');
  const isInfinite = Math.abs(value) === Number.POSITIVE_INFINITY;
  if (isInfinite && !zeroPadded) return padded(directive, `${value < 0 ? '-' : directive.prefix}Inf`);
  const precision = Math.min(directive.precision ?? 6, MOST_PLACES);
  const isGeneral = conversion === 'g' || conversion === 'G';
  const significant = isGeneral ? Math.max(1, precision) : precision + 1;
  const round = conversion === 'f' ? -precision : significant;
  const { digits, point } = isInfinite
    ? { digits: '9', point: INFINITY_POINT }
    : decimalDigits(Math.abs(value), round, directive.wide ? 20 : 16);
  // With # a negative number that shows as zero has no sign.
  const hidesSign = directive.alternate && directive.prefix === '' && conversion === 'f' && point <= round;
  const sign = value < 0 ? (hidesSign ? '' : '-') : directive.prefix;
  const isExponential = isGeneral ? point - 1 < -4 || point > significant : conversion !== 'f';
  const places = isGeneral ? significant - (isExponential ? 1 : point) : precision;
  const dropsZeros = isGeneral ? !directive.alternate : directive.wide;
  if (!dropsZeros) checkTextLength(places, 'printf');
  const text = isExponential
    ? fixed(directive, digits, 1, places, dropsZeros) + exponentPart(conversion, point - 1)
    : fixed(directive, digits, point, places, dropsZeros);
  return signedAndPadded(directive, sign, text);
}

/** Digits with the decimal point after `point` of them and `places` behind it. */
function fixed(directive: Directive, digits: string, point: number, places: number, dropsZeros: boolean): string {
  let whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  if (directive.grouped) whole = grouped(whole);
  let fraction = point <= 0 ? '0'.repeat(Math.min(-point, places)) + digits : digits.slice(point);
  fraction = dropsZeros ? fraction.slice(0, places).replace(/0+$/, '') : fraction.slice(0, places).padEnd(places, '0');
  if (fraction === '' && directive.wide && dropsZeros) fraction = '0';
  const hasPoint = fraction !== '' || directive.alternate || directive.wide;
  return hasPoint ? `${whole}.${fraction}` : whole;
}

function exponentPart(conversion: string, exponent: number): string {
  const letter = conversion === 'E' || conversion === 'G' ? 'E' : 'e';
  return `${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function signedAndPadded(directive: Directive, sign: string, text: string): string {
  const { leftJustified, zeroPadded, width } = directive;
  if (zeroPadded && !leftJustified) return sign + text.padStart(width - sign.length, '0');
  return padded(directive, sign + text);
}
