import type { Extent } from '../extent/layout.ts';
import type { Table } from '../table/table.ts';
import { type CheckpointState, storeRows } from './checkpoint.ts';
import { rowsOfDelta } from './segment-assembly.ts';

/**
 * Moves the rows of a delta from that position on, which the open transaction has added, into segments behind the table's
 * others. No superblock and no frame of the log names them: until the transaction's frame does, their extents are free
 * pages to whoever opens the file. Rows that have ended go nowhere. Throws what writing throws, and changes nothing then.
 */
export function spillRows(state: CheckpointState, table: Table, position: number): void {
  const written: Extent[] = [];
  try {
    const segments = storeRows(state, table, rowsOfDelta(table.delta, position), written);
    table.delta.truncate(position);
    for (const segment of segments) table.addSegment(segment);
  } catch (error) {
    for (const extent of written) state.allocator.giveBack(extent);
    throw error;
  }
}
