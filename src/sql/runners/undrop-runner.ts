import { HeliosError } from '../../base/errors.ts';
import { type Catalog, type CatalogEntry, LIVE, type TableEntry } from '../../engine/catalog/catalog.ts';
import type { TableDefinition, TriggerDefinition } from '../../engine/catalog/definitions.ts';
import { withLaterColumns } from '../../engine/history/flashback-database.ts';
import { restoreRows } from '../../engine/history/restore-rows.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { SourceRange } from '../ast/node.ts';
import {
  bindDependentTrigger,
  indexFromText,
  parseIndex,
  parseTable,
  tableFromText,
} from '../binder/alter/dependents.ts';
import { applyEdits } from '../binder/alter/edits.ts';
import { constraintIndexName, tableNamesIn, tableNamesInDependent } from '../binder/alter/rename.ts';
import { parseTrigger } from '../binder/bind-trigger.ts';
import { Binder } from '../binder/binder.ts';
import type { BoundUndrop } from '../binder/bound-statement.ts';
import { sameName } from '../binder/names.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { ownerOfName, quoted } from '../binder/schema-names.ts';
import { withAccount } from '../executor/with-account.ts';
import type { Session } from '../session.ts';
import { binderOf } from './alter-runner.ts';
import { foreignKeyProblems } from './foreign-key-check.ts';

/** A definition that comes back. */
interface Restored {
  readonly kind: CatalogEntry['kind'];
  readonly definition: CatalogEntry['definition'];
}

/**
 * UNDROP TABLE: the newest dropped table of the name is back, with its indexes and triggers, and with the rows that it had before
 * the transaction that dropped it. They have never gone: only what that transaction had ended is written again.
 */
export function runUndrop(
  { table: name, name: newName }: BoundUndrop,
  session: Session,
  transaction: WriteTransaction,
): undefined {
  const { catalog } = session.engine;
  const dropped = droppedTable(name, session);
  const parts = partsDroppedWith(dropped, catalog);
  const binder = binderOf(session, transaction);
  const restored: readonly Restored[] = newName === null ? parts : underName(newName, parts, binder);
  for (const { kind, definition } of restored) assertFree(kind, definition.name, name, session, transaction);
  for (const { kind, definition } of restored) {
    if (kind !== 'table') continue;
    const table = transaction.table(definition.id);
    transaction.restore(kind, withLaterColumns(definition as TableDefinition, table.definition));
    withAccount('UNDROP', session.memory, (need) => restoreRows(transaction, table, dropped.endedTxn - 1, need));
  }
  for (const { kind, definition } of restored) if (kind !== 'table') transaction.restore(kind, definition);
  assertParents(dropped.definition.id, session, transaction);
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

/** The table and what belonged to it, as all of it was defined last. Tables come first. */
function partsDroppedWith({ definition: { id }, endedTxn }: TableEntry, catalog: Catalog): readonly CatalogEntry[] {
  const isLast = (entry: CatalogEntry): boolean =>
    entry.endedTxn === endedTxn && catalog.versions(entry.definition.id).at(-1) === entry;
  const ofOwners = (owners: ReadonlySet<number>): readonly CatalogEntry[] =>
    catalog.all().filter((entry) => {
      const { definition } = entry;
      const owner =
        'tableId' in definition ? definition.tableId : 'keysOf' in definition ? definition.keysOf?.tableId : undefined;
      return owner !== undefined && owners.has(owner) && isLast(entry);
    });
  const own = ofOwners(new Set([id]));
  const keyTables = own.filter(({ kind }) => kind === 'table');
  const ofKeyTables = ofOwners(new Set(keyTables.map(({ definition }) => definition.id)));
  const table = catalog.versions(id).at(-1) as CatalogEntry;
  return [table, ...keyTables, ...own.filter(({ kind }) => kind !== 'table'), ...ofKeyTables];
}

/** All of it under the table's new name, as ALTER TABLE … RENAME TO would have it. */
function underName(name: string, parts: readonly CatalogEntry[], binder: Binder): readonly Restored[] {
  const [{ definition: table, endedTxn: dropped }] = parts as readonly TableEntry[];
  const toName = ({ position, end }: SourceRange) => ({ position, end, text: quoted(name) });
  const edited = (sql: string, statement: Parameters<typeof tableNamesIn>[1]): string =>
    applyEdits(sql, tableNamesIn(sql, statement, table.name).map(toName));
  const named = tableFromText(table, edited(table.sql, parseTable(table.sql)), table.columns, binder).definition;
  /** Key tables follow from their indexes. */
  const keyTables = new Map<number, TableDefinition>();
  const renamed = parts.map(({ kind, definition }): Restored => {
    if (definition.id === table.id) return { kind, definition: named };
    if (kind === 'trigger') {
      const places = placesInTrigger(definition, table, binder, dropped);
      return { kind, definition: { ...definition, sql: applyEdits(definition.sql, places.map(toName)) } };
    }
    if (kind !== 'index') return { kind, definition };
    if (definition.sql === null)
      return { kind, definition: { ...definition, name: constraintIndexName(definition, name) } };
    const [index, keyTable] = indexFromText(
      definition,
      edited(definition.sql, parseIndex(definition.sql)),
      named,
      binder,
    );
    if (keyTable !== undefined) keyTables.set(keyTable.id, keyTable as TableDefinition);
    return { kind, definition: index };
  });
  return renamed.map(({ kind, definition }) => ({ kind, definition: keyTables.get(definition.id) ?? definition }));
}

/**
 * Where a trigger names its table: what its names stood for before the table was dropped. One that nobody could run then, or that is
 * younger, may mean the table wherever it names one.
 */
function placesInTrigger(
  trigger: TriggerDefinition,
  table: TableDefinition,
  binder: Binder,
  dropped: number,
): readonly SourceRange[] {
  try {
    const then = binder.asOf({ transaction: dropped - 1, isPast: true }, null);
    return tableNamesInDependent(bindDependentTrigger(trigger, then, ''), table.id);
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    return tableNamesIn(trigger.sql, parseTrigger(trigger), table.name);
  }
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
