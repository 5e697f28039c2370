import { HeliosError } from '../../base/errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { BlockCache } from '../cache/block-cache.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { ManifestData, ManifestSegment } from '../manifest/manifest-format.ts';
import type { Superblock } from '../manifest/superblock.ts';
import { loadCatalog, replayLog, walPosition } from '../recovery.ts';
import { SegmentReader } from '../segment/segment-reader.ts';
import type { Table } from '../table/table.ts';
import { CommitLog } from '../transaction/commit-log.ts';
import { FIRST_USER_OBJECT_ID, isSystemTable } from '../transaction/system-table.ts';
import { createSystemTables } from '../transaction/system-tables.ts';
import { findState } from './find-state.ts';
import type { LostRows, RepairedLog, RepairedWay } from './repair-report.ts';
import { salvageSegment } from './salvage-segment.ts';

const CACHE_BYTES = 16 * 1024 * 1024;

/** The newest state of a damaged database, as far as checksums vouch for it. */
export interface Salvage {
  readonly superblock: Superblock;
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<number, Table>;
  readonly lastTransaction: number;
  /** By table. */
  readonly lost: ReadonlyMap<number, readonly LostRows[]>;
  readonly log: RepairedLog;
  readonly way: RepairedWay | null;
}

/**
 * Reads what can be read of a database, and changes nothing. Blocks that do not match their checksum, and what hangs on
 * a damaged directory or dictionary, are left out row by row; the log is replayed up to the first frame that is damaged.
 * Throws CORRUPT where no superblock or copy of one leads to a whole manifest, for then nothing vouches for anything;
 * NOT_A_DATABASE and FORMAT_TOO_NEW likewise.
 */
export function salvage(storage: Storage): Salvage {
  const { superblock, manifest, way } = findState(storage.main);
  const catalog = new Catalog();
  catalog.nextObjectId = FIRST_USER_OBJECT_ID;
  const commitLog = new CommitLog();
  const tables = createSystemTables(commitLog);
  const lost = new Map<number, LostRows[]>();
  const add = segmentSalvager(storage, superblock.pageSize, lost);
  if (manifest !== null) {
    loadCatalog(manifest, catalog, tables);
    commitLog.lastTransaction = manifest.lastTransaction;
    salvageTables(manifest, tables, add);
  }
  const log = salvageLog(storage, superblock, { catalog, commitLog, tables }, lost, add);
  return { superblock, catalog, tables, lastTransaction: commitLog.lastTransaction, lost, log, way };
}

function salvageTables(
  manifest: ManifestData,
  tables: ReadonlyMap<number, Table>,
  add: (table: Table, segment: ManifestSegment, transaction: number) => void,
): void {
  for (const { tableId, nextRowid, segments } of manifest.tables) {
    const table = tables.get(tableId);
    // System tables are of use to readers of the history, which a repaired database does not have.
    if (table === undefined || isSystemTable(table.definition)) continue;
    for (const segment of segments) if (segment.meta.kind !== 'history') add(table, segment, manifest.lastTransaction);
    table.rowids.resume(nextRowid);
  }
}

/** Adds what can be read of a segment to its table, and what cannot to `lost`. */
function segmentSalvager({ main }: Storage, pageSize: number, lost: Map<number, LostRows[]>) {
  const cache = new BlockCache(CACHE_BYTES);
  return (table: Table, { meta, ended }: ManifestSegment, transaction: number): void => {
    const reader = new SegmentReader(main, pageSize, meta, cache);
    const endedBy = new Map<number, number>();
    for (let i = 0; i < ended.positions.length; i++) endedBy.set(ended.positions[i], ended.transactions[i]);
    const losses = salvageSegment(reader, meta.extent.firstPage * pageSize, endedBy, table, transaction);
    const { id } = table.definition;
    if (losses !== null) lost.set(id, [...(lost.get(id) ?? []), losses]);
  };
}

/** Transactions that end rows which are lost end nothing. */
function salvageLog(
  storage: Storage,
  superblock: Superblock,
  state: { readonly catalog: Catalog; readonly commitLog: CommitLog; readonly tables: Map<number, Table> },
  lost: ReadonlyMap<number, readonly LostRows[]>,
  add: (table: Table, segment: ManifestSegment, transaction: number) => void,
): RepairedLog {
  const before = state.commitLog.lastTransaction;
  const mayLack = ({ definition }: Table, rowid: number): boolean =>
    lost.get(definition.id)?.some(({ rowids: [from, to] }) => rowid >= from && rowid <= to) ?? false;
  let problem: string | null = null;
  try {
    replayLog(
      storage,
      walPosition(superblock),
      state,
      (table, segment) => add(table, segment, segment.meta.maxCreated),
      mayLack,
    );
  } catch (error) {
    if (!(error instanceof HeliosError) || error.code !== 'CORRUPT') throw error;
    problem = error.message;
  }
  return { transactions: state.commitLog.lastTransaction - before, problem };
}
