import { HeliosError } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import { type Catalog, hasEndedBy, LIVE } from '../catalog/catalog.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import { type Extent, pagesFor } from '../extent/layout.ts';
import {
  type CatalogRecord,
  horizonSection,
  type ManifestData,
  type ManifestTable,
} from '../manifest/manifest-format.ts';
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
import { assembleSegments, type RowsToStore, rowsOfDelta, rowsOfSegments } from './segment-assembly.ts';

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
  const choose = kind === 'vacuum' ? chooseVacuumMerges : chooseMerges;
  try {
    return prepareMerging(state, choose);
  } catch (error) {
    // A merge has taken the manifest's place: the log must find its own all the same.
    if (!isDatabaseFull(error)) throw error;
    return prepareMerging(state, () => []);
  }
}

function prepareMerging(state: CheckpointState, choose: typeof chooseMerges): PreparedCheckpoint {
  return prepare(state, (written) => {
    const tables = [...state.tables.values()];
    const stored = tables.map((table) => ({ table, fresh: storeDelta(state, table, written) }));
    // Only then: a database may be too full for both the old and the new of a merge.
    return stored.map(({ table, fresh }) => mergeTable(state, table, fresh, choose(table, state.horizon), written));
  });
}

/** Has `store` write what becomes of the tables, adding its extents to `written`, and then writes the manifest. */
export function prepare(
  state: CheckpointState,
  store: (written: Extent[]) => TableOutcome[],
  written: Extent[] = [],
): PreparedCheckpoint {
  const abandon = (): void => {
    for (const extent of written) state.allocator.giveBack(extent);
  };
  try {
    const outcomes = store(written);
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

function storeDelta(state: CheckpointState, table: Table, written: Extent[]): TableSegment[] {
  if (isForgotten(state, table)) return [];
  return storeRows(state, table, rowsOfDelta(table.delta), written);
}

function mergeTable(
  state: CheckpointState,
  table: Table,
  fresh: readonly TableSegment[],
  merges: readonly TableSegment[][],
  written: Extent[],
): TableOutcome {
  if (isForgotten(state, table)) return { table, segments: [], retired: table.segments };
  const { horizon } = state;
  const retired = new Set(table.segments.filter((segment) => isExpired(segment, horizon)));
  const segments = [...fresh];
  const due = [...merges];
  for (let merge = due.pop(); merge !== undefined; merge = due.pop()) {
    const merged = storeMerge(state, table, merge, written);
    if (merged === null) {
      const half = merge.length >> 1;
      if (half > 0) due.push(merge.slice(half), merge.slice(0, half));
      continue;
    }
    segments.push(...merged);
    for (const segment of merge) retired.add(segment);
  }
  if (table.delta.length === 0 && retired.size === 0) return { table, segments: table.segments, retired: [] };
  segments.push(...table.segments.filter((segment) => !retired.has(segment)));
  segments.sort((a, b) => a.reader.meta.minRowid - b.reader.meta.minRowid || a.reader.meta.id - b.reader.meta.id);
  return { table, segments, retired: [...retired] };
}

/** Null where the database may not grow by what the merge needs: a later one may find room. */
function storeMerge(
  state: CheckpointState,
  table: Table,
  merge: readonly TableSegment[],
  written: Extent[],
): TableSegment[] | null {
  const kept = written.length;
  try {
    return storeRows(state, table, rowsOfSegments(merge), written);
  } catch (error) {
    if (!isDatabaseFull(error)) throw error;
    for (const extent of written.splice(kept)) state.allocator.giveBack(extent);
    return null;
  }
}

function isDatabaseFull(error: unknown): boolean {
  return error instanceof HeliosError && error.code === 'DATABASE_FULL';
}

/** Writes rows into segments, adding their extents to `written`. Flushes nothing. */
export function storeRows(state: CheckpointState, table: Table, rows: RowsToStore, written: Extent[]): TableSegment[] {
  const sources = assembleSegments(table, rows, state.horizon, () => state.nextSegmentId++);
  return sources.map((source) => store(state, table, source, written));
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
    sections: [horizonSection(state.horizon)],
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
