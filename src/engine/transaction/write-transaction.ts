import { assert, unreachable } from '../../base/assert.ts';
import { HeliosError } from '../../base/errors.ts';
import {
  type Catalog,
  type CatalogEntry,
  type DefinitionOf,
  type EntryKind,
  entryOf,
  LIVE,
} from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition, TriggerDefinition, ViewDefinition } from '../catalog/definitions.ts';
import type { RowLocation } from '../table/access.ts';
import type { SavedRowid } from '../table/rowid-counter.ts';
import type { ChangeTracker, Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';
import { COMMIT_LABELS } from './commit-labels.ts';
import { EndedLocations } from './ended-locations.ts';
import { LEDGER_CHAIN, UNIQUE_CHECK } from './late-parts.ts';

/** What a transaction has done to one table. */
export interface TableChanges {
  readonly table: Table;
  /** Rows of the delta from this position on are the transaction's own. */
  readonly firstPosition: number;
  /** So are the table's segments from this one on: what did not stay in memory. */
  readonly firstSegment: number;
  readonly firstNextRowid: SavedRowid;
  /** The versions that it ended, its own among them. */
  readonly ended: EndedLocations;
}

/** A point inside a transaction to which it can return. */
export interface SavepointMark {
  readonly tables: ReadonlyMap<
    Table,
    {
      readonly position: number;
      readonly segmentCount: number;
      readonly endedCount: number;
      readonly nextRowid: SavedRowid;
    }
  >;
  readonly catalogSteps: number;
  readonly changeCount: number;
}

export interface CommitResult {
  readonly transaction: number;
  readonly scn: number;
  readonly committedAtMicros: number;
}

/** What the transaction asks of the engine. */
export interface TransactionHost {
  readonly catalog: Catalog;
  table(id: number): Table;
  registerTable(definition: TableDefinition): void;
  unregisterTable(id: number): void;
  commit(transaction: WriteTransaction): CommitResult;
  /**
   * Moves the rows of the delta from that position on, all of them the transaction's, into segments behind the others of
   * the table, where they take too much memory. Answers whether it has. Rows that have ended are left out.
   */
  spill(table: Table, position: number): boolean;
  /** Nobody needs these segments any more, which {@link spill} has made. */
  discard(segments: readonly TableSegment[]): void;
  /** Changes after which {@link WriteTransaction.relieve} looks again. */
  readonly reliefRows: number;
  /** The writer's place is free again. */
  release(transaction: WriteTransaction): void;
}

/** A change of the catalogue, with the entry that it added or ended. */
type CatalogStep =
  | { readonly action: 'add' | 'end'; readonly entry: CatalogEntry }
  /** `previous`: the last version of the definition, which had ended. */
  | { readonly action: 'restore'; readonly entry: CatalogEntry; readonly previous: CatalogEntry }
  | { readonly action: 'replace'; readonly entry: CatalogEntry; readonly previous: CatalogEntry };

/** Before all that a transaction has done. */
const BEGINNING: SavepointMark = { tables: new Map(), catalogSteps: 0, changeCount: 0 };

/**
 * The one write transaction. Its row versions go straight into the deltas, under a transaction number that no reader
 * has reached; commit makes the number the newest, rollback takes the versions back. It reads its own changes.
 */
export class WriteTransaction implements ChangeTracker {
  /** The number that the transaction will commit as. */
  readonly transaction: number;
  changeCount = 0;
  readonly changes = new Map<Table, TableChanges>();
  readonly catalogSteps: CatalogStep[] = [];
  private readonly host: TransactionHost;
  private readonly temporary: Catalog;
  /** The last one: most changes follow others to the same table. */
  private touched: Table | null = null;
  private isOpen = true;
  private nextReliefCount = 0;
  private relievedSince: SavepointMark | null = null;

  /** `temporary` takes the definitions that are marked so: they are undone like others, and never logged. */
  constructor(host: TransactionHost, temporary: Catalog, transaction: number) {
    this.host = host;
    this.temporary = temporary;
    this.transaction = transaction;
  }

  get isActive(): boolean {
    return this.isOpen;
  }

  /** Changes of temporary objects need a number of their own, too. */
  get hasChanges(): boolean {
    if (this.catalogSteps.length > 0 || this.changeCount > 0) return true;
    // Those of system tables are not counted. A label alone makes no transaction.
    for (const { table, firstPosition, ended } of this.changes.values())
      if (table.definition !== COMMIT_LABELS.definition && (table.delta.length > firstPosition || ended.length > 0))
        return true;
    return false;
  }

  /** It adds rows or definitions that are stored, it does not only take some away. */
  get grows(): boolean {
    for (const { table, firstPosition, firstSegment } of this.changes.values()) {
      if (table.definition.temporary) continue;
      if (table.delta.length > firstPosition || table.segments.length > firstSegment) return true;
    }
    return this.catalogSteps.some(({ action, entry }) => action !== 'end' && entry.kind !== 'setting');
  }

  /** Some of its rows are in segments already. */
  get hasSegments(): boolean {
    for (const { table, firstSegment } of this.changes.values()) if (table.segments.length > firstSegment) return true;
    return false;
  }

  table(id: number): Table {
    return this.host.table(id);
  }

  touch(table: Table): void {
    this.assertOpen();
    if (table === this.touched) return;
    if (!this.changes.has(table)) this.begin(table);
    this.touched = table;
  }

  private begin(table: Table): void {
    // Before anything is noted: a part that is missing has the statement run again.
    if (table.definition.ledger) LEDGER_CHAIN.get();
    this.changes.set(table, {
      table,
      firstPosition: table.delta.length,
      firstSegment: table.segments.length,
      firstNextRowid: table.rowids.save(),
      ended: new EndedLocations(),
    });
  }

  didEnd(table: Table, location: RowLocation): void {
    (this.changes.get(table) as TableChanges).ended.append(location);
  }

  /** Where AUTOINCREMENT goes on. */
  countFrom(table: Table, rowid: number): void {
    this.touch(table);
    table.rowids.countFrom(rowid);
    this.didChange(1);
  }

  /** AUTOINCREMENT has not counted the rows that came since the mark (null: the beginning), though they stay. */
  uncount(mark: SavepointMark | null): void {
    for (const { table, firstNextRowid } of this.changes.values())
      table.rowids.uncount(mark?.tables.get(table)?.nextRowid ?? firstNextRowid);
  }

  didChange(rows: number): void {
    this.changeCount += rows;
  }

  savepoint(): SavepointMark {
    this.assertOpen();
    const tables = new Map(
      [...this.changes.values()].map(({ table, ended }) => [
        table,
        {
          position: table.delta.length,
          segmentCount: table.segments.length,
          endedCount: ended.length,
          nextRowid: table.rowids.save(),
        },
      ]),
    );
    return { tables, catalogSteps: this.catalogSteps.length, changeCount: this.changeCount };
  }

  rollbackTo(mark: SavepointMark): void {
    this.assertOpen();
    this.undoRows(mark);
    while (this.catalogSteps.length > mark.catalogSteps) this.undoCatalogStep(this.catalogSteps.pop() as CatalogStep);
    this.changeCount = mark.changeCount;
  }

  /**
   * Moves what the transaction has added since that point (null: ever) out of memory, where it is too much. Call it from
   * time to time where nobody holds a location of those rows, and no later savepoint will be returned to. Throws what
   * writing to storage throws, and changes nothing then.
   */
  relieve(since: SavepointMark | null): void {
    // From another point on there is more, or less, to move.
    if (since === this.relievedSince && this.changeCount < this.nextReliefCount) return;
    this.relievedSince = since;
    this.nextReliefCount = this.changeCount + this.host.reliefRows;
    for (const { table, firstPosition, ended } of this.changes.values()) {
      if (table.definition.temporary) continue;
      const position = since?.tables.get(table)?.position ?? firstPosition;
      if (table.delta.length > position && this.host.spill(table, position)) ended.dropDeltaFrom(position);
    }
  }

  createTable(definition: Omit<TableDefinition, 'id'>): TableDefinition {
    const created = this.addEntry('table', definition);
    this.host.registerTable(created);
    return created;
  }

  /** Throws UNIQUE_VIOLATION when a unique index does not fit the rows that are there. */
  createIndex(definition: Omit<IndexDefinition, 'id'>): IndexDefinition {
    this.assertOpen();
    const created = { ...definition, id: this.host.catalog.takeObjectId() };
    const table = this.host.table(created.tableId);
    table.addIndex(created);
    try {
      if (created.unique && !table.isEmpty) UNIQUE_CHECK.get().assertUniqueKeys(table, created, this);
    } catch (error) {
      table.removeIndex(created.id);
      throw error;
    }
    return this.addEntry('index', created, created.id);
  }

  createView(definition: Omit<ViewDefinition, 'id'>): ViewDefinition {
    return this.addEntry('view', definition);
  }

  createTrigger(definition: Omit<TriggerDefinition, 'id'>): TriggerDefinition {
    return this.addEntry('trigger', definition);
  }

  /** Keeps a number in the file: see SettingDefinition. */
  set(name: string, value: number): void {
    const known = this.host.catalog.setting(this, name);
    if (known === null) this.addEntry('setting', { name, value });
    else if (known.value !== value) this.replace({ ...known, value });
  }

  /** Ends an object's definition, and those of the indexes and triggers that belong to it. */
  drop(id: number): void {
    this.assertOpen();
    for (const catalog of [this.temporary, this.host.catalog]) {
      for (const part of [...catalog.triggersOf(this, id), ...catalog.indexesOf(this, id)]) this.drop(part.id);
    }
    const entry = this.live(id);
    this.catalogOf(entry).end(entry, this.transaction);
    this.catalogSteps.push({ entry, action: 'end' });
    if (entry.kind === 'index') this.host.table(entry.definition.tableId).removeIndex(id);
  }

  /**
   * Puts a new version of an object's definition, which has the same id, in the old one's place. A table's columns keep
   * their places: new ones are added at the end, and hold their `missing` value in the rows that are there. An index
   * keeps its columns.
   */
  replace(definition: CatalogEntry['definition']): void {
    this.assertOpen();
    const previous = this.live(definition.id);
    const catalog = this.catalogOf(previous);
    catalog.end(previous, this.transaction);
    const entry = entryOf(previous.kind, definition, this.transaction, LIVE);
    catalog.add(entry);
    this.catalogSteps.push({ entry, action: 'replace', previous });
    this.redefine(entry);
  }

  /**
   * Brings a dropped object back under its id, with a definition that takes the last one's place as in {@link replace}: a
   * table has the rows that it had. What belonged to it is brought back by calls of its own.
   */
  restore(kind: EntryKind, definition: CatalogEntry['definition']): void {
    this.assertOpen();
    const { catalog } = this.host;
    const previous = catalog.versions(definition.id).at(-1);
    assert(previous !== undefined && previous.endedTxn !== LIVE, `object ${definition.id} is dropped`);
    const entry = entryOf(kind, definition, this.transaction, LIVE);
    catalog.add(entry);
    this.catalogSteps.push({ entry, action: 'restore', previous });
    if (entry.kind === 'index') this.host.table(entry.definition.tableId).addIndex(entry.definition);
    else this.redefine(entry);
  }

  /** Makes the changes visible and appends them to the log; they are durable after Engine.makeDurable(). */
  commit(): CommitResult {
    this.assertOpen();
    try {
      if (!this.hasChanges && this.isLabelled) this.rollbackTo(BEGINNING);
      const result = this.host.commit(this);
      this.isOpen = false;
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    } finally {
      if (!this.isOpen) this.host.release(this);
    }
  }

  rollback(): void {
    if (!this.isOpen) return;
    this.rollbackTo(BEGINNING);
    this.isOpen = false;
    this.host.release(this);
  }

  private get isLabelled(): boolean {
    return [...this.changes.keys()].some(({ definition }) => definition === COMMIT_LABELS.definition);
  }

  private assertOpen(): void {
    if (!this.isOpen) throw new HeliosError('TRANSACTION_CLOSED', 'the transaction has ended: begin a new one');
  }

  private undoRows(mark: SavepointMark): void {
    this.nextReliefCount = 0;
    for (const { table, firstPosition, firstSegment, firstNextRowid, ended } of this.changes.values()) {
      const to = mark.tables.get(table) ?? {
        position: firstPosition,
        segmentCount: firstSegment,
        endedCount: 0,
        nextRowid: firstNextRowid,
      };
      assert(table.delta.length >= to.position, 'what a savepoint may return to stays in memory');
      ended.rewind(to.endedCount, (location) => table.unmarkEnded(location));
      table.delta.truncate(to.position);
      this.host.discard(table.removeSegments(to.segmentCount));
      table.rowids.restore(to.nextRowid);
    }
  }

  private addEntry<Kind extends EntryKind>(
    kind: Kind,
    definition: Omit<DefinitionOf<Kind>, 'id'>,
    id = this.host.catalog.takeObjectId(),
  ): DefinitionOf<Kind> {
    this.assertOpen();
    const entry = entryOf(kind, { ...definition, id }, this.transaction, LIVE);
    this.catalogOf(entry).add(entry);
    this.catalogSteps.push({ entry, action: 'add' });
    return entry.definition as DefinitionOf<Kind>;
  }

  private catalogOf(entry: CatalogEntry): Catalog {
    return entry.definition.temporary ? this.temporary : this.host.catalog;
  }

  private live(id: number): CatalogEntry {
    const entry = this.temporary.live(id) ?? this.host.catalog.live(id);
    assert(entry !== null, `no object ${id}`);
    return entry;
  }

  private redefine({ kind, definition }: CatalogEntry): void {
    if (kind === 'table') this.host.table(definition.id).redefine(definition);
    else if (kind === 'index') this.host.table(definition.tableId).redefineIndex(definition);
  }

  private undoCatalogStep(step: CatalogStep): void {
    const { entry } = step;
    const catalog = this.catalogOf(entry);
    switch (step.action) {
      case 'add':
        catalog.truncate(catalog.length - 1);
        if (entry.kind === 'table') this.host.unregisterTable(entry.definition.id);
        else if (entry.kind === 'index') this.host.table(entry.definition.tableId).removeIndex(entry.definition.id);
        break;
      case 'end':
        catalog.revive(entry);
        if (entry.kind === 'index') this.host.table(entry.definition.tableId).addIndex(entry.definition);
        break;
      case 'restore':
        catalog.truncate(catalog.length - 1);
        if (entry.kind === 'index') this.host.table(entry.definition.tableId).removeIndex(entry.definition.id);
        else this.redefine(step.previous);
        break;
      case 'replace':
        catalog.truncate(catalog.length - 1);
        catalog.revive(step.previous);
        this.redefine(step.previous);
        break;
      default:
        unreachable(step, 'catalog step');
    }
  }
}
