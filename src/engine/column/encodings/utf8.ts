import type { ByteReader } from '../../../base/bytes.ts';
import { HeliosError } from '../../../base/errors.ts';

const encoder = new TextEncoder();
/** A byte order mark is a character like any other: a value that begins with one keeps it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Texts up to here are cheaper to build from character codes than with a TextDecoder. */
const SHORT_TEXT = 24;

/** Short ASCII texts that were read last, by a hash of their bytes: a log says the same few over and over. */
const recentTexts: string[] = new Array(1024).fill('');

/** Length in bytes (varint) and UTF-8. Throws CORRUPT. */
export function readText(reader: ByteReader): string {
  const length = reader.varint();
  const from = reader.skip(length);
  const { bytes } = reader;
  if (length > SHORT_TEXT) return decodeUtf8(reader, bytes.subarray(from, from + length));
  let hash = length;
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (recentTexts.length - 1);
  const recent = recentTexts[slot];
  if (recent.length === length) {
    let same = 0;
    while (same < length && recent.charCodeAt(same) === bytes[from + same]) same++;
    if (same === length) return recent;
  }
  const text = decodeUtf8(reader, bytes.subarray(from, from + length));
  // As many characters as bytes: each byte is its character.
  if (text.length === length) recentTexts[slot] = text;
  return text;
}

/** The text of UTF-8 bytes; CORRUPT, named by `reader`, where they are none. */
export function decodeUtf8(reader: ByteReader, bytes: Uint8Array): string {
  const text = decodeUtf8OrNull(bytes);
  return text === null ? reader.fail('text that is not UTF-8') : text;
}

export function decodeUtf8OrNull(bytes: Uint8Array): string | null {
  if (bytes.length <= SHORT_TEXT && isAscii(bytes))
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw new HeliosError('INTERNAL', 'internal error: TextDecoder failed', { cause: error });
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0x80) return false;
  return true;
}

/** Texts as their UTF-8 bytes one after the other, and the length of each in bytes. */
export function encodeTexts(texts: readonly string[], lengths: Float64Array): Uint8Array {
  const joined = texts.join('');
  const bytes = encoder.encode(joined);
  if (bytes.length === joined.length) {
    for (let i = 0; i < texts.length; i++) lengths[i] = texts[i].length;
    return bytes;
  }
  // One by one: lone surrogates on both sides of a border must not become one character.
  const separate = new Uint8Array(joined.length * 3);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    lengths[i] = encoder.encodeInto(texts[i], at === 0 ? separate : separate.subarray(at)).written;
    at += lengths[i];
  }
  return separate.subarray(0, at);
}

/** The texts whose UTF-8 bytes lie between the offsets; null where the bytes are not UTF-8. */
export function decodeTexts(bytes: Uint8Array, offsets: Uint32Array): string[] | null {
  const all = decodeUtf8OrNull(bytes);
  if (all === null) return null;
  const texts = new Array<string>(offsets.length - 1);
  if (all.length === bytes.length) {
    for (let i = 0; i < texts.length; i++) texts[i] = all.slice(offsets[i], offsets[i + 1]);
    return texts;
  }
  let start = 0;
  for (let i = 0; i < texts.length; i++) {
    const end = start + utf16Length(bytes, offsets[i], offsets[i + 1]);
    texts[i] = all.slice(start, end);
    start = end;
  }
  return texts;
}

/** UTF-16 code units of valid UTF-8: one for each byte that begins a character, two where it begins one of four bytes. */
function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
