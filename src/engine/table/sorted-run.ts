import type { OrderedKeys } from './ordered-keys.ts';
import type { OrderedPositions } from './table-segment.ts';

/** Positions of a delta in the order of an index. */
export class SortedRun implements OrderedPositions {
  readonly positions: Uint32Array;
  /** By number of columns, keys for lookups of many: see {@link orderedKeysOfRun}. */
  readonly keysForProbes: (OrderedKeys | undefined)[] = [];
  /** Of these. */
  keyBytes = 0;

  constructor(positions: Uint32Array) {
    this.positions = positions;
  }

  get length(): number {
    return this.positions.length;
  }

  positionAt(k: number): number {
    return this.positions[k];
  }

  range(from: number, to: number): Uint32Array {
    return this.positions.slice(from, to);
  }

  sizeBytes(): number {
    return this.positions.byteLength + this.keyBytes;
  }
}
