import { assert } from '../../base/assert.ts';
import { foldAscii } from '../column/compare.ts';
import type { IndexDefinition, TableDefinition } from './definitions.ts';

/** Transaction number of "not ended". */
export const LIVE = Number.POSITIVE_INFINITY;

/** A version of a table's or an index's definition: in force for readers with createdTxn <= transaction < endedTxn. */
export type CatalogEntry = TableEntry | IndexEntry;

interface EntryVersion {
  readonly createdTxn: number;
  endedTxn: number;
}
export interface TableEntry extends EntryVersion {
  readonly kind: 'table';
  readonly definition: TableDefinition;
}
export interface IndexEntry extends EntryVersion {
  readonly kind: 'index';
  readonly definition: IndexDefinition;
}

/** Where a reader stands in the history: see ReadPoint in table/access.ts. */
interface At {
  readonly transaction: number;
}

/**
 * Every definition that ever was, versioned by transaction like rows. One namespace holds tables and indexes, as in
 * SQLite. Changes come from the one write transaction; {@link truncate} and {@link revive} undo them.
 */
export class Catalog {
  /** Grows with every change, committed, pending or undone: the key of plan caches. */
  version = 0;
  nextObjectId = 1;
  private readonly entries: CatalogEntry[] = [];
  private readonly entriesByName = new Map<string, CatalogEntry[]>();
  private readonly indexesByTable = new Map<number, IndexEntry[]>();

  get length(): number {
    return this.entries.length;
  }

  all(): readonly CatalogEntry[] {
    return this.entries;
  }

  table(at: At, name: string): TableDefinition | null {
    const entry = this.entry(at, name);
    return entry?.kind === 'table' ? entry.definition : null;
  }

  index(at: At, name: string): IndexDefinition | null {
    const entry = this.entry(at, name);
    return entry?.kind === 'index' ? entry.definition : null;
  }

  /** The object of that name, ASCII case ignored. */
  entry(at: At, name: string): CatalogEntry | null {
    for (const entry of this.entriesByName.get(foldAscii(name)) ?? []) if (isInForce(entry, at)) return entry;
    return null;
  }

  indexesOf(at: At, tableId: number): readonly IndexDefinition[] {
    const found: IndexDefinition[] = [];
    for (const entry of this.indexesByTable.get(tableId) ?? []) if (isInForce(entry, at)) found.push(entry.definition);
    return found;
  }

  tables(at: At): readonly TableDefinition[] {
    const found: TableDefinition[] = [];
    for (const entry of this.entries) if (entry.kind === 'table' && isInForce(entry, at)) found.push(entry.definition);
    return found;
  }

  tableById(id: number): TableEntry | null {
    for (const entry of this.entries) if (entry.kind === 'table' && entry.definition.id === id) return entry;
    return null;
  }

  indexById(id: number): IndexEntry | null {
    for (const entry of this.entries) if (entry.kind === 'index' && entry.definition.id === id) return entry;
    return null;
  }

  /** An id that no object has, nor one that was given up: what is remembered by id never meets another object. */
  takeObjectId(): number {
    return this.nextObjectId++;
  }

  add(entry: CatalogEntry): void {
    this.version++;
    this.entries.push(entry);
    pushTo(this.entriesByName, foldAscii(entry.definition.name), entry);
    if (entry.kind === 'index') pushTo(this.indexesByTable, entry.definition.tableId, entry);
    this.nextObjectId = Math.max(this.nextObjectId, entry.definition.id + 1);
  }

  end(entry: CatalogEntry, transaction: number): void {
    assert(entry.endedTxn === LIVE, 'a definition ends once');
    this.version++;
    entry.endedTxn = transaction;
  }

  /** Undoes {@link end}. */
  revive(entry: CatalogEntry): void {
    this.version++;
    entry.endedTxn = LIVE;
  }

  /** Undoes every {@link add} after the first `length`. */
  truncate(length: number): void {
    while (this.entries.length > length) {
      this.version++;
      const entry = this.entries.pop() as CatalogEntry;
      this.entriesByName.get(foldAscii(entry.definition.name))?.pop();
      if (entry.kind === 'index') this.indexesByTable.get(entry.definition.tableId)?.pop();
    }
  }
}

function isInForce(entry: CatalogEntry, at: At): boolean {
  return entry.createdTxn <= at.transaction && entry.endedTxn > at.transaction;
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
