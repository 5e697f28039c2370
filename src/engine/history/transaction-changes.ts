import type { Catalog } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { columnValueAt } from '../table/delta-column.ts';
import { findRow } from '../table/find-row.ts';
import { LocatedRows } from '../table/located-rows.ts';
import type { Table } from '../table/table.ts';
import { changesBetween, type HistorySpan } from './changes-between.ts';

/** What a transaction has done to a table, all in all: a row that it inserted and changed is one that it inserted. */
export interface ChangeCounts {
  /** As the table was called then. */
  readonly table: string;
  inserted: number;
  updated: number;
  deleted: number;
}

/** Where tables and their definitions are. */
interface Tables {
  readonly catalog: Catalog;
  table(id: number): Table;
}

/**
 * What the transactions after `from` and until `to` have changed, by transaction: of dropped tables too, as far as the
 * tables' histories go back. The work is that of {@link changesBetween} for each table, and two looks for each version.
 */
export function transactionChanges(tables: Tables, span: HistorySpan): ReadonlyMap<number, readonly ChangeCounts[]> {
  const found = new Map<number, ChangeCounts[]>();
  for (const definition of tablesEver(tables.catalog)) {
    const table = tables.table(definition.id);
    // One that keeps no history does not know what has ended.
    if (table.definition.historySeconds === 0) continue;
    const from = Math.max(span.from, table.oldestReadable);
    if (from >= span.to) continue;
    for (const [transaction, counts] of countChanges(table, { from, to: span.to }, tables.catalog)) {
      const others = found.get(transaction);
      if (others === undefined) found.set(transaction, [counts]);
      else others.push(counts);
    }
  }
  return found;
}

/** Users' tables, dropped ones among them, in the order in which they were made. */
function tablesEver(catalog: Catalog): readonly TableDefinition[] {
  const byId = new Map<number, TableDefinition>();
  for (const { kind, definition } of catalog.all())
    if (kind === 'table' && (definition as TableDefinition).keysOf === undefined)
      byId.set(definition.id, definition as TableDefinition);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

function countChanges(table: Table, span: HistorySpan, catalog: Catalog): ReadonlyMap<number, ChangeCounts> {
  const found = new Map<number, ChangeCounts>();
  const { id } = table.definition;
  const countsOf = (transaction: number): ChangeCounts => {
    let counts = found.get(transaction);
    if (counts === undefined) {
      const { name } = (catalog.byId({ transaction }, id)?.definition ?? table.definition) as TableDefinition;
      counts = { table: name, inserted: 0, updated: 0, deleted: 0 };
      found.set(transaction, counts);
    }
    return counts;
  };
  const reader = changesBetween(table, span);
  for (let batch = reader.next(); batch !== null; batch = reader.next()) {
    const { locations, created, ended, count } = batch;
    const physicalOf = (column: number) => table.physicalKind(column);
    const rowids = new LocatedRows(reader.sources, physicalOf, locations, count).column(ROWID_COLUMN);
    for (let i = 0; i < count; i++) {
      const rowid = Number(columnValueAt(rowids, i));
      if (created[i] > span.from) {
        const isNew = findRow(reader.sources, created[i] - 1, rowid) < 0;
        countsOf(created[i])[isNew ? 'inserted' : 'updated']++;
      }
      // Where the row has a next version, that one counts.
      if (ended[i] <= span.to && findRow(reader.sources, ended[i], rowid) < 0) countsOf(ended[i]).deleted++;
    }
  }
  return found;
}
