import { plantedBugs } from '../../base/planted-bugs.ts';
import type { Work } from '../../base/work.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import type { SegmentLimits } from '../cache/memory-budget.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import type { Extent } from '../extent/layout.ts';
import { horizonSection, type ManifestData, type ManifestTable } from '../manifest/manifest-format.ts';
import { manifestPages, storeManifest } from '../manifest/manifest-store.ts';
import { writeManifest } from '../manifest/manifest-writer.ts';
import type { Superblock } from '../manifest/superblock.ts';
import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';
import type { Erasure } from '../transaction/erasures.ts';
import { isSystemTable } from '../transaction/system-table.ts';
import { EndCarrier } from './carry-ends.ts';
import { chooseMerges, chooseVacuumMerges } from './compaction.ts';
import { writeErasure } from './erasure-section.ts';
import { type FrozenState, type FrozenTable, unitsToStore } from './frozen-state.ts';
import { isDatabaseFull, mergeTable, storeDelta } from './store-table.ts';
import type { Workspace } from './workspace.ts';

/** Where segments are written. */
export interface SegmentStore {
  readonly file: StorageFile;
  readonly pageSize: number;
  readonly allocator: ExtentAllocator;
  readonly cache: BlockCache;
  readonly limits: SegmentLimits;
  readonly workspace: Workspace;
  /** Transactions take numbers for segments of their own while a checkpoint runs. */
  readonly ids: { nextSegmentId: number };
}

/** What a checkpoint reads and writes. */
export interface CheckpointState extends SegmentStore {
  readonly catalog: Catalog;
  readonly tables: Map<number, Table>;
  readonly frozen: FrozenState;
  /** An ERASE that is in force and not complete. */
  readonly erasure: Erasure | null;
}

/** usual: merges what is due. vacuum: merges all that makes the file smaller. */
export type CheckpointKind = 'usual' | 'vacuum';

/** A checkpoint that has been written, and takes effect with {@link PreparedCheckpoint.install} once the superblock names it. */
export interface PreparedCheckpoint {
  readonly manifest: NonNullable<Superblock['manifest']>;
  /**
   * Ends in the new segments what has been ended since the checkpoint began, about so many rows; true when none is left,
   * and then no write transaction is open until {@link install}.
   */
  catchUp(rows: number): boolean;
  /**
   * Gives the tables their new segments in the place of what was frozen, and frees what they no longer need. `recycles`: as
   * much will come again, and nobody reads what was frozen.
   */
  install(recycles: boolean): void;
  /** Takes the written extents back: nothing names them. */
  abandon(): void;
}

export interface TableOutcome {
  readonly frozen: FrozenTable;
  readonly segments: readonly TableSegment[];
  readonly retired: readonly TableSegment[];
}

/** What is merged into one, by table. */
type Merges = readonly (readonly TableSegment[][])[];

/** A checkpoint that is to be written. */
export interface DueCheckpoint {
  readonly work: Work<PreparedCheckpoint>;
  /** About how many units the work takes. */
  readonly unitCount: number;
}

/** Writes every frozen delta and every due merge as segments, then the manifest. Flushes nothing. */
export function dueCheckpoint(state: CheckpointState, kind: CheckpointKind): DueCheckpoint {
  const choose = kind === 'vacuum' ? chooseVacuumMerges : chooseMerges;
  const { tables } = state.frozen;
  // At once: rows that are ended while this runs are live here, and no reason to merge.
  const merges = tables.map((table) => choose(table, table.horizon, state.limits));
  let unitCount = 0;
  tables.forEach((frozen, i) => {
    const merged = merges[i].flat().reduce((rows, segment) => rows + segment.rowCount, 0);
    unitCount += unitsToStore(frozen, merged + (frozen.table.frozen?.length ?? 0));
  });
  return { work: prepareCheckpoint(state, merges), unitCount };
}

function* prepareCheckpoint(state: CheckpointState, merges: Merges): Work<PreparedCheckpoint> {
  try {
    return yield* prepareMerging(state, merges);
  } catch (error) {
    // A merge has taken the manifest's place: the log must find its own all the same.
    if (!isDatabaseFull(error)) throw error;
    return yield* prepareMerging(
      state,
      merges.map(() => []),
    );
  }
}

function prepareMerging(state: CheckpointState, merges: Merges): Work<PreparedCheckpoint> {
  return prepare(state, function* (written) {
    const { tables } = state.frozen;
    const fresh: TableSegment[][] = [];
    for (const table of tables) fresh.push(yield* storeDelta(state, table, written));
    // Only then: a database may be too full for both the old and the new of a merge.
    const outcomes: TableOutcome[] = [];
    for (let i = 0; i < tables.length; i++)
      outcomes.push(yield* mergeTable(state, tables[i], fresh[i], merges[i], written));
    return outcomes;
  });
}

/** Has `store` write what becomes of the tables, adding its extents to `written`, and then writes the manifest. */
export function* prepare(
  state: CheckpointState,
  store: (written: Extent[]) => Work<TableOutcome[]>,
  written: Extent[] = [],
): Work<PreparedCheckpoint> {
  const abandon = (): void => {
    for (const extent of written) state.allocator.giveBack(extent);
  };
  try {
    const outcomes = yield* store(written);
    const bytes = writeManifest(manifestOf(state, outcomes));
    const extent = allocate(state, manifestPages(bytes.length, state.pageSize), written);
    const manifest = storeManifest(state.file, state.pageSize, extent, bytes);
    const carrier = new EndCarrier(outcomes);
    const catchUp = (rows: number): boolean => plantedBugs.loseLaterEnds || carrier.carry(rows);
    return { manifest, catchUp, abandon, install: (recycles) => install(state, outcomes, recycles) };
  } catch (error) {
    abandon();
    throw error;
  }
}

export function allocate(state: SegmentStore, pageCount: number, written: Extent[]): Extent {
  const extent = state.allocator.allocate(pageCount);
  written.push(extent);
  return extent;
}

function install(state: CheckpointState, outcomes: readonly TableOutcome[], recycles: boolean): void {
  for (const { frozen, segments, retired } of outcomes) {
    const { table, isForgotten } = frozen;
    table.replaceSegments(frozen.segments, segments, recycles);
    for (const { reader } of retired) {
      state.allocator.free(reader.meta.extent);
      // Who still reads it reads the file.
      reader.forget();
    }
    if (isForgotten) state.tables.delete(frozen.definition.id);
  }
  state.catalog.forget(state.frozen.hasGone);
}

/** A system table that nobody has needed so far: the file is as if there were no such table. */
function isUnused({ definition, nextRowid }: FrozenTable, segments: readonly TableSegment[]): boolean {
  return isSystemTable(definition) && segments.length === 0 && nextRowid === 1;
}

function manifestOf(state: CheckpointState, outcomes: readonly TableOutcome[]): ManifestData {
  const { transaction, scn, commitMicros, nextObjectId, catalog, horizon } = state.frozen;
  const kept = outcomes.filter(({ frozen, segments }) => !frozen.isForgotten && !isUnused(frozen, segments));
  const endedUntil = plantedBugs.storeLaterEnds ? Number.MAX_SAFE_INTEGER : transaction;
  return {
    lastTransaction: transaction,
    lastScn: scn,
    lastCommitMicros: commitMicros,
    nextObjectId,
    nextSegmentId: state.ids.nextSegmentId,
    catalog,
    tables: kept.map(
      ({ frozen, segments }): ManifestTable => ({
        tableId: frozen.definition.id,
        nextRowid: frozen.nextRowid,
        segments: segments.map((segment) => ({ meta: segment.reader.meta, ended: segment.endedRows(endedUntil) })),
      }),
    ),
    sections: [
      horizonSection({ database: horizon, tables: horizonsOf(kept, horizon) }),
      ...(state.erasure === null ? [] : [writeErasure(state.erasure)]),
    ],
  };
}

/** Those that differ from the database's, by table. */
function horizonsOf(outcomes: readonly TableOutcome[], database: number): ReadonlyMap<number, number> {
  const horizons = outcomes.map(({ frozen }) => [frozen.definition.id, frozen.horizon] as const);
  return new Map(horizons.filter(([, horizon]) => horizon !== database));
}
