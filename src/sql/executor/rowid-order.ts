import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';

/**
 * The positions of found rows by ascending rowid, stable. SQLite changes rows in this order when it scans the table:
 * which row meets a conflict first, and the order of RETURNING and of triggers, must not depend on where versions lie.
 */
export function positionsByRowid(table: Table, locations: ArrayLike<RowLocation>, count: number): Uint32Array {
  const positions = new Uint32Array(count);
  const rowids = new Float64Array(count);
  let isAscending = true;
  for (let i = 0; i < count; i++) {
    positions[i] = i;
    rowids[i] = table.valueAt(locations[i], ROWID_COLUMN) as number;
    if (i > 0 && rowids[i] < rowids[i - 1]) isAscending = false;
  }
  return isAscending ? positions : positions.sort((a, b) => rowids[a] - rowids[b] || a - b);
}
