import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { ReadValue } from './key.ts';
import { type OrderedBlock, OrderedKeys } from './ordered-keys.ts';
import type { OrderedPositions } from './table-segment.ts';

/** The rows that a sorted run orders. */
interface Rows {
  readonly read: ReadValue;
  gather(column: number, positions: Uint32Array): ColumnVector;
}

/** Positions of a delta in the order of an index. */
export class SortedRun implements OrderedPositions {
  readonly positions: Uint32Array;
  private readonly index: IndexDefinition;
  private readonly rows: Rows;
  /** By number of columns. */
  private readonly keys: (OrderedKeys | undefined)[] = [];
  private keyBytes = 0;

  constructor(positions: Uint32Array, index: IndexDefinition, rows: Rows) {
    this.positions = positions;
    this.index = index;
    this.rows = rows;
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

  /** The keys of the first columns of the index. */
  orderedKeys(columnCount: number): OrderedKeys {
    let keys = this.keys[columnCount];
    if (keys === undefined) {
      keys = this.newKeys(columnCount);
      this.keys[columnCount] = keys;
    }
    return keys;
  }

  sizeBytes(): number {
    return this.positions.byteLength + this.keyBytes;
  }

  private newKeys(columnCount: number): OrderedKeys {
    const blocks: (OrderedBlock | undefined)[] = [];
    const kept = {
      get: (b: number) => blocks[b],
      put: (b: number, block: OrderedBlock, sizeBytes: number) => {
        blocks[b] = block;
        this.keyBytes += sizeBytes;
      },
    };
    const { positions, rows } = this;
    const source = {
      length: positions.length,
      positionAt: (k: number) => positions[k],
      range: (from: number, to: number) => positions.subarray(from, to),
      read: rows.read,
      gather: (column: number, at: Uint32Array) => rows.gather(column, at),
    };
    return new OrderedKeys(this.index.columns.slice(0, columnCount), source, LIMITS.blockRows, kept);
  }
}
