import { assert } from '../../../base/assert.ts';
import { ByteReader } from '../../../base/bytes.ts';
import type { StoredNumbers } from './choose-integers.ts';
import { Decimals } from './decimal.ts';
import { DECIMAL, ENCODING_NAMES } from './encoding.ts';
import { readNumberRun } from './integers.ts';
import { scratch } from './scratch.ts';

/**
 * Reads what is about to be stored and compares it, doubles bit for bit: when a checkpoint is done its rows are nowhere
 * else, and while this fails they stay in the log. Takes a tenth of the time that encoding takes.
 */
export function assertReadsBack(stored: StoredNumbers, values: Float64Array, areBits: boolean): void {
  const { encoding, bytes } = stored;
  const name = ENCODING_NAMES[encoding];
  const reader = new ByteReader(bytes, `a new block (${name})`);
  const count = values.length;
  const numbers = encoding === DECIMAL ? Decimals.read(reader, count) : readNumberRun(reader, encoding, count);
  const decoded = scratch(count);
  numbers.decodeInto(decoded, 0);
  const isSame = areBits ? sameBits(decoded, values) : sameNumbers(decoded, values);
  assert(isSame && reader.remaining === 0, `a block stored as ${name} reads back as it was`);
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sameBits(a: Float64Array, b: Float64Array): boolean {
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length * 2);
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length * 2);
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
