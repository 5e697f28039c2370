import { assert } from '../../base/assert.ts';
import { foldAscii } from '../column/compare.ts';
import type {
  IndexDefinition,
  SettingDefinition,
  TableDefinition,
  TriggerDefinition,
  ViewDefinition,
} from './definitions.ts';

/** Transaction number of "not ended". */
export const LIVE = Number.POSITIVE_INFINITY;

/** What has a definition, in the order of the numbers that stand for the kinds in the log. */
export const ENTRY_KINDS = ['table', 'index', 'view', 'trigger', 'setting'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

interface Definitions {
  readonly table: TableDefinition;
  readonly index: IndexDefinition;
  readonly view: ViewDefinition;
  readonly trigger: TriggerDefinition;
  readonly setting: SettingDefinition;
}
export type DefinitionOf<Kind extends EntryKind> = Definitions[Kind];

interface EntryOf<Kind extends EntryKind> {
  readonly kind: Kind;
  readonly definition: DefinitionOf<Kind>;
  readonly createdTxn: number;
  endedTxn: number;
}
export type TableEntry = EntryOf<'table'>;
export type IndexEntry = EntryOf<'index'>;
export type ViewEntry = EntryOf<'view'>;
export type TriggerEntry = EntryOf<'trigger'>;
export type SettingEntry = EntryOf<'setting'>;

/**
 * A version of an object's definition: in force for readers with createdTxn <= transaction < endedTxn. Versions of one
 * object follow each other under one id.
 */
export type CatalogEntry = TableEntry | IndexEntry | ViewEntry | TriggerEntry | SettingEntry;

/** A catalog entry from its parts. */
export function entryOf(kind: string, definition: unknown, createdTxn: number, endedTxn: number): CatalogEntry {
  assert((ENTRY_KINDS as readonly string[]).includes(kind), `unknown catalog kind ${kind}`);
  return { kind, definition, createdTxn, endedTxn } as CatalogEntry;
}

/** No reader after that transaction sees it. */
export function hasEndedBy({ endedTxn }: CatalogEntry, transaction: number): boolean {
  return endedTxn !== LIVE && endedTxn <= transaction;
}

/** Where a reader stands in the history: see ReadPoint in table/access.ts. */
interface At {
  readonly transaction: number;
}

/**
 * Every definition that ever was, versioned by transaction like rows. One namespace holds tables, views and indexes, as
 * in SQLite, triggers have one of their own, and settings. Changes come from the one write transaction; {@link truncate} and {@link revive}
 * undo them.
 */
export class Catalog {
  /** Grows with every change, committed, pending or undone: the key of plan caches. */
  version = 0;
  nextObjectId = 1;
  /** {@link changedAt} of a version. */
  private changed = { version: 0, at: 0 };
  private readonly entries: CatalogEntry[] = [];
  private readonly entriesByName = new Map<string, CatalogEntry[]>();
  private readonly entriesById = new Map<number, CatalogEntry[]>();
  /** Indexes, triggers and key tables, by the table or view to which they belong. */
  private readonly entriesByTable = new Map<number, CatalogEntry[]>();

  /** The newest transaction that has changed a definition: later readers all see the same ones. */
  get changedAt(): number {
    if (this.changed.version !== this.version) {
      const changes = this.entries.map(({ createdTxn, endedTxn }) => (endedTxn === LIVE ? createdTxn : endedTxn));
      this.changed = { version: this.version, at: changes.reduce((newest, at) => Math.max(newest, at), 0) };
    }
    return this.changed.at;
  }

  get length(): number {
    return this.entries.length;
  }

  all(): readonly CatalogEntry[] {
    return this.entries;
  }

  /** All versions of the tables, views and indexes that have or had the name. */
  named(name: string): readonly CatalogEntry[] {
    return this.entriesByName.get(nameKey('table', name)) ?? [];
  }

  table(at: At, name: string): TableDefinition | null {
    const entry = this.entry(at, name);
    return entry?.kind === 'table' ? entry.definition : null;
  }

  view(at: At, name: string): ViewDefinition | null {
    const entry = this.entry(at, name);
    return entry?.kind === 'view' ? entry.definition : null;
  }

  index(at: At, name: string): IndexDefinition | null {
    const entry = this.entry(at, name);
    return entry?.kind === 'index' ? entry.definition : null;
  }

  trigger(at: At, name: string): TriggerDefinition | null {
    const entry = inForce(this.entriesByName.get(nameKey('trigger', name)), at);
    return entry?.kind === 'trigger' ? entry.definition : null;
  }

  setting(at: At, name: string): SettingDefinition | null {
    const entry = inForce(this.entriesByName.get(nameKey('setting', name)), at);
    return entry?.kind === 'setting' ? entry.definition : null;
  }

  /** The table, view or index of that name, ASCII case ignored. */
  entry(at: At, name: string): CatalogEntry | null {
    return inForce(this.entriesByName.get(nameKey('table', name)), at);
  }

  indexesOf(at: At, tableId: number): readonly IndexDefinition[] {
    return definitionsOf('index', this.entriesByTable.get(tableId), at);
  }

  /** In the order in which they were created. */
  triggersOf(at: At, tableId: number): readonly TriggerDefinition[] {
    return definitionsOf('trigger', this.entriesByTable.get(tableId), at);
  }

  /** The hidden tables that hold the keys of the table's computed indexes. */
  keyTablesOf(at: At, tableId: number): readonly TableDefinition[] {
    return definitionsOf('table', this.entriesByTable.get(tableId), at);
  }

  tables(at: At): readonly TableDefinition[] {
    return definitionsOf('table', this.entries, at);
  }

  /** Those with foreign keys. */
  referringTables(at: At): readonly TableDefinition[] {
    const referring = this.entries.filter((entry) => entry.kind === 'table' && entry.definition.foreignKeys?.length);
    return referring.length === 0 ? [] : definitionsOf('table', referring, at);
  }

  views(at: At): readonly ViewDefinition[] {
    return definitionsOf('view', this.entries, at);
  }

  /** The version of the object's definition that a reader there sees. */
  byId(at: At, id: number): CatalogEntry | null {
    return inForce(this.entriesById.get(id), at);
  }

  /** All versions of the object's definition, oldest first. */
  versions(id: number): readonly CatalogEntry[] {
    return this.entriesById.get(id) ?? [];
  }

  /** The newest version of the object's definition, null when it is dropped. */
  live(id: number): CatalogEntry | null {
    const entry = this.entriesById.get(id)?.at(-1);
    return entry === undefined || entry.endedTxn !== LIVE ? null : entry;
  }

  /** An id that no object has, nor one that was given up: what is remembered by id never meets another object. */
  takeObjectId(): number {
    return this.nextObjectId++;
  }

  add(entry: CatalogEntry): void {
    this.version++;
    this.entries.push(entry);
    pushTo(this.entriesByName, nameKey(entry.kind, entry.definition.name), entry);
    pushTo(this.entriesById, entry.definition.id, entry);
    const owner = ownerOf(entry);
    if (owner !== null) pushTo(this.entriesByTable, owner, entry);
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

  /** Drops the versions that nobody can ask for any more. Not inside a transaction. */
  forget(hasGone: (entry: CatalogEntry) => boolean): void {
    const kept = this.entries.filter((entry) => !hasGone(entry));
    if (kept.length === this.entries.length) return;
    const { nextObjectId, version } = this;
    for (const entries of [this.entriesByName, this.entriesById, this.entriesByTable]) entries.clear();
    this.entries.length = 0;
    for (const entry of kept) this.add(entry);
    this.nextObjectId = nextObjectId;
    this.version = version;
  }

  /** Undoes every {@link add} after the first `length`. */
  truncate(length: number): void {
    while (this.entries.length > length) {
      this.version++;
      const entry = this.entries.pop() as CatalogEntry;
      const { kind, definition } = entry;
      this.entriesByName.get(nameKey(kind, definition.name))?.pop();
      this.entriesById.get(definition.id)?.pop();
      const owner = ownerOf(entry);
      if (owner !== null) this.entriesByTable.get(owner)?.pop();
    }
  }
}

/** The id of the table or view to which an object belongs; null: it stands for itself. */
export function ownerOf({ kind, definition }: CatalogEntry): number | null {
  if (kind === 'table') return definition.keysOf?.tableId ?? null;
  return 'tableId' in definition ? definition.tableId : null;
}

function nameKey(kind: EntryKind, name: string): string {
  return `${kind === 'trigger' || kind === 'setting' ? kind : 'table'} ${foldAscii(name)}`;
}

function inForce(entries: readonly CatalogEntry[] | undefined, at: At): CatalogEntry | null {
  for (const entry of entries ?? []) if (isInForce(entry, at)) return entry;
  return null;
}

function definitionsOf<Kind extends EntryKind>(
  kind: Kind,
  entries: readonly CatalogEntry[] | undefined,
  at: At,
): readonly DefinitionOf<Kind>[] {
  const found: DefinitionOf<Kind>[] = [];
  for (const entry of entries ?? []) {
    if (entry.kind === kind && isInForce(entry, at)) found.push(entry.definition as DefinitionOf<Kind>);
  }
  // By age of the objects, whatever happened to their definitions since.
  return found.length < 2 ? found : found.sort((a, b) => a.id - b.id);
}

function isInForce(entry: CatalogEntry, at: At): boolean {
  return entry.createdTxn <= at.transaction && entry.endedTxn > at.transaction;
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
