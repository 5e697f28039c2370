import type { BlockLoader } from './block-loader.ts';

/** A secondary index of a segment: the positions of its rows, in the order of the index. */
export interface Permutation {
  readonly length: number;
  /** The position that comes k-th. */
  positionAt(k: number): number;
  /** The positions that come from-th to (to - 1)-th, in a fresh array. */
  range(from: number, to: number): Uint32Array;
}

export class StoredPermutation implements Permutation {
  readonly length: number;
  private readonly blockRows: number;
  private readonly blocks: BlockLoader;

  constructor(length: number, blockRows: number, blocks: BlockLoader) {
    this.length = length;
    this.blockRows = blockRows;
    this.blocks = blocks;
  }

  positionAt(k: number): number {
    const b = Math.floor(k / this.blockRows);
    return this.blocks.valueAt(b, k - b * this.blockRows) as number;
  }

  range(from: number, to: number): Uint32Array {
    const out = new Uint32Array(to - from);
    for (let k = from; k < to; ) {
      const b = Math.floor(k / this.blockRows);
      const blockStart = b * this.blockRows;
      const end = Math.min(to, blockStart + this.blockRows);
      const vector = this.blocks.vector(b);
      if (vector.kind === 'number') copyPositions(vector.values, k - blockStart, end - blockStart, out, k - from);
      k = end;
    }
    return out;
  }
}

/** A loop is quicker than TypedArray.set() where the arrays are of different kinds. */
function copyPositions(from: Float64Array, start: number, end: number, into: Uint32Array, at: number): void {
  for (let i = start; i < end; i++) into[at + i - start] = from[i];
}
