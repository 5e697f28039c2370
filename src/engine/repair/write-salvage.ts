import type { TableDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import type { Engine } from '../engine.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { columnValueAt } from '../table/delta-column.ts';
import type { Table } from '../table/table.ts';
import type { RepairedTable, RepairReport } from './repair-report.ts';
import type { Salvage } from './salvage.ts';

/** Rows that one transaction of the new database writes. */
const TRANSACTION_ROWS = 10_000;

export interface WrittenSalvage {
  readonly report: RepairReport;
  /** CREATE INDEX of the indexes over expressions, or over some rows: SQL computes their keys. */
  readonly statements: readonly string[];
}

/** Writes what was salvaged into a new database: the same definitions and rows, without their history. */
export function writeSalvage(from: Salvage, to: Engine): WrittenSalvage {
  const at = { transaction: from.lastTransaction };
  const { ids, statements } = writeDefinitions(from, to);
  const tables: RepairedTable[] = [];
  for (const definition of from.catalog.tables(at)) {
    const target = ids.get(definition.id);
    const source = from.tables.get(definition.id);
    if (target === undefined || source === undefined) continue;
    const rows = writeRows(source, definition, at, to, target);
    tables.push({ name: definition.name, rows, lost: from.lost.get(definition.id) ?? [] });
  }
  const isWhole = from.way === null && from.log.problem === null && tables.every(({ lost }) => lost.length === 0);
  return { report: { tables, log: from.log, way: from.way, isWhole }, statements };
}

/** The new ids of tables and views by the old ones. */
function writeDefinitions(
  { catalog, lastTransaction }: Salvage,
  to: Engine,
): { readonly ids: ReadonlyMap<number, number>; readonly statements: readonly string[] } {
  const at = { transaction: lastTransaction };
  const ids = new Map<number, number>();
  const statements: string[] = [];
  const transaction = to.begin();
  const newId = (id: number): number => ids.get(id) ?? id;
  const live = catalog.all().filter(({ definition }) => catalog.byId(at, definition.id)?.definition === definition);
  // As they were made: a definition that was changed later comes later in the catalogue.
  live.sort((a, b) => a.definition.id - b.definition.id);
  for (const { kind, definition } of live)
    if (kind === 'table' && definition.keysOf === undefined)
      ids.set(definition.id, transaction.createTable(definition).id);
    else if (kind === 'view') ids.set(definition.id, transaction.createView(definition).id);
  for (const { kind, definition } of live) {
    if (kind === 'index') {
      if (ids.has(definition.tableId)) transaction.createIndex({ ...definition, tableId: newId(definition.tableId) });
      else if (definition.sql !== null) statements.push(definition.sql);
    } else if (kind === 'trigger') {
      transaction.createTrigger({ ...definition, tableId: newId(definition.tableId) });
    } else if (kind === 'setting') {
      transaction.set(definition.name, definition.value);
    }
  }
  if (transaction.hasChanges) transaction.commit();
  else transaction.rollback();
  return { ids, statements };
}

/** `definition` is that of the state at `at`: the log's last transaction may have been given up half way. */
function writeRows(
  source: Table,
  definition: TableDefinition,
  at: { readonly transaction: number },
  to: Engine,
  target: number,
): number {
  const columns = definition.columns.flatMap((_, column) => (isStored(definition, column) ? [column] : []));
  const scan = source.scan(at, [ROWID_COLUMN, ...columns]);
  let transaction = to.begin();
  let rows = 0;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const found = batch;
    if (found.selectedCount === 0) continue;
    const vectors = [ROWID_COLUMN, ...columns].map((_, i) => found.column(i));
    for (let i = 0; i < found.selectedCount; i++) {
      const row = found.selection === null ? i : found.selection[i];
      const values = new Array<ColumnValue>(definition.columns.length).fill(null);
      columns.forEach((column, c) => {
        values[column] = columnValueAt(vectors[c + 1], row);
      });
      transaction.table(target).append(transaction, columnValueAt(vectors[0], row) as number, values);
      if (++rows % TRANSACTION_ROWS > 0) continue;
      transaction.commit();
      to.maintain();
      transaction = to.begin();
    }
  }
  if (definition.autoincrement) transaction.countFrom(transaction.table(target), source.rowids.sequence);
  if (transaction.hasChanges) transaction.commit();
  else transaction.rollback();
  to.maintain();
  return rows;
}

/** Not the rowid's alias, and no column that the table has lost. */
function isStored({ columns, rowidColumn }: TableDefinition, column: number): boolean {
  return column !== rowidColumn && columns[column].dropped !== true;
}
