import { LIVE } from '../../../engine/catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { ReadPoint } from '../../../engine/table/access.ts';
import { SYSTEM_TABLES } from '../../../engine/transaction/system-tables.ts';
import type { CatalogReader } from '../binder.ts';
import { sameName } from '../names.ts';

const NOTHING: readonly never[] = [];

/** The catalogue that the texts of system views are bound in: the system's own tables, at all times the same. */
export const SYSTEM_CATALOG: CatalogReader = {
  relation(_at, name) {
    const definition = tableNamed(name);
    return definition === null ? null : { kind: 'table', definition, createdTxn: 0, endedTxn: LIVE };
  },
  entries: () => NOTHING,
  table: (_at, name) => tableNamed(name),
  view: () => null,
  index: (_at, name) => indexes().find((index) => sameName(index.name, name)) ?? null,
  trigger: () => null,
  indexesOf: (_at, tableId) => indexes().filter((index) => index.tableId === tableId),
  computedIndexesOf: () => NOTHING,
  triggersOf: () => NOTHING,
  tables: () => SYSTEM_TABLES.map(({ definition }) => definition),
  isLive: () => true,
  referringTables: () => NOTHING,
  views: () => NOTHING,
  stateOf: () => ({ rows: 0, deltaRows: 0, nextRowid: 1, sequence: 0, oldestReadable: 0, segments: NOTHING }),
  memory: (_at: ReadPoint) => null,
};

function tableNamed(name: string): TableDefinition | null {
  return SYSTEM_TABLES.find(({ definition }) => sameName(definition.name, name))?.definition ?? null;
}

function indexes(): readonly IndexDefinition[] {
  return SYSTEM_TABLES.flatMap((table) => table.indexes);
}
