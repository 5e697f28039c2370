import { HeliosError } from '../../base/errors.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';
import { BlockCache } from '../cache/block-cache.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { type Extent, superblockPages } from '../extent/layout.ts';
import type { CatalogRecord, ManifestData, ManifestSegment, ManifestTable } from '../manifest/manifest-format.ts';
import { loadManifest } from '../manifest/manifest-store.ts';
import { readSlots, readSuperblocks, type Superblock } from '../manifest/superblock.ts';
import type { SlotContent } from '../manifest/superblock-record.ts';
import { loadCatalog, registerTable, walPosition } from '../recovery.ts';
import { SegmentReader } from '../segment/segment-reader.ts';
import type { Table } from '../table/table.ts';
import { CommitLog } from '../transaction/commit-log.ts';
import { type ReplayTarget, replayCommit } from '../transaction/commit-record.ts';
import { createSystemTables, SYSTEM_TABLES } from '../transaction/system-tables.ts';
import { readWal } from '../wal/wal-reader.ts';
import type {
  ExtentInspection,
  FrameInspection,
  Inspection,
  LogInspection,
  SegmentInspection,
  SlotInspection,
  TableInspection,
} from './inspection.ts';
import { partName, segmentParts } from './segment-parts.ts';

/**
 * Describes the files of a database and changes nothing. Damage is no error but among what is described. Throws
 * NOT_A_DATABASE and FORMAT_TOO_NEW, and IO where a file cannot be read.
 */
export function inspect(storage: Storage): Inspection {
  return new Inspector(storage).run();
}

/** A definition of the newest version, as far as inspecting needs it. */
interface Named {
  readonly name: string;
  readonly columns?: readonly { readonly name: string; readonly dropped?: true }[];
}

class Inspector {
  private readonly storage: Storage;
  private readonly problems: string[] = [];
  private readonly extents: ExtentInspection[] = [];

  constructor(storage: Storage) {
    this.storage = storage;
  }

  run(): Inspection {
    const { main, wal } = this.storage;
    const files = [main, wal].map((file) => ({ name: file.name, lengthBytes: file.size() }));
    const superblock = this.attempt(() => readSuperblocks(main));
    const superblocks = slotsOf(main);
    for (const { slot, state } of superblocks)
      if (state === 'damaged') this.problems.push(`${main.name}: superblock ${slot} is damaged`);
    const log: LogInspection = { epoch: null, frames: [], endByte: 0 };
    const nothing = { files, superblocks, pageSize: null, checkpoint: null, tables: [], extents: [], log };
    if (superblock === null || superblock === 'empty') return { ...nothing, problems: this.problems };
    const { pageSize } = superblock;
    this.extents.push({ firstPage: 0, pages: superblockPages(pageSize), holds: 'superblocks' });
    const manifest = superblock.manifest === null ? null : this.attempt(() => loadManifest(main, superblock));
    if (superblock.manifest !== null) this.note(superblock.manifest.extent, 'manifest');
    const replay = manifest === null && superblock.manifest !== null ? null : new LogReplay(manifest);
    const inLog = this.readLog(superblock, replay);
    const tables = this.tablesOf(manifest, replay, pageSize);
    const found = { files, superblocks, pageSize, tables, log: inLog };
    const checkpoint = manifest && {
      generation: superblock.generation,
      lastTransaction: manifest.lastTransaction,
      lastCommitMicros: manifest.lastCommitMicros,
      manifestBytes: superblock.manifest?.lengthBytes ?? 0,
      definitions: manifest.catalog.length,
    };
    // What holds the other pages is known from the manifest alone.
    const isKnown = superblock.manifest === null || manifest !== null;
    // A new database's file ends inside of the second superblock's pages.
    const endPage = Math.max(Math.ceil(main.size() / pageSize), superblockPages(pageSize));
    const extents = isKnown ? this.withFree(endPage) : this.extents;
    return { ...found, checkpoint, extents, problems: this.problems };
  }

  /** With the segments that large transactions of the log have written. */
  private tablesOf(manifest: ManifestData | null, replay: LogReplay | null, pageSize: number): TableInspection[] {
    const newest = newestVersions(manifest?.catalog ?? []);
    const named = new Map<number, Named>();
    for (const [id, { name, definition }] of newest)
      named.set(id, this.attempt(() => JSON.parse(definition) as Named) ?? { name });
    for (const { definition } of SYSTEM_TABLES) named.set(definition.id, definition);
    const added = new Map<number, ManifestSegment[]>();
    for (const { table, segment } of replay?.added ?? []) {
      const { definition } = table;
      named.set(definition.id, definition);
      added.set(definition.id, [...(added.get(definition.id) ?? []), segment]);
    }
    const stored = manifest?.tables ?? [];
    const known = new Set(stored.map(({ tableId }) => tableId));
    const young = [...added.keys()].filter((id) => !known.has(id));
    const all = [...stored, ...young.map((tableId) => ({ tableId, nextRowid: 1, segments: [] }))];
    return all.map((table): TableInspection => {
      const { name } = named.get(table.tableId) ?? { name: `table ${table.tableId}` };
      const record = newest.get(table.tableId);
      const describe = (inLog: boolean) => (segment: ManifestSegment) =>
        this.segmentOf(segment, table, named, pageSize, inLog);
      return {
        id: table.tableId,
        name,
        dropped: record !== undefined && record.ended !== 0,
        nextRowid: table.nextRowid,
        segments: [...table.segments.map(describe(false)), ...(added.get(table.tableId) ?? []).map(describe(true))],
      };
    });
  }

  private segmentOf(
    { meta, ended }: ManifestSegment,
    { tableId }: ManifestTable,
    named: ReadonlyMap<number, Named>,
    pageSize: number,
    inLog: boolean,
  ): SegmentInspection {
    const table = named.get(tableId);
    this.note(meta.extent, `segment ${meta.id} of ${table?.name ?? `table ${tableId}`}`);
    const reader = new SegmentReader(this.storage.main, pageSize, meta, new BlockCache(0));
    const parts = this.attempt(() => segmentParts(reader));
    for (const part of parts ?? []) this.problems.push(...part.problems);
    const columnNames = (table?.columns ?? []).map(({ name, dropped }) => (dropped ? `${name} (dropped)` : name));
    return {
      id: meta.id,
      kind: meta.kind,
      inLog,
      rows: meta.rowCount,
      endedRows: ended.positions.length,
      rowids: [meta.minRowid, meta.maxRowid],
      transactions: [meta.minCreated, meta.maxCreated],
      firstPage: meta.extent.firstPage,
      pages: meta.extent.pageCount,
      lengthBytes: meta.lengthBytes,
      directoryBytes: meta.directoryLength,
      parts: parts?.map((part) => ({ ...part, name: partName(part, columnNames, named.get(part.id)?.name) })) ?? null,
    };
  }

  private readLog(superblock: Superblock, replay: LogReplay | null): LogInspection {
    const { wal } = this.storage;
    const position = walPosition(superblock);
    const frames: FrameInspection[] = [];
    const end = this.attempt(() =>
      readWal(wal, position, ({ transaction, commitMicros, changes }, payload) => {
        frames.push({ transaction, commitMicros, rowChanges: changes, payloadBytes: payload.remaining });
        if (replay !== null) replayCommit(payload, transaction, replay);
      }),
    );
    return { epoch: position.epoch, frames, endByte: end?.endBytes ?? position.startBytes };
  }

  private note({ firstPage, pageCount }: Extent, holds: string): void {
    this.extents.push({ firstPage, pages: pageCount, holds });
  }

  /** The extents in order, and what lies between them up to `endPage`. */
  private withFree(endPage: number): ExtentInspection[] {
    const all: ExtentInspection[] = [];
    let at = 0;
    const free = (until: number) => {
      if (until > at) all.push({ firstPage: at, pages: until - at, holds: 'free' });
    };
    for (const extent of this.extents.sort((a, b) => a.firstPage - b.firstPage)) {
      free(extent.firstPage);
      if (extent.firstPage < at) this.problems.push(`${extent.holds} lies on pages of ${all.at(-1)?.holds}`);
      all.push(extent);
      at = Math.max(at, extent.firstPage + extent.pages);
    }
    if (at > endPage) this.problems.push(`the file ends at page ${endPage}, its extents at page ${at}`);
    free(endPage);
    return all;
  }

  /** Null, and the problem noted, where what is read is damaged. */
  private attempt<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (error instanceof SyntaxError) this.problems.push(`a definition is no JSON: ${error.message}`);
      else if (error instanceof HeliosError && error.code === 'CORRUPT') this.problems.push(error.message);
      else throw error;
      return null;
    }
  }
}

/** Replays the log beside the segments of the manifest, to learn which ones the log adds. */
class LogReplay implements ReplayTarget {
  readonly catalog = new Catalog();
  readonly added: { readonly table: Table; readonly segment: ManifestSegment }[] = [];
  private readonly tables = createSystemTables(new CommitLog());

  constructor(manifest: ManifestData | null) {
    if (manifest !== null) loadCatalog(manifest, this.catalog, this.tables);
  }

  table(id: number): Table {
    const table = this.tables.get(id);
    if (table === undefined) throw new HeliosError('CORRUPT', `the log names an unknown table ${id}`);
    return table;
  }

  registerTable(definition: TableDefinition): void {
    registerTable(this.tables, definition);
  }

  addSegment(table: Table, segment: ManifestSegment): void {
    this.added.push({ table, segment });
  }

  /** The rows of segments are not there to be found. */
  mayLack(): boolean {
    return true;
  }
}

function newestVersions(catalog: readonly CatalogRecord[]): Map<number, CatalogRecord> {
  const newest = new Map<number, CatalogRecord>();
  for (const record of catalog) {
    const known = newest.get(record.id);
    if (known === undefined || record.ended === 0 || record.created > known.created) newest.set(record.id, record);
  }
  return newest;
}

function slotsOf(file: StorageFile): SlotInspection[] {
  const { slot0, slot1 } = readSlots(file);
  return [slot0, slot1].map((content, slot) => ({ slot, ...stateOf(content) }));
}

function stateOf(content: SlotContent): Omit<SlotInspection, 'slot'> {
  if (typeof content === 'string') return { state: content, generation: null };
  if (content.kind === 'too-new') return { state: 'too new', generation: null };
  return { state: 'valid', generation: content.superblock.generation };
}
