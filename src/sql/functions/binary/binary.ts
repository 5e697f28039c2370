import { HeliosError } from '../../../base/errors.ts';
import { sha256 } from '../../../base/sha256.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { hexOf } from '../../expressions/values/value-key.ts';
import { checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { md5 } from './digests.ts';
import { fromBase64, fromEscapes, fromHex, toBase64, toEscapes } from './encodings.ts';

/** Bytes that one call of zeroblob or randomblob may make. */
const LARGEST_BLOB = 64 * 1024 * 1024;
const encoder = new TextEncoder();
const NONE: ReadonlySet<string> = new Set();

/** A blob's bytes, or those of the value's text in UTF-8. */
function bytesOf(value: SqlValue): Uint8Array {
  return value instanceof Uint8Array ? value : encoder.encode(textOf(present(value)));
}

function hex([value]: readonly SqlValue[]): SqlValue {
  if (value === null) return '';
  const bytes = bytesOf(value);
  checkTextLength(2 * bytes.length, 'hex');
  return hexOf(bytes);
}

/** NULL when the text is not hexadecimal; characters of the second argument may stand between pairs of digits. */
function unhex([value, ignored]: readonly SqlValue[]): SqlValue {
  const ignorable = new Set(ignored === undefined ? [] : Array.from(textOf(present(ignored))));
  return fromHex(beforeNul(textOf(present(value))), ignorable);
}

function blobSize(value: SqlValue, name: string): number {
  const size = Math.max(0, Number(integerOf(present(value))));
  if (size <= LARGEST_BLOB) return size;
  throw new HeliosError('LIMIT_EXCEEDED', `${name}() of ${size} bytes is too large: the limit is ${LARGEST_BLOB}`);
}

function randomBytes(length: number, { random }: EvaluationContext): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 4) {
    const word = random.u32();
    for (let j = i; j < Math.min(i + 4, length); j++) bytes[j] = word >>> ((j - i) * 8);
  }
  return bytes;
}

/** RFC 9562, version 4. */
function randomUuid(_args: readonly SqlValue[], context: EvaluationContext): SqlValue {
  const bytes = randomBytes(16, context);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hexOf(bytes)
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function unknownFormat(name: string, format: string): HeliosError {
  return new HeliosError('INVALID_VALUE', `${name}() does not know the format ${JSON.stringify(format)}`, {
    hint: 'Use hex, base64 or escape.',
  });
}

/** Bytes as text. */
function encode([value, format]: readonly SqlValue[]): SqlValue {
  const bytes = bytesOf(value);
  const name = textOf(present(format)).toLowerCase();
  checkTextLength(4 * bytes.length, 'encode');
  switch (name) {
    case 'hex':
      return hexOf(bytes).toLowerCase();
    case 'base64':
      return toBase64(bytes);
    case 'escape':
      return toEscapes(bytes);
    default:
      throw unknownFormat('encode', name);
  }
}

/** Text as bytes. */
function decode([value, format]: readonly SqlValue[]): SqlValue {
  const name = textOf(present(format)).toLowerCase();
  const bytes = decoded(textOf(present(value)), name);
  if (bytes !== null) return bytes;
  throw new HeliosError('INVALID_VALUE', `decode() is given a text that is not in the format ${name}`);
}

function decoded(text: string, format: string): Uint8Array | null {
  switch (format) {
    case 'hex':
      return fromHex(text, NONE);
    case 'base64':
      return fromBase64(text);
    case 'escape':
      return fromEscapes(text);
    default:
      throw unknownFormat('decode', format);
  }
}

export const BINARY_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('hex', 1, 'TEXT', hex, { nullPropagating: false }),
  define('unhex', [1, 2], 'BLOB', unhex),
  define('zeroblob', 1, 'BLOB', ([size]) => new Uint8Array(size === null ? 0 : blobSize(size, 'zeroblob')), {
    nullPropagating: false,
  }),
  define(
    'randomblob',
    1,
    'BLOB',
    ([size], context) => randomBytes(size === null ? 1 : Math.max(1, blobSize(size, 'randomblob')), context),
    { deterministic: false, nullPropagating: false },
  ),
  define('encode', 2, 'TEXT', encode),
  define('decode', 2, 'BLOB', decode),
  define('md5', 1, 'TEXT', ([value]) => hexOf(md5(bytesOf(value))).toLowerCase()),
  define('sha256', 1, 'BLOB', ([value]) => sha256(bytesOf(value))),
  define('gen_random_uuid', 0, 'UUID', randomUuid, { deterministic: false }),
];
