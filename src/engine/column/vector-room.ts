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
  private lastFloats = new Float64Array(0);
  private lastCodes = new Uint32Array(0);

  floats(length: number): Float64Array {
    if (this.lastFloats.length < length) this.lastFloats = new Float64Array(length);
    return this.lastFloats.subarray(0, length);
  }

  codes(length: number): Uint32Array {
    if (this.lastCodes.length < length) this.lastCodes = new Uint32Array(length);
    return this.lastCodes.subarray(0, length);
  }
}
