/** The significant decimal digits of a real number's magnitude: 0.d1d2d3… times 10 to the `point`. */
export interface DecimalDigits {
  readonly digits: string;
  readonly point: number;
}

const bits = new DataView(new ArrayBuffer(8));
/** By exponent: the first 64 bits of powers of ten, as far as they have been asked for. */
const powers = new Map<number, bigint>();

/**
 * A positive finite number's digits without zeros at the end, digit for digit what SQLite's sqlite3FpDecode gives.
 * `round` > 0 asks for that many significant digits, otherwise for -`round` of them behind the decimal point; never more
 * than `most`. Up to 17 digits are rounded correctly, halves up.
 */
export function decimalDigits(value: number, round: number, most: number): DecimalDigits {
  if (value === 0) return { digits: '0', point: 1 };
  let [digits, point] = extracted(value, round <= 0 || round >= 18 ? 18 : round + 1);
  let count = round > 0 ? round : point - round;
  if (round <= 0 && count === 0 && digits >= '5') {
    count = 1;
    digits = `0${digits}`;
    point++;
  }
  if (count <= 0 || (count >= digits.length && digits.length <= most)) return trimmed(digits, point);
  count = Math.min(count, most);
  return (count === 17 ? shorter(value, digits, point) : null) ?? roundDigits(digits, point, count);
}

/**
 * At least `count` digits, the rest cut off; 18 of them are rounded. R. Cox, "Floating-Point Printing and Parsing Can Be
 * Simple And Fast" (2026), with powers of ten of 64 bits.
 */
function extracted(value: number, count: number): [string, number] {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  let mantissa = biased === 0 ? raw << 11n : ((raw & 0xf_ffff_ffff_ffffn) << 11n) | (1n << 63n);
  let exponent = Math.max(biased, 1) - 1086;
  while (mantissa >> 63n === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  const power = count - 1 - (((exponent + 63) * 78_913) >> 18);
  const product = (mantissa * powerOfTen(power)) >> 64n;
  const shift = -(exponent + exponentOfPower(power) + 1);
  if (count < 18) return digitsOf(product >> BigInt(shift), power);
  const half = product >> BigInt(shift - 1);
  return digitsOf((half >> 1n) + (half & 1n), power);
}

function digitsOf(decimal: bigint, power: number): [string, number] {
  const digits = String(decimal);
  return [digits, digits.length - power];
}

/** The binary exponent of a power of ten: floor(log2(10^power)). */
function exponentOfPower(power: number): number {
  return (power * 108_853) >> 15;
}

function powerOfTen(power: number): bigint {
  const known = powers.get(power);
  if (known !== undefined) return known;
  const shift = 63 - exponentOfPower(power);
  const ten = 10n ** BigInt(Math.abs(power));
  const first = power < 0 ? (1n << BigInt(shift)) / ten : shift < 0 ? ten >> BigInt(-shift) : ten << BigInt(shift);
  powers.set(power, first);
  return first;
}

/** The first `count` digits, one more in the last place where the next is 5 or above. */
function roundDigits(digits: string, point: number, count: number): DecimalDigits {
  if (count >= digits.length || digits[count] < '5') return trimmed(digits.slice(0, count), point);
  const up = String(BigInt(digits.slice(0, count)) + 1n).padStart(count, '0');
  return trimmed(up, point + up.length - count);
}

/** Fewer digits than 17 that read back as the same number, where the 17 end in a run of nines or zeros; null if none do. */
function shorter(value: number, digits: string, point: number): DecimalDigits | null {
  if (digits[15] === '9' && digits[14] === '9') {
    const kept = digits.slice(0, 14).replace(/9+$/, '');
    const up = String(Number(kept) + 1);
    const isSame = Number(`${up}e${point - kept.length}`) === value;
    return isSame ? { digits: up, point: point + up.length - kept.length } : null;
  }
  if (point >= digits.length || digits.startsWith('000', 13)) {
    const kept = digits.slice(0, 13).replace(/0+$/, '');
    return Number(`${kept}e${point - kept.length}`) === value ? roundDigits(digits, point, kept.length + 1) : null;
  }
  return null;
}

function trimmed(digits: string, point: number): DecimalDigits {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--;
  return { digits: digits.slice(0, end), point };
}

/** A REAL as text: 17 significant digits where fewer do not say it all, as SQLite's "%!.17g". */
export function formatReal(value: number): string {
  if (Number.isInteger(value) && value < 1e15 && value > -1e15) return `${value}.0`;
  const shortest = String(value);
  return isShort(value, shortest) ? shortest : formatSignificant(value, 17, 20);
}

/**
 * Whether JavaScript's shortest text is SQLite's as well: it is with at most 13 digits and no exponent, unless it begins
 * with a 9, where the digits behind the shortest text may begin in the 16th place.
 */
function isShort(value: number, shortest: string): boolean {
  if (shortest.length > 14 || (value < 1e-4 && value > -1e-4) || !shortest.includes('.')) return false;
  return !/^-?0?\.?0*9|e/.test(shortest);
}

/** "%!.{count}g": exponent form below 1e-4 and from 10^count on, and always a decimal point. */
export function formatSignificant(value: number, count: number, most: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const { digits, point } = decimalDigits(Math.abs(value), count, most);
  const sign = value < 0 ? '-' : '';
  if (point < -3 || point > count) {
    const exponent = Math.abs(point - 1);
    return `${sign}${digits[0]}.${digits.slice(1) || '0'}e${point < 1 ? '-' : '+'}${exponent < 10 ? '0' : ''}${exponent}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point) || '0'}`;
}
