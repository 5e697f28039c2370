const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** RFC 2045, as PostgreSQL: longer lines are broken. */
const BASE64_LINE = 76;

/** Base 64 in lines of 76. */
export function toBase64(bytes: Uint8Array): string {
  const lines: string[] = [];
  let line = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    line += BASE64[group >> 18] + BASE64[(group >> 12) & 63];
    line += (left > 1 ? BASE64[(group >> 6) & 63] : '=') + (left > 2 ? BASE64[group & 63] : '=');
    if (line.length === BASE64_LINE) {
      lines.push(line);
      line = '';
    }
  }
  if (line !== '') lines.push(line);
  return lines.join('\n');
}

/** null when the text is not base 64; blanks and line ends may stand anywhere. */
export function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/[ \t\r\n]+/g, '');
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
  if (digits.length % 4 !== 0) return null;
  const bytes = new Uint8Array((digits.length / 4) * 3 - padding);
  let [group, at] = [0, 0];
  for (let i = 0; i < digits.length; i++) {
    const value = i >= digits.length - padding ? 0 : BASE64.indexOf(digits[i]);
    if (value < 0) return null;
    group = ((group << 6) | value) & 0xff_ffff;
    if (i % 4 === 3) {
      for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = group >> shift;
    }
  }
  return bytes;
}

/** Bytes of hexadecimal digits; characters of `ignored` may stand between pairs. null when there is anything else. */
export function fromHex(text: string, ignored: ReadonlySet<string>): Uint8Array | null {
  const bytes = new Uint8Array(text.length >> 1);
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const [high, low] = [hexDigit(text.charCodeAt(at)), hexDigit(text.charCodeAt(at + 1))];
    if (high >= 0) {
      if (low < 0) return null;
      bytes[length++] = high * 16 + low;
      at += 2;
    } else {
      const character = String.fromCodePoint(text.codePointAt(at)!);
      if (!ignored.has(character)) return null;
      at += character.length;
    }
  }
  return bytes.slice(0, length);
}

/** -1 for what is none. */
function hexDigit(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 0x20;
  return letter >= 97 && letter <= 102 && unit < 128 ? letter - 87 : -1;
}

/** PostgreSQL's escape format: zero bytes and those beyond ASCII as `\\ooo`, backslashes doubled. */
export function toEscapes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 92) text += '\\\\';
    else if (byte === 0 || byte > 127) text += `\\${byte.toString(8).padStart(3, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

const ESCAPE = /\\(?:([0-3][0-7]{2})|(\\)|)/g;

/** null when a backslash begins no escape. */
export function fromEscapes(text: string): Uint8Array | null {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    if (match[0] === '\\') return null;
    pieces.push(encoder.encode(text.slice(from, match.index)));
    pieces.push(Uint8Array.of(match[1] === undefined ? 92 : Number.parseInt(match[1], 8)));
    from = match.index + match[0].length;
  }
  pieces.push(encoder.encode(text.slice(from)));
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
