import type { Engine } from '../../src/engine/engine.ts';
import { ROWID_COLUMN } from '../../src/engine/table/access.ts';
import { columnValueAt } from '../../src/engine/table/delta-column.ts';

/** All tables with their rows by rowid, and all that has a definition: equal databases give equal texts. */
export function describeEngine(engine: Engine): string {
  const at = engine.current;
  const tables = engine.catalog.tables(at).map((definition) => {
    const columns = [ROWID_COLUMN, ...definition.columns.map((_, i) => i)];
    const scan = engine.table(definition.id).scan(at, columns);
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
    rows.sort((a, b) => (a[0] as number) - (b[0] as number));
    const indexes = engine.catalog.indexesOf(at, definition.id).map((index) => index.name);
    return { definition, indexes: indexes.sort(), triggers: engine.catalog.triggersOf(at, definition.id), rows };
  });
  return JSON.stringify({ tables, views: engine.catalog.views(at) });
}

function printable(value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;
}
