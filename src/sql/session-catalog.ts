import type { Catalog, CatalogEntry, TableEntry, ViewEntry } from '../engine/catalog/catalog.ts';
import type {
  IndexDefinition,
  TableDefinition,
  TriggerDefinition,
  ViewDefinition,
} from '../engine/catalog/definitions.ts';
import type { Engine } from '../engine/engine.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { CatalogReader, SchemaName, StoredKeys, TableState } from './binder/binder.ts';
import { TableMemory } from './binder/remembered.ts';
import type { UserFunctions } from './functions/user-functions.ts';

/** What a session sees: its temporary objects before those of the files. */
export class SessionCatalog implements CatalogReader {
  private readonly main: Catalog;
  private readonly temporary: Catalog;
  readonly functions: UserFunctions;
  private readonly engine: Engine;
  private bound = new TableMemory();
  private boundVersion = -1;

  constructor(engine: Engine, temporary: Catalog, functions: UserFunctions) {
    this.engine = engine;
    this.main = engine.catalog;
    this.temporary = temporary;
    this.functions = functions;
  }

  /** Grows with every change of either, and with every function that is registered. */
  get version(): number {
    return this.main.version + this.temporary.version + this.functions.version;
  }

  /** The version that a reader there sees; NaN, which equals no other, where it sees an older catalogue than others. */
  versionAt({ transaction }: ReadPoint): number {
    return transaction < Math.max(this.main.changedAt, this.temporary.changedAt) ? Number.NaN : this.version;
  }

  relation(at: ReadPoint, name: string, schema: SchemaName | null = null): TableEntry | ViewEntry | null {
    const isRelation = ({ kind, definition }: CatalogEntry): boolean =>
      kind === 'view' || (kind === 'table' && (definition as TableDefinition).keysOf === undefined);
    return this.entry(at, name, schema, isRelation) as TableEntry | ViewEntry | null;
  }

  table(at: ReadPoint, name: string, schema: SchemaName | null = null): TableDefinition | null {
    const entry = this.relation(at, name, schema);
    return entry?.kind === 'table' ? entry.definition : null;
  }

  view(at: ReadPoint, name: string, schema: SchemaName | null = null): ViewDefinition | null {
    const entry = this.relation(at, name, schema);
    return entry?.kind === 'view' ? entry.definition : null;
  }

  index(at: ReadPoint, name: string, schema: SchemaName | null = null): IndexDefinition | null {
    const entry = this.entry(at, name, schema, ({ kind }) => kind === 'index');
    return entry?.kind === 'index' ? entry.definition : null;
  }

  trigger(at: ReadPoint, name: string, schema: SchemaName | null = null): TriggerDefinition | null {
    for (const catalog of this.catalogs(schema)) {
      const found = catalog.trigger(at, name);
      if (found !== null) return found;
    }
    return null;
  }

  indexesOf(at: ReadPoint, tableId: number): readonly IndexDefinition[] {
    const found = this.temporary.indexesOf(at, tableId);
    return found.length > 0 ? found : this.main.indexesOf(at, tableId);
  }

  computedIndexesOf(at: ReadPoint, tableId: number): readonly StoredKeys[] {
    return this.catalogs(null).flatMap((catalog) =>
      catalog
        .keyTablesOf(at, tableId)
        .flatMap((keyTable) => catalog.indexesOf(at, keyTable.id).map((index) => ({ index, keyTable }))),
    );
  }

  triggersOf(at: ReadPoint, tableId: number): readonly TriggerDefinition[] {
    return [...this.temporary.triggersOf(at, tableId), ...this.main.triggersOf(at, tableId)];
  }

  tables(at: ReadPoint, schema: SchemaName | null = null): readonly TableDefinition[] {
    return this.catalogs(schema).flatMap((catalog) => catalog.tables(at).filter(({ keysOf }) => keysOf === undefined));
  }

  referringTables(at: ReadPoint, schema: SchemaName | null = null): readonly TableDefinition[] {
    return this.catalogs(schema).flatMap((catalog) => catalog.referringTables(at));
  }

  views(at: ReadPoint, schema: SchemaName | null = null): readonly ViewDefinition[] {
    return this.catalogs(schema).flatMap((catalog) => catalog.views(at));
  }

  /** The newest version of an object's definition; null: it is dropped. */
  live(id: number): CatalogEntry | null {
    return this.temporary.live(id) ?? this.main.live(id);
  }

  /** All versions of all definitions. */
  entries(): readonly CatalogEntry[] {
    return [...this.temporary.all(), ...this.main.all()];
  }

  /** All versions of the tables, views and indexes that have or had the name. */
  named(name: string): readonly CatalogEntry[] {
    return [...this.temporary.named(name), ...this.main.named(name)];
  }

  isLive(id: number): boolean {
    return this.live(id) !== null;
  }

  stateOf(tableId: number): TableState {
    const table = this.engine.table(tableId);
    return {
      rows: table.rowCountEstimate(),
      deltaRows: table.deltaRowCount(),
      nextRowid: table.nextRowid(),
      sequence: table.rowids.sequence,
      oldestReadable: table.oldestReadable,
      segments: table.segments.map(({ reader, endedCount }) => {
        const { id, kind, rowCount, lengthBytes, minRowid, maxRowid } = reader.meta;
        return { id, kind, rows: rowCount, ended: endedCount, bytes: lengthBytes, minRowid, maxRowid };
      }),
    };
  }

  memory(at: ReadPoint): TableMemory | null {
    const version = this.versionAt(at);
    if (Number.isNaN(version)) return null;
    if (this.boundVersion !== version) {
      this.bound = new TableMemory();
      this.boundVersion = version;
    }
    return this.bound;
  }

  /** A number that the file keeps; 0 where none was set. */
  setting(at: ReadPoint, name: string): number {
    return this.main.setting(at, name)?.value ?? 0;
  }

  /** The table that holds the keys of an index, if they are computed. */
  keyTableOf(indexId: number): TableDefinition | null {
    const index = this.live(indexId);
    const owner = index?.kind === 'index' ? this.live(index.definition.tableId) : null;
    return owner?.kind === 'table' && owner.definition.keysOf !== undefined ? owner.definition : null;
  }

  private catalogs(schema: SchemaName | null): readonly Catalog[] {
    if (schema === null) return [this.temporary, this.main];
    return [schema === 'temp' ? this.temporary : this.main];
  }

  private entry(
    at: ReadPoint,
    name: string,
    schema: SchemaName | null,
    fits: (entry: CatalogEntry) => boolean,
  ): CatalogEntry | null {
    for (const catalog of this.catalogs(schema)) {
      const found = catalog.entry(at, name);
      if (found !== null && fits(found)) return found;
    }
    return null;
  }
}
