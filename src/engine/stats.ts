import type { BlockCache } from './cache/block-cache.ts';
import type { DatabaseState } from './recovery.ts';

export interface EngineStats {
  readonly transaction: number;
  readonly scn: number;
  readonly tables: number;
  readonly segments: number;
  /** Rows that are live, all tables together. */
  readonly rows: number;
  /** Memory of the rows that no checkpoint has written yet. */
  readonly deltaBytes: number;
  readonly mainBytes: number;
  readonly walBytes: number;
  /** Bytes inside the main file that are free. */
  readonly freeBytes: number;
  readonly cacheBytes: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly checkpoints: number;
  /** Why the newest automatic checkpoint failed, or null. */
  readonly checkpointError: string | null;
}

export interface StatsSource {
  readonly state: DatabaseState;
  readonly cache: BlockCache;
  readonly pageSize: number;
  readonly mainBytes: number;
  readonly walBytes: number;
  readonly checkpointCount: number;
  readonly lastCheckpointError: unknown;
}

export function statsOf(source: StatsSource): EngineStats {
  const { state, cache, pageSize, lastCheckpointError } = source;
  const { commitLog, allocator } = state;
  const present = state.catalog.tables({ transaction: commitLog.lastTransaction });
  const tables = [...state.tables.values()].filter((table) => table !== commitLog.table);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  return {
    transaction: commitLog.lastTransaction,
    scn: commitLog.lastScn,
    tables: present.length,
    segments: sum(tables.map((table) => table.segments.length)),
    rows: sum(present.map(({ id }) => state.tables.get(id)?.rowCountEstimate() ?? 0)),
    deltaBytes: sum(tables.map((table) => table.delta.sizeBytes())),
    mainBytes: source.mainBytes,
    walBytes: source.walBytes,
    freeBytes: (allocator.freePages + allocator.pendingPages) * pageSize,
    cacheBytes: cache.usedBytes,
    cacheHits: cache.hits,
    cacheMisses: cache.misses,
    checkpoints: source.checkpointCount,
    checkpointError: lastCheckpointError === null ? null : String(lastCheckpointError),
  };
}
