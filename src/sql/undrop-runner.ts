import { HeliosError } from '../base/errors.ts';
import { type CatalogEntry, LIVE, type TableEntry } from '../engine/catalog/catalog.ts';
import type { TableDefinition } from '../engine/catalog/definitions.ts';
import { withLaterColumns } from '../engine/history/flashback-database.ts';
import { restoreRows } from '../engine/history/restore-rows.ts';
import type { WriteTransaction } from '../engine/transaction/write-transaction.ts';
import { indexFromText, parseIndex, parseTable, tableFromText } from './binder/alter/dependents.ts';
import { applyEdits } from './binder/alter/edits.ts';
import { constraintIndexName, tableNamesIn } from './binder/alter/rename.ts';
import { parseTrigger } from './binder/bind-trigger.ts';
import { Binder } from './binder/binder.ts';
import type { BoundUndrop } from './binder/bound-statement.ts';
import { sameName } from './binder/names.ts';
import { didYouMean } from './binder/near-miss.ts';
import { ownerOfName, quoted } from './binder/schema-names.ts';
import { foreignKeyProblems } from './foreign-key-check.ts';
import type { Session } from './session.ts';

/**
 * UNDROP TABLE: the newest dropped table of the name is back as it was before the transaction that dropped it, with its rows,
 * indexes and triggers. Its rows have never gone: only what that transaction had ended is written again.
 */
export function runUndrop(
  { table: name, name: newName }: BoundUndrop,
  session: Session,
  transaction: WriteTransaction,
): undefined {
  const { catalog } = session.engine;
  const dropped = droppedTable(name, session);
  const before = { transaction: dropped.endedTxn - 1 };
  const entry = catalog.byId(before, dropped.definition.id) as TableEntry;
  const { id } = entry.definition;
  const indexes = catalog.indexesOf(before, id);
  const keyTables = catalog.keyTablesOf(before, id);
  const keyIndexes = keyTables.flatMap((keyTable) => catalog.indexesOf(before, keyTable.id));
  const parts: CatalogEntry['definition'][] = [
    entry.definition,
    ...keyTables,
    ...indexes,
    ...keyIndexes,
    ...catalog.triggersOf(before, id),
  ];
  const renamed =
    newName === null
      ? parts
      : renamedParts(entry.definition, parts, newName, new Binder(session.catalog, transaction, ''));
  const restored = renamed.map((definition) => ({
    kind: (catalog.byId(before, definition.id) as CatalogEntry).kind,
    definition,
  }));
  for (const { kind, definition } of restored) assertFree(kind, definition.name, name, session, transaction);
  for (const { kind, definition } of restored) {
    if (kind !== 'table') continue;
    const table = transaction.table(definition.id);
    transaction.restore(kind, withLaterColumns(definition as TableDefinition, table.definition));
    restoreRows(transaction, table, before.transaction);
  }
  for (const { kind, definition } of restored) if (kind !== 'table') transaction.restore(kind, definition);
  assertParents(id, session, transaction);
  return undefined;
}

/** The last version of a dropped table's definition. */
function droppedTable(name: string, { engine, catalog, readPoint }: Session): TableEntry {
  const gone = engine.catalog.all().filter((entry): entry is TableEntry => {
    const { kind, definition, endedTxn } = entry;
    if (kind !== 'table' || definition.keysOf !== undefined || endedTxn === LIVE) return false;
    const isLast = engine.catalog.versions(definition.id).at(-1) === entry;
    // One that the same transaction made was never there.
    const wasThere = engine.catalog.byId({ transaction: endedTxn - 1 }, definition.id) !== null;
    return isLast && wasThere && engine.table(definition.id).oldestReadable < endedTxn;
  });
  const [found] = gone
    .filter(({ definition }) => sameName(definition.name, name))
    .sort((a, b) => b.endedTxn - a.endedTxn);
  if (found !== undefined) return found;
  const near = didYouMean(
    name,
    gone.map(({ definition }) => definition.name),
  );
  const isThere = catalog.relation(readPoint, name) !== null;
  throw new HeliosError('TABLE_NOT_FOUND', `no table "${name}" has been dropped that could come back${near}`, {
    hint: isThere
      ? `There is a table "${name}": it is not dropped.`
      : 'A dropped table can come back as long as its history is kept.',
  });
}

function assertFree(
  kind: CatalogEntry['kind'],
  name: string,
  table: string,
  { catalog }: Session,
  transaction: WriteTransaction,
): void {
  const owner =
    kind === 'trigger'
      ? catalog.trigger(transaction, name) === null
        ? null
        : 'trigger'
      : ownerOfName(new Binder(catalog, transaction, ''), name, 'main');
  if (owner === null) return;
  const hint = sameName(name, table)
    ? `UNDROP TABLE "${table}" AS another name.`
    : `Drop or rename the ${owner} first.`;
  throw new HeliosError('TABLE_EXISTS', `${owner} "${name}" exists already`, { hint });
}

/** The table and what belongs to it under the table's new name, as ALTER TABLE … RENAME TO would have it. */
function renamedParts(
  table: TableDefinition,
  parts: readonly CatalogEntry['definition'][],
  name: string,
  binder: Binder,
): readonly CatalogEntry['definition'][] {
  const edited = (sql: string, statement: Parameters<typeof tableNamesIn>[1]): string =>
    applyEdits(
      sql,
      tableNamesIn(sql, statement, table.name).map(({ position, end }) => ({ position, end, text: quoted(name) })),
    );
  const sql = edited(table.sql, parseTable(table.sql));
  const named = tableFromText(table, sql, table.columns, binder).definition;
  const byId = new Map<number, CatalogEntry['definition']>([[table.id, named]]);
  for (const part of parts) {
    if (byId.has(part.id)) continue;
    byId.set(part.id, part);
    if ('unique' in part && part.sql === null) byId.set(part.id, { ...part, name: constraintIndexName(part, name) });
    else if ('unique' in part && part.sql !== null) {
      for (const changed of indexFromText(part, edited(part.sql, parseIndex(part.sql)), named, binder))
        byId.set(changed.id, changed);
    } else if ('tableId' in part)
      byId.set(part.id, { ...part, sql: edited(part.sql as string, parseTrigger(part as never)) });
  }
  return [...byId.values()];
}

/** Parents may have gone meanwhile. */
function assertParents(id: number, { engine, catalog, settings }: Session, transaction: WriteTransaction): void {
  if (!settings.foreignKeys) return;
  const [problem] = foreignKeyProblems({ engine, catalog, readPoint: transaction }, [transaction.table(id).definition]);
  if (problem === undefined) return;
  const { table, parent, rowid } = problem;
  const message = `FOREIGN KEY constraint failed: row ${rowid} of ${table} has no parent in ${parent}`;
  throw new HeliosError('FOREIGN_KEY_VIOLATION', message, {
    hint: `UNDROP TABLE or FLASHBACK TABLE "${parent}" first.`,
  });
}
