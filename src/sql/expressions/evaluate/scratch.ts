import { NO_BYTES, NO_DOUBLES, NO_UINTS } from '../../../base/empty-arrays.ts';
// Shared: a statement compiles to many closures, most of which never need their buffers.

/**
 * Buffers that a compiled closure keeps between batches. Each call of a method may hand out the same memory again, with
 * what an earlier use left in it: one closure, one scratch, and a result is valid until the closure's next call.
 */
export class Scratch {
  private rowBuffer = NO_UINTS;
  private numberBuffer = NO_DOUBLES;
  private nullBuffer = NO_BYTES;
  private truthBuffer = NO_BYTES;

  rows(length: number): Uint32Array {
    if (this.rowBuffer.length < length) this.rowBuffer = new Uint32Array(length);
    return this.rowBuffer;
  }

  numbers(length: number): Float64Array {
    if (this.numberBuffer.length < length) this.numberBuffer = new Float64Array(length);
    return this.numberBuffer;
  }

  nulls(length: number): Uint8Array {
    if (this.nullBuffer.length < length) this.nullBuffer = new Uint8Array(length);
    return this.nullBuffer;
  }

  truths(length: number): Uint8Array {
    if (this.truthBuffer.length < length) this.truthBuffer = new Uint8Array(length);
    return this.truthBuffer;
  }
}
