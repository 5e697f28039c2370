import type { Catalog, CatalogEntry, EntryKind } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import type { ReadPoint } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import type { Account } from './changes-between.ts';
import { type Altered, alteredSince, assertMayGoBack, definitionNow } from './flashback-database.ts';
import { differenceIn } from './restore-rows.ts';

/** What going back would do to one object: as a reader sees it now, and as it would be. */
export interface FlashbackEffect {
  readonly kind: EntryKind;
  /** Its name now, or the one that it would come back under. */
  readonly name: string;
  /** What would happen to its definition; null: nothing, only to its rows. */
  readonly operation: 'CREATE' | 'ALTER' | 'DROP' | null;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

type RowCounts = Pick<FlashbackEffect, 'inserted' | 'updated' | 'deleted'>;

interface Tables {
  readonly catalog: Catalog;
  table(id: number): Table;
}

const NO_ROWS: RowCounts = { inserted: 0, updated: 0, deleted: 0 };

/**
 * What {@link flashbackDatabase} would do, object by object: those whose definitions would change, in the order in which they
 * come into being, then those of which only rows would. Throws what it would throw.
 */
export function* flashbackEffects(
  tables: Tables,
  now: ReadPoint,
  point: number,
  need: Account,
): Generator<FlashbackEffect> {
  const { catalog } = tables;
  const altered = alteredSince(catalog, now, point);
  for (const object of altered) assertMayGoBack(object);
  const told = new Set<number>();
  for (const object of altered) {
    const { kind, definition } = (object.is ?? object.was) as CatalogEntry;
    const operation = operationOn(object, tables);
    if (operation === null || isPartOfTable(definition)) continue;
    told.add(definition.id);
    const counts = kind === 'table' ? rowsOf(tables, definition.id, object, now, point, need) : NO_ROWS;
    yield { kind, name: definition.name, operation, ...counts };
  }
  for (const definition of catalog.tables({ transaction: point })) {
    const { id } = definition;
    if (told.has(id) || isPartOfTable(definition)) continue;
    const entry = { was: catalog.byId({ transaction: point }, id), is: catalog.byId(now, id) };
    const counts = rowsOf(tables, id, entry, now, point, need);
    if (counts.inserted + counts.updated + counts.deleted === 0) continue;
    yield { kind: 'table', name: (entry.is as CatalogEntry).definition.name, operation: null, ...counts };
  }
}

function operationOn({ was, is }: Altered, tables: Tables): FlashbackEffect['operation'] {
  if (was === null || is === null) return was === null ? 'DROP' : 'CREATE';
  const then = definitionNow(was, (id) => tables.table(id));
  return JSON.stringify(then) === JSON.stringify(is.definition) ? null : 'ALTER';
}

/** Indexes of constraints, and tables that hold the keys of an index, come and go with their table. */
function isPartOfTable(definition: CatalogEntry['definition']): boolean {
  return (
    ('keysOf' in definition && definition.keysOf !== undefined) || ('sql' in definition && definition.sql === null)
  );
}

function rowsOf(
  tables: Tables,
  id: number,
  { was, is }: Altered,
  now: ReadPoint,
  point: number,
  need: Account,
): RowCounts {
  const table = tables.table(id);
  if (was === null) return { ...NO_ROWS, deleted: countRows(table, now) };
  if (is === null) return { ...NO_ROWS, inserted: countRows(table, { transaction: point, isPast: true }) };
  const definition = definitionNow(was, () => table) as TableDefinition;
  const counts = { ...NO_ROWS };
  const difference = differenceIn(definition, table, { from: point, to: now.transaction });
  for (const { before, after } of difference.rows(need))
    counts[after < 0 ? 'inserted' : before < 0 ? 'deleted' : 'updated']++;
  return counts;
}

function countRows(table: Table, at: ReadPoint): number {
  const scan = table.scan(at, [], []);
  let count = 0;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) count += batch.selectedCount;
  return count;
}
