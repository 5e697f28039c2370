import { finish } from '../../base/work.ts';
import type { Extent } from '../extent/layout.ts';
import type { Table } from '../table/table.ts';
import type { SegmentStore } from './checkpoint.ts';
import { rowsOfDelta } from './rows-to-store.ts';
import { storeRows } from './store-table.ts';

/**
 * Moves the rows of a delta from that position on, which the open transaction has added, into segments behind the table's
 * others. No superblock and no frame of the log names them: until the transaction's frame does, their extents are free
 * pages to whoever opens the file. Rows that have ended go nowhere. Throws what writing throws, and changes nothing then.
 */
export function spillRows(store: SegmentStore, table: Table, position: number): void {
  const written: Extent[] = [];
  const { delta, definition, indexes } = table;
  try {
    const rows = finish(rowsOfDelta(delta, Number.MAX_SAFE_INTEGER, store.workspace, position));
    const segments = finish(storeRows(store, { table, definition, indexes }, rows, 0, written));
    delta.truncate(position);
    for (const segment of segments) table.addSegment(segment);
  } catch (error) {
    for (const extent of written) store.allocator.giveBack(extent);
    throw error;
  }
}
