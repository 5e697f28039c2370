import { HeliosError } from '../base/errors.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import type { BlockCache } from './cache/block-cache.ts';
import { Catalog, entryOf, type IndexEntry, LIVE } from './catalog/catalog.ts';
import type { TableDefinition } from './catalog/definitions.ts';
import { STORED_ENCODINGS } from './column/encodings/late-parts.ts';
import { ExtentAllocator } from './extent/allocator.ts';
import { type Extent, superblockPages } from './extent/layout.ts';
import type { Random } from './host.ts';
import { CHECKPOINTS, ERASURE_JOBS } from './late-parts.ts';
import { ERASURE_SECTION, horizonsIn, type ManifestData, type ManifestSegment } from './manifest/manifest-format.ts';
import { loadManifest } from './manifest/manifest-store.ts';
import { createSuperblocks, readSuperblocks, type Superblock, writeSuperblock } from './manifest/superblock.ts';
import { SegmentReader } from './segment/segment-reader.ts';
import { Table } from './table/table.ts';
import { TableSegment } from './table/table-segment.ts';
import { CommitLog } from './transaction/commit-log.ts';
import { type ReplayTarget, replayCommit } from './transaction/commit-record.ts';
import type { DatabaseState } from './transaction/database-state.ts';
import type { Erasure } from './transaction/erasures.ts';
import { FIRST_USER_OBJECT_ID } from './transaction/system-table.ts';
import { createSystemTables } from './transaction/system-tables.ts';
import type { WalPosition } from './wal/wal-format.ts';
import { readWal } from './wal/wal-reader.ts';
import type { WalEnd } from './wal/wal-writer.ts';

/** The newest superblock; a new database's files are made first. */
export function openSuperblock(storage: Storage, pageSize: number, random: Random): Superblock {
  const found = readSuperblocks(storage.main);
  if (found !== 'empty') return found;
  if (storage.wal.size() > 0) {
    const message = `${storage.main.name} is empty, but its log ${storage.wal.name} is not: put the file back, or remove the log`;
    throw new HeliosError('CORRUPT', message);
  }
  if (storage.readOnly) {
    throw new HeliosError('NOT_A_DATABASE', `${storage.main.name} is empty; open it for writing to create a database`);
  }
  const created = createSuperblocks(storage.main, pageSize);
  // A salt of its own: no other database's log fits to this file.
  const salted = { ...created, generation: created.generation + 1, walEpoch: 1, walSalt: random.u32() };
  writeSuperblock(storage.main, salted);
  return salted;
}

/** Where the log continues the superblock's state. */
export function walPosition({ walEpoch, walSalt, walStart, walPreviousCrc }: Superblock): WalPosition {
  return { epoch: walEpoch, salt: walSalt, startBytes: walStart, previousCrc: walPreviousCrc };
}

/** What the files tell: the manifest that the superblock names, and the log beyond it. */
export function recover(
  storage: Storage,
  superblock: Superblock,
  cache: BlockCache,
): { state: DatabaseState; position: WalPosition; end: WalEnd } {
  const { main } = storage;
  const { pageSize } = superblock;
  const used: Extent[] = [];
  const loaded = loadState(storage, superblock, cache, used);
  let { nextSegmentId } = loaded;
  const addSegment = (table: Table, segment: ManifestSegment): void => {
    used.push(segment.meta.extent);
    table.addSegment(openSegment(main, pageSize, cache, table, segment));
    nextSegmentId = Math.max(nextSegmentId, segment.meta.id + 1);
  };
  const position = walPosition(superblock);
  const end = replayLog(storage, position, loaded, addSegment);
  const allocator = ExtentAllocator.open(main.name, superblockPages(pageSize), used);
  // Named one by one: what is spread has a shape of its own in each database, and everything asks for the state.
  const { catalog, commitLog, tables, oldestReadable, erasure } = loaded;
  return { state: { catalog, commitLog, tables, allocator, nextSegmentId, oldestReadable, erasure }, position, end };
}

/** Adds the extents in use to `used`. */
function loadState(
  storage: Storage,
  superblock: Superblock,
  cache: BlockCache,
  used: Extent[],
): Omit<DatabaseState, 'allocator'> {
  const { main } = storage;
  const { pageSize } = superblock;
  const catalog = new Catalog();
  catalog.nextObjectId = FIRST_USER_OBJECT_ID;
  const commitLog = new CommitLog();
  const tables = createSystemTables(commitLog);
  let nextSegmentId = 1;
  let oldestReadable = 0;
  let erasure: Erasure | null = null;
  if (superblock.manifest !== null) {
    const manifest = loadManifest(main, superblock);
    used.push(superblock.manifest.extent);
    nextSegmentId = manifest.nextSegmentId;
    const horizons = horizonsIn(manifest, main.name);
    oldestReadable = horizons.database;
    erasure = erasureIn(manifest, main.name);
    loadCatalog(manifest, catalog, tables);
    for (const [id, table] of tables) table.oldestReadable = horizons.tables.get(id) ?? oldestReadable;
    commitLog.lastTransaction = manifest.lastTransaction;
    commitLog.lastScn = manifest.lastScn;
    commitLog.lastMicros = manifest.lastCommitMicros;
    for (const { tableId, nextRowid, segments } of manifest.tables) {
      const table = tables.get(tableId);
      if (table === undefined)
        throw new HeliosError('CORRUPT', `${main.name}: the manifest names segments of an unknown table ${tableId}`);
      table.rowids.resume(nextRowid, largestIn(segments));
      table.segments = segments.map((segment) => {
        used.push(segment.meta.extent);
        return openSegment(main, pageSize, cache, table, segment);
      });
    }
  }
  return { catalog, commitLog, tables, nextSegmentId, oldestReadable, erasure };
}

/** An ERASE that was interrupted. Asks for the parts that complete it now, when nothing has happened yet. */
function erasureIn({ sections }: ManifestData, fileName: string): Erasure | null {
  const section = sections.find(({ name }) => name === ERASURE_SECTION);
  if (section === undefined) return null;
  CHECKPOINTS.get();
  STORED_ENCODINGS.get();
  return ERASURE_JOBS.get().readErasure(section.bytes, fileName);
}

function openSegment(
  main: StorageFile,
  pageSize: number,
  cache: BlockCache,
  table: Table,
  { meta, ended }: ManifestSegment,
): TableSegment {
  // Now, when nothing has happened yet: a read of the rows could not wait for it.
  if (meta.usesStoredEncodings) STORED_ENCODINGS.get();
  const segment = new TableSegment(new SegmentReader(main, pageSize, meta, cache), table);
  for (let i = 0; i < ended.positions.length; i++) segment.end(ended.positions[i], ended.transactions[i]);
  return segment;
}

/** Definitions and empty tables, as the manifest lists them. */
export function loadCatalog(manifest: ManifestData, catalog: Catalog, tables: Map<number, Table>): void {
  for (const { kind, created, ended, definition } of manifest.catalog) {
    const entry = entryOf(kind, JSON.parse(definition), created, ended === 0 ? LIVE : ended);
    catalog.add(entry);
    if (entry.kind === 'table') registerTable(tables, entry.definition);
  }
  // An index may be older than what is left of its table's definitions.
  for (const entry of catalog.all()) {
    if (entry.kind === 'index') loadIndex(entry, tables.get(entry.definition.tableId));
  }
  catalog.nextObjectId = manifest.nextObjectId;
}

/** A new table, or a newer version of one that is there. */
export function registerTable(tables: Map<number, Table>, definition: TableDefinition, oldestReadable = 0): void {
  const table = tables.get(definition.id);
  if (table !== undefined) {
    table.redefine(definition);
    return;
  }
  const created = new Table(definition);
  created.oldestReadable = oldestReadable;
  tables.set(definition.id, created);
}

/** A dropped index is still in force for readers of the history. */
function loadIndex({ definition, endedTxn }: IndexEntry, table: Table | undefined): void {
  table?.addIndex(definition);
  if (endedTxn !== LIVE) table?.removeIndex(definition.id);
}

/** Applies what the log holds beyond the manifest, and returns where it ends. `mayLack` is of use to repairs. */
export function replayLog(
  storage: Storage,
  position: WalPosition,
  state: Pick<DatabaseState, 'catalog' | 'commitLog' | 'tables'> & Partial<Pick<DatabaseState, 'oldestReadable'>>,
  addSegment: ReplayTarget['addSegment'],
  mayLack?: ReplayTarget['mayLack'],
): WalEnd {
  const { catalog, commitLog, tables, oldestReadable } = state;
  const target: ReplayTarget = {
    mayLack,
    catalog,
    table: (id: number): Table => {
      const table = tables.get(id);
      if (table === undefined)
        throw new HeliosError('CORRUPT', `${storage.wal.name}: the log names an unknown table ${id}`);
      return table;
    },
    registerTable: (definition: TableDefinition): void => registerTable(tables, definition, oldestReadable),
    addSegment,
  };
  return readWal(storage.wal, position, (header, payload) => {
    if (header.transaction !== commitLog.lastTransaction + 1) {
      const message = `${storage.wal.name}: transaction ${header.transaction} follows ${commitLog.lastTransaction}`;
      throw new HeliosError('CORRUPT', message);
    }
    replayCommit(payload, header.transaction, target);
    commitLog.append(header.transaction, header.changes, header.commitMicros);
  });
}

function largestIn(segments: readonly ManifestSegment[]): number {
  return segments.reduce((largest, { meta }) => Math.max(largest, meta.maxRowid), Number.NEGATIVE_INFINITY);
}
