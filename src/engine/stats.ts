import type { BlockCache } from './cache/block-cache.ts';
import type { MemoryBudget } from './cache/memory-budget.ts';
import type { DatabaseState } from './transaction/database-state.ts';
import { isSystemTable } from './transaction/system-table.ts';

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
  /** What operators of running statements hold, by operator, in bytes. */
  readonly operatorBytes: Readonly<Record<string, number>>;
  /** The most that operators have held together since the database was opened. */
  readonly peakOperatorBytes: number;
  /** What deltas, operators and cache may hold together. */
  readonly memoryLimitBytes: number;
  readonly cacheBytes: number;
  /** What the cache may hold now: it gives way to deltas and operators. */
  readonly cacheLimitBytes: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly checkpoints: number;
  /** Why the newest automatic checkpoint failed, or null. */
  readonly checkpointError: string | null;
}

export interface StatsSource {
  readonly state: DatabaseState;
  readonly cache: BlockCache;
  readonly memory: MemoryBudget;
  readonly pageSize: number;
  readonly mainBytes: number;
  readonly walBytes: number;
  readonly checkpointCount: number;
  readonly lastCheckpointError: unknown;
}

export function statsOf(source: StatsSource): EngineStats {
  const { state, cache, memory, pageSize, lastCheckpointError } = source;
  const { commitLog, allocator } = state;
  const present = state.catalog.tables({ transaction: commitLog.lastTransaction });
  const tables = [...state.tables.values()].filter(({ definition }) => !isSystemTable(definition));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  return {
    transaction: commitLog.lastTransaction,
    scn: commitLog.lastScn,
    tables: present.length,
    segments: sum(tables.map((table) => table.segments.length)),
    rows: sum(present.map(({ id }) => state.tables.get(id)?.rowCountEstimate() ?? 0)),
    deltaBytes: sum(tables.map((table) => table.deltaBytes())),
    mainBytes: source.mainBytes,
    walBytes: source.walBytes,
    freeBytes: (allocator.freePages + allocator.pendingPages) * pageSize,
    operatorBytes: Object.fromEntries(memory.operators),
    peakOperatorBytes: memory.peakOperatorBytes,
    memoryLimitBytes: memory.limitBytes,
    cacheBytes: cache.usedBytes,
    cacheLimitBytes: cache.budgetBytes,
    cacheHits: cache.hits,
    cacheMisses: cache.misses,
    checkpoints: source.checkpointCount,
    checkpointError: lastCheckpointError === null ? null : String(lastCheckpointError),
  };
}
