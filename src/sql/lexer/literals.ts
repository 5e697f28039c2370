const GREATEST_INTEGER = 9223372036854775807n;
const GREATEST_INTEGER_DIGITS = 19;
/** Digits of an integer that a double holds. */
export const EXACT_DIGITS = 15;

/** `x'0aFF'` as bytes. The lexer has checked the digits. */
export function blobValue(token: string): Uint8Array {
  const bytes = new Uint8Array((token.length - 3) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(token.slice(2 + i * 2, 4 + i * 2), 16);
  return bytes;
}

/** A quoted text or name without its quotes; doubled quotes inside become single. */
export function unquote(token: string): string {
  const quote = token[0];
  const inner = token.slice(1, -1);
  return quote === '[' || !inner.includes(quote) ? inner : inner.split(quote + quote).join(quote);
}

/** A decimal integer numeral: INTEGER where it fits into 64 bits, REAL beyond. */
export function integerValue(numeral: string): bigint | number {
  const digits = plain(numeral);
  // Several times as quick as the text itself.
  if (digits.length <= EXACT_DIGITS) return BigInt(Number(digits));
  let zeros = 0;
  while (digits.charCodeAt(zeros) === 48) zeros++;
  if (digits.length - zeros > GREATEST_INTEGER_DIGITS) return Number(digits);
  const value = BigInt(digits);
  return value <= GREATEST_INTEGER ? value : Number(digits);
}

/** `0x…` as the 64-bit two's complement pattern that it spells; null where it has more than 64 bits. */
export function hexadecimalValue(numeral: string): bigint | null {
  const value = BigInt(plain(numeral));
  return value >> 64n === 0n ? BigInt.asIntN(64, value) : null;
}

export function realValue(numeral: string): number {
  return Number(plain(numeral));
}

function plain(numeral: string): string {
  return numeral.includes('_') ? numeral.split('_').join('') : numeral;
}
