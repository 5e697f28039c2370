import type { IndexDefinition } from '../catalog/definitions.ts';
import type { IndexRange } from './access.ts';
import { rangeOf } from './index-range.ts';
import type { ReadValue } from './key.ts';
import type { OrderedPositions } from './table-segment.ts';

/** A stretch of an index. */
export interface Stretch {
  readonly index: IndexDefinition;
  readonly range: IndexRange;
}

/** Per position of a source 1 where its row lies in a stretch. */
export type MarkedRows = Uint8Array;

/** The rows of one source, whose rows the index has in these orders, that lie in a stretch. */
export function markedRows(
  { index, range }: Stretch,
  orders: readonly OrderedPositions[],
  rowCount: number,
  read: ReadValue,
): MarkedRows {
  const marks = new Uint8Array(rowCount);
  for (const order of orders) {
    const [from, to] = rangeOf(index, range, order.length, (k) => order.positionAt(k), read);
    if (from >= to) continue;
    const positions = order.range(from, to);
    for (let i = 0; i < positions.length; i++) marks[positions[i]] = 1;
  }
  return marks;
}

/** The positions that are marked everywhere, in their order, in the same memory. */
export function inAll(positions: Uint32Array, marks: readonly MarkedRows[]): Uint32Array {
  let kept = positions;
  for (const marked of marks) kept = kept.subarray(0, keepMarked(kept, marked));
  return kept;
}

/** Moves the marked positions to the front: how many there are. */
function keepMarked(positions: Uint32Array, marked: MarkedRows): number {
  let count = 0;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    positions[count] = position;
    count += marked[position];
  }
  return count;
}
