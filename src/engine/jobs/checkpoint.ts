import type { StorageFile } from '../../storage/storage.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import { type Catalog, hasEndedBy, LIVE } from '../catalog/catalog.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import { type Extent, pagesFor } from '../extent/layout.ts';
import type { CatalogRecord, ManifestData, ManifestTable } from '../manifest/manifest-format.ts';
import { storeManifest } from '../manifest/manifest-store.ts';
import { writeManifest } from '../manifest/manifest-writer.ts';
import type { Superblock } from '../manifest/superblock.ts';
import { SegmentReader } from '../segment/segment-reader.ts';
import { buildSegment, type SegmentSource, storeSegment } from '../segment/segment-writer.ts';
import { Delta } from '../table/delta.ts';
import type { Table } from '../table/table.ts';
import { TableSegment } from '../table/table-segment.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { chooseMerges, chooseVacuumMerges, isExpired } from './compaction.ts';
import { assembleSegments, rowsOfDelta, rowsOfSegments } from './segment-assembly.ts';

/** What a checkpoint reads and writes. */
export interface CheckpointState {
  readonly file: StorageFile;
  readonly pageSize: number;
  readonly allocator: ExtentAllocator;
  readonly cache: BlockCache;
  readonly catalog: Catalog;
  readonly commitLog: CommitLog;
  readonly tables: Map<number, Table>;
  /** The oldest transaction whose state has to stay readable. */
  readonly horizon: number;
  nextSegmentId: number;
}

/** usual: merges what is due. vacuum: merges all that makes the file smaller. */
export type CheckpointKind = 'usual' | 'vacuum';

/** A checkpoint that has been written, and takes effect with {@link PreparedCheckpoint.install} once the superblock names it. */
export interface PreparedCheckpoint {
  readonly manifest: NonNullable<Superblock['manifest']>;
  /** Gives the tables their new segments and empty deltas, and frees what they no longer need. */
  install(): void;
  /** Takes the written extents back: nothing names them. */
  abandon(): void;
}

export interface TableOutcome {
  readonly table: Table;
  readonly segments: readonly TableSegment[];
  readonly retired: readonly TableSegment[];
}

/** Writes every delta and every due merge as segments, then the manifest. Flushes nothing. */
export function prepareCheckpoint(state: CheckpointState, kind: CheckpointKind): PreparedCheckpoint {
  return prepare(state, (table, written) => storeTable(state, table, kind, written));
}

/** Has `store` write what becomes of each table, adding its extents to `written`, and then writes the manifest. */
export function prepare(
  state: CheckpointState,
  store: (table: Table, written: Extent[]) => TableOutcome,
  written: Extent[] = [],
): PreparedCheckpoint {
  const abandon = (): void => {
    for (const extent of written) state.allocator.giveBack(extent);
  };
  try {
    const outcomes = [...state.tables.values()].map((table) => store(table, written));
    const bytes = writeManifest(manifestOf(state, outcomes));
    const extent = allocate(state, bytes.length, written);
    const manifest = storeManifest(state.file, state.pageSize, extent, bytes);
    return { manifest, abandon, install: () => install(state, outcomes) };
  } catch (error) {
    abandon();
    throw error;
  }
}

function install(state: CheckpointState, outcomes: readonly TableOutcome[]): void {
  for (const { table, segments, retired } of outcomes) {
    if (segments !== table.segments) table.replaceSources(segments, new Delta(table.definition, table.indexes));
    for (const segment of retired) state.allocator.free(segment.reader.meta.extent);
    if (isForgotten(state, table)) state.tables.delete(table.definition.id);
  }
  state.catalog.forget(state.horizon);
}

function storeTable(state: CheckpointState, table: Table, kind: CheckpointKind, written: Extent[]): TableOutcome {
  if (isForgotten(state, table)) return { table, segments: [], retired: table.segments };
  const { horizon } = state;
  const nextId = (): number => state.nextSegmentId++;
  const merges = kind === 'vacuum' ? chooseVacuumMerges(table, horizon) : chooseMerges(table, horizon);
  const retired = [...merges.flat(), ...table.segments.filter((segment) => isExpired(segment, horizon))];
  if (table.delta.length === 0 && retired.length === 0) return { table, segments: table.segments, retired };
  const segments = table.segments.filter((segment) => !retired.includes(segment));
  for (const merge of merges) {
    for (const source of assembleSegments(table, rowsOfSegments(merge), horizon, nextId))
      segments.push(store(state, table, source, written));
  }
  for (const source of assembleSegments(table, rowsOfDelta(table.delta), horizon, nextId))
    segments.push(store(state, table, source, written));
  segments.sort((a, b) => a.reader.meta.minRowid - b.reader.meta.minRowid || a.reader.meta.id - b.reader.meta.id);
  return { table, segments, retired };
}

/** A table that was dropped before the horizon. The commit log is in no catalogue. */
function isForgotten({ catalog, horizon }: CheckpointState, { definition }: Table): boolean {
  const versions = catalog.versions(definition.id);
  return versions.length > 0 && versions.every((entry) => hasEndedBy(entry, horizon));
}

function store(state: CheckpointState, table: Table, source: SegmentSource, written: Extent[]): TableSegment {
  const image = buildSegment(source);
  const extent = allocate(state, image.lengthBytes, written);
  const meta = storeSegment(state.file, state.pageSize, extent, image);
  return new TableSegment(new SegmentReader(state.file, state.pageSize, meta, state.cache), table);
}

function allocate(state: CheckpointState, lengthBytes: number, written: Extent[]): Extent {
  const extent = state.allocator.allocate(pagesFor(lengthBytes, state.pageSize));
  written.push(extent);
  return extent;
}

function manifestOf(state: CheckpointState, outcomes: readonly TableOutcome[]): ManifestData {
  const { commitLog, catalog } = state;
  return {
    lastTransaction: commitLog.lastTransaction,
    lastScn: commitLog.lastScn,
    lastCommitMicros: commitLog.lastMicros,
    nextObjectId: catalog.nextObjectId,
    nextSegmentId: state.nextSegmentId,
    catalog: catalogRecords(catalog, state.horizon),
    tables: outcomes
      .filter(({ table }) => !isForgotten(state, table))
      .map(
        ({ table, segments }): ManifestTable => ({
          tableId: table.definition.id,
          nextRowid: table.nextRowid(),
          segments: segments.map((segment) => ({ meta: segment.reader.meta, ended: segment.endedRows() })),
        }),
      ),
    sections: [],
  };
}

function catalogRecords(catalog: Catalog, horizon: number): CatalogRecord[] {
  const kept = catalog.all().filter((entry) => !hasEndedBy(entry, horizon));
  return kept.map(({ kind, definition, createdTxn, endedTxn }) => ({
    kind,
    id: definition.id,
    name: definition.name,
    created: createdTxn,
    ended: endedTxn === LIVE ? 0 : endedTxn,
    definition: JSON.stringify(definition),
  }));
}
