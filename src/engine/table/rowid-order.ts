import type { IndexDefinition } from '../catalog/definitions.ts';
import { ROWID_COLUMN } from './access.ts';
import type { OrderedPositions } from './table-segment.ts';

/** What every table has without storing it: its rows in the order of their rowids, as an index. No catalogue holds it. */
export const ROWID_INDEX: IndexDefinition = {
  id: -1,
  name: 'rowid',
  tableId: -1,
  columns: [{ column: ROWID_COLUMN, descending: false, collation: 'BINARY' }],
  unique: true,
  origin: 'primary-key',
  sql: null,
};

/** The positions of a source whose rows lie in that order. */
export function inOrder(length: number): OrderedPositions {
  return {
    length,
    positionAt: (k) => k,
    range: (from, to) => Uint32Array.from({ length: to - from }, (_, i) => from + i),
  };
}
