import type { Engine } from '../../src/engine/engine.ts';
import { type ReadPoint, ROWID_COLUMN } from '../../src/engine/table/access.ts';
import { columnValueAt } from '../../src/engine/table/delta-column.ts';
import type { Table } from '../../src/engine/table/table.ts';
import {
  NAMED_SNAPSHOTS,
  SNAPSHOT_NAME_COLUMN,
  SNAPSHOT_TXN_COLUMN,
} from '../../src/engine/transaction/named-snapshots.ts';

/**
 * All tables with their rows by rowid, and all that has a definition, now and as the named snapshots keep them: equal
 * databases give equal texts.
 */
export function describeEngine(engine: Engine): string {
  const at = engine.current;
  const snapshots = rowsOf(engine.table(NAMED_SNAPSHOTS.definition.id), at);
  // When they were made, and so when they expire, is a matter of when a workload runs.
  const named = snapshots.map((row) => [
    row[1 + SNAPSHOT_NAME_COLUMN],
    describeAt(engine, { transaction: row[1 + SNAPSHOT_TXN_COLUMN] as number }),
  ]);
  return JSON.stringify(named.length === 0 ? describeAt(engine, at) : [describeAt(engine, at), named]);
}

function describeAt(engine: Engine, at: ReadPoint): object {
  const tables = engine.catalog.tables(at).map((definition) => {
    const rows = rowsOf(engine.table(definition.id), at);
    const indexes = engine.catalog.indexesOf(at, definition.id).map((index) => index.name);
    return { definition, indexes: indexes.sort(), triggers: engine.catalog.triggersOf(at, definition.id), rows };
  });
  return { tables, views: engine.catalog.views(at) };
}

/** Each row behind its rowid, in the order of those. */
function rowsOf(table: Table, at: ReadPoint): unknown[][] {
  const columns = [ROWID_COLUMN, ...table.definition.columns.map((_, i) => i)];
  const scan = table.scan(at, columns);
  const rows: unknown[][] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const found = batch;
    if (found.selectedCount === 0) continue;
    const vectors = columns.map((_, c) => found.column(c));
    for (let i = 0; i < found.selectedCount; i++) {
      const row = found.selection === null ? i : found.selection[i];
      rows.push(vectors.map((vector) => printable(columnValueAt(vector, row))));
    }
  }
  return rows.sort((a, b) => (a[0] as number) - (b[0] as number));
}

function printable(value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;
}
