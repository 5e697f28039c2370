import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import type { ColumnVector } from '../vector.ts';

/** Which rows are NULL: one bit a row, low bit first, 1 = NULL. */
export class NullBitmap {
  private readonly bits: Uint8Array;
  private readonly rowCount: number;

  private constructor(bits: Uint8Array, rowCount: number) {
    this.bits = bits;
    this.rowCount = rowCount;
  }

  static read(reader: ByteReader, rowCount: number): NullBitmap {
    return new NullBitmap(reader.raw((rowCount + 7) >>> 3), rowCount);
  }

  has(i: number): boolean {
    return ((this.bits[i >>> 3] >>> (i & 7)) & 1) === 1;
  }

  /** One byte a row, as vectors have it. */
  expand(): Uint8Array {
    const nulls = new Uint8Array(this.rowCount);
    for (let i = 0; i < nulls.length; i++) nulls[i] = (this.bits[i >>> 3] >>> (i & 7)) & 1;
    return nulls;
  }
}

/** Writes the bitmap of rows whose byte in nulls[from, to) is 1. */
export function writeNullBitmap(writer: ByteWriter, nulls: Uint8Array, from: number, to: number): void {
  const at = writer.reserve((to - from + 7) >>> 3);
  const out = writer.bytes();
  for (let row = from, p = at; row < to; row += 8, p++) {
    let bits = 0;
    for (let i = row, end = Math.min(row + 8, to); i < end; i++) bits |= nulls[i] << (i - row);
    out[p] = bits;
  }
}

/** The null bytes of a vector's rows [from, to), or null where none of them is NULL. */
export function nullBytes(vector: ColumnVector, from: number, to: number): Uint8Array | null {
  if (vector.kind === 'value') return nullBytesOfValues(vector.values, from, to);
  const nulls = vector.nulls;
  if (nulls === null) return null;
  for (let i = from; i < to; i++) if (nulls[i] === 1) return nulls.subarray(from, to);
  return null;
}

function nullBytesOfValues(values: readonly unknown[], from: number, to: number): Uint8Array | null {
  let nulls: Uint8Array | null = null;
  for (let i = from; i < to; i++) {
    if (values[i] !== null) continue;
    nulls ??= new Uint8Array(to - from);
    nulls[i - from] = 1;
  }
  return nulls;
}

export function countNulls(nulls: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < nulls.length; i++) count += nulls[i];
  return count;
}
