import { HeliosError } from '../../base/errors.ts';
import { type Catalog, type CatalogEntry, type EntryKind, LIVE } from '../catalog/catalog.ts';
import { droppedColumn, type TableDefinition } from '../catalog/definitions.ts';
import type { ReadPoint } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import type { WriteTransaction } from '../transaction/write-transaction.ts';
import type { Account } from './changes-between.ts';
import { type RestoredCounts, restoreRows } from './restore-rows.ts';

/** Numbers of the file that say something of what is in it. Others are settings of the database, which stay as they are. */
const SETTINGS_OF_THE_CONTENT: readonly string[] = ['user_version', 'application_id'];

/** In this order objects come into being: an index has its table, a trigger its table or view. */
const KINDS: readonly EntryKind[] = ['table', 'index', 'view', 'trigger', 'setting'];

/** A definition as it was, and as it is; null: there was, or is, none. */
export interface Altered {
  readonly was: CatalogEntry | null;
  readonly is: CatalogEntry | null;
}

/**
 * Makes the database what it was when `point` was the newest transaction, rows and definitions, as changes of the
 * transaction: what has been made since is dropped, what was dropped comes back with its rows, what was altered is as it was.
 * Nothing is checked, for it was so once. Throws SNAPSHOT_TOO_OLD where a table's history does not go back so far, INVALID_STATEMENT where a ledger would go.
 */
export function flashbackDatabase(
  transaction: WriteTransaction,
  catalog: Catalog,
  point: number,
  need: Account,
): RestoredCounts {
  const altered = alteredSince(catalog, transaction, point);
  for (const object of altered) assertMayGoBack(object);
  // Views and triggers of the present go before what they belong to.
  for (const { was, is } of [...altered].reverse()) {
    if (was !== null || is === null || catalog.live(is.definition.id) === null) continue;
    transaction.drop(is.definition.id);
  }
  const restore = (kinds: readonly EntryKind[]): void => {
    for (const { was, is } of altered) {
      if (was === null || !kinds.includes(was.kind)) continue;
      const definition = definitionNow(was, (id) => transaction.table(id));
      if (is === null || catalog.live(definition.id) === null) transaction.restore(was.kind, definition);
      else if (JSON.stringify(definition) !== JSON.stringify(is.definition)) transaction.replace(definition);
    }
  };
  restore(['table']);
  const counts: RestoredCounts = { inserted: 0, updated: 0, deleted: 0 };
  for (const { id } of catalog.tables({ transaction: point })) {
    const { inserted, updated, deleted } = restoreRows(transaction, transaction.table(id), point, need);
    counts.inserted += inserted;
    counts.updated += updated;
    counts.deleted += deleted;
  }
  // Keys that rows have lost since are no obstacle to rows that come back.
  restore(['index', 'view', 'trigger', 'setting']);
  return counts;
}

/** A ledger that was made since would be dropped. */
export function assertMayGoBack({ was, is }: Altered): void {
  if (was !== null || is?.kind !== 'table' || !is.definition.ledger) return;
  const { name } = is.definition;
  throw new HeliosError('INVALID_STATEMENT', `"${name}" is a ledger table that was made since: it cannot be dropped`, {
    hint: `ALTER TABLE "${name}" SET (ledger = false) ends its chain; FLASHBACK TABLE takes other tables back.`,
  });
}

/** What a reader there sees defined in another way than it was at `point`, in the order in which objects come into being. */
export function alteredSince(catalog: Catalog, { transaction }: ReadPoint, point: number): readonly Altered[] {
  const changed = new Set<number>();
  for (const { kind, definition, createdTxn, endedTxn } of catalog.all()) {
    const isMeant = kind !== 'setting' || SETTINGS_OF_THE_CONTENT.includes(definition.name);
    const isSince = (at: number): boolean => at > point && at <= transaction;
    if (isMeant && (isSince(createdTxn) || (endedTxn !== LIVE && isSince(endedTxn)))) changed.add(definition.id);
  }
  const altered = [...changed].map((id) => ({
    was: catalog.byId({ transaction: point }, id),
    is: catalog.byId({ transaction }, id),
  }));
  const rank = ({ was, is }: Altered): number => KINDS.indexOf((was ?? is)?.kind ?? 'setting');
  const id = ({ was, is }: Altered): number => (was ?? is)?.definition.id ?? 0;
  return altered.filter(({ was, is }) => was !== is).sort((a, b) => rank(a) - rank(b) || id(a) - id(b));
}

/** An old definition as the object can have it now: columns keep their places, so that later ones stay as dropped ones. */
export function definitionNow(
  { kind, definition }: CatalogEntry,
  tableOf: (id: number) => Table,
): CatalogEntry['definition'] {
  return kind === 'table' ? withLaterColumns(definition, tableOf(definition.id).definition) : definition;
}

/** A table's definition of earlier, with the places of the columns that it has been given since. */
export function withLaterColumns(then: TableDefinition, now: TableDefinition): TableDefinition {
  const later = now.columns.slice(then.columns.length);
  return later.length === 0 ? then : { ...then, columns: [...then.columns, ...later.map(droppedColumn)] };
}
