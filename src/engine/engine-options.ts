import { LIMITS } from '../base/limits.ts';

export interface EngineOptions {
  /**
   * When a commit is durable. full: at once. normal: at the next checkpoint; a crash of the machine may lose the newest
   * commits, never part of one. off: whenever the operating system pleases; a crash of the machine may damage the file.
   */
  readonly synchronous: 'full' | 'normal' | 'off';
  /** Bytes, a power of two; only for a new database. */
  readonly pageSize: number;
  /** Bytes of memory for deltas, operators of running statements, and the cache of blocks. */
  readonly memoryLimitBytes: number;
  /** Bytes that the cache takes at most; null: the half of what a checkpoint leaves of the limit, a quarter of it at least. */
  readonly cacheLimitBytes: number | null;
  /** The log's length that calls for a checkpoint. */
  readonly walCheckpointBytes: number;
  /** What the main file and the log may come to together. */
  readonly maxBytes: number;
  /**
   * Memory of rows that are in no segment: beyond it a checkpoint is due, and a transaction keeps half of it. null: the
   * share of the memory limit.
   */
  readonly deltaBytes: number | null;
}

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  synchronous: 'full',
  pageSize: LIMITS.defaultPageSize,
  memoryLimitBytes: LIMITS.memoryLimitMb * 1024 * 1024,
  cacheLimitBytes: null,
  walCheckpointBytes: LIMITS.walCheckpointBytes,
  maxBytes: Number.POSITIVE_INFINITY,
  deltaBytes: null,
};
