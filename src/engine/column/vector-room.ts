/** Where the arrays of a vector come from. */
export interface VectorRoom {
  floats(length: number): Float64Array;
  codes(length: number): Uint32Array;
}

/** Each array is a new one. */
export const FRESH: VectorRoom = {
  floats: (length) => new Float64Array(length),
  codes: (length) => new Uint32Array(length),
};

/**
 * For vectors of which each is of no more use when the next one is made: they get the same memory, with anything in it. As
 * garbage, the columns of a large table would wait for the collector all at once.
 */
export class ReusedRoom implements VectorRoom {
  private memory = new ArrayBuffer(0);

  floats(length: number): Float64Array {
    return new Float64Array(this.withBytes(length * Float64Array.BYTES_PER_ELEMENT), 0, length);
  }

  codes(length: number): Uint32Array {
    return new Uint32Array(this.withBytes(length * Uint32Array.BYTES_PER_ELEMENT), 0, length);
  }

  get sizeBytes(): number {
    return this.memory.byteLength;
  }

  private withBytes(lengthBytes: number): ArrayBuffer {
    if (this.memory.byteLength < lengthBytes) this.memory = new ArrayBuffer(lengthBytes);
    return this.memory;
  }
}
