import type { PhysicalKind } from '../column/types.ts';
import type { ReadPoint } from './access.ts';
import { IndexProbe } from './index-probe.ts';
import type { KeyProbe } from './key-probe.ts';
import { RowidProbe } from './rowid-probe.ts';
import type { Table } from './table.ts';

/**
 * For lookups of many keys in a table: by the first so many columns of an index, or by rowid where `indexId` is null.
 * `firstOnly`: one row per key is enough.
 */
export function openProbe(
  table: Table,
  at: ReadPoint,
  indexId: number | null,
  keyColumns: number,
  firstOnly: boolean,
): KeyProbe {
  // A table replaces its parts at a checkpoint; the probe goes on with those of now.
  const sources = { segments: table.segments, frozen: table.frozen, delta: table.delta };
  const physicalOf = (column: number): PhysicalKind => table.physicalKind(column);
  return indexId === null
    ? new RowidProbe(sources, at, physicalOf)
    : new IndexProbe(sources, at, table.indexById(indexId), keyColumns, physicalOf, firstOnly);
}
