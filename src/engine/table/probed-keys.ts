import { LIMITS } from '../../base/limits.ts';
import { CacheShelf } from '../cache/cache-shelf.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { Delta } from './delta.ts';
import { type OrderedBlock, OrderedKeys } from './ordered-keys.ts';
import type { SortedRun } from './sorted-run.ts';
import type { TableSegment } from './table-segment.ts';

const BLOCK_ROWS = LIMITS.blockRows;

/** The keys of the first columns of an index in a segment; blocks of them go through the cache. */
export function orderedKeysOfSegment(segment: TableSegment, index: IndexDefinition, columnCount: number): OrderedKeys {
  const name = `${index.id} ${columnCount}`;
  const known = segment.keysForProbes.get(name);
  if (known !== undefined) return known;
  const order = segment.order(index);
  const source = {
    length: order.length,
    positionAt: (k: number) => order.positionAt(k),
    range: (from: number, to: number) => order.range(from, to),
    read: segment.read,
    gather: (column: number, positions: Uint32Array) => segment.gather(column, positions),
  };
  const { cache, shelves } = segment.reader;
  const kept = new CacheShelf<OrderedBlock>(cache, Math.ceil(order.length / BLOCK_ROWS));
  shelves.push(kept);
  const keys = new OrderedKeys(index.columns.slice(0, columnCount), source, BLOCK_ROWS, kept);
  segment.keysForProbes.set(name, keys);
  return keys;
}

/** As {@link orderedKeysOfSegment}, in a sorted run of a delta, which keeps them as long as it lasts. */
export function orderedKeysOfRun(
  run: SortedRun,
  delta: Delta,
  index: IndexDefinition,
  columnCount: number,
): OrderedKeys {
  const known = run.keysForProbes[columnCount];
  if (known !== undefined) return known;
  const blocks: (OrderedBlock | undefined)[] = [];
  const kept = {
    get: (b: number) => blocks[b],
    put: (b: number, block: OrderedBlock, sizeBytes: number) => {
      blocks[b] = block;
      run.keyBytes += sizeBytes;
    },
  };
  const source = {
    length: run.length,
    positionAt: (k: number) => run.positions[k],
    range: (from: number, to: number) => run.positions.subarray(from, to),
    read: delta.read,
    gather: (column: number, positions: Uint32Array) => delta.gather(column, positions),
  };
  const keys = new OrderedKeys(index.columns.slice(0, columnCount), source, BLOCK_ROWS, kept);
  run.keysForProbes[columnCount] = keys;
  return keys;
}
