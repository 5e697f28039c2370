import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { BlockCache } from './block-cache.ts';

/** The part of the limit that is left to the cache when operators take all they may: what runs must still find its blocks. */
const CACHE_FLOOR = 1 / 16;
/** The part of the limit that operators may take whatever the deltas hold: else a large transaction could not be read. */
const OPERATOR_FLOOR = 1 / 4;
/** The part of the limit that deltas may come to in any case. */
const HALF_FLOOR = 3 / 32;
/** What a checkpoint needs besides, with what has been let go and waits for the garbage collector, in bytes. */
const CHECKPOINT_BYTES = 52 * 1024 * 1024;
/** What a row of a segment that is being written takes, in bytes: sorting it into an index takes most. */
const STORED_ROW_BYTES = 48;
/** The part of the limit that writing one segment may take: of what a checkpoint leaves, and of a small one in any case. */
const SEGMENT_SHARE = 3 / 8;
const SEGMENT_FLOOR = 1 / 8;
/** The part of what the others leave that one operator gets: something is always left for the next one. */
const OPERATOR_SHARE = 2 / 3;
/** Operators ask once for so much more, in bytes: asking for every batch would cost time. */
const STEP_BYTES = 256 * 1024;

/** Half of what a checkpoint leaves, and some of a small limit: what deltas take, and the cache unless told otherwise. */
export function halfShare(limitBytes: number): number {
  return Math.max(limitBytes * HALF_FLOOR, (limitBytes - CHECKPOINT_BYTES) / 2);
}

/** What one segment may come to: who writes or merges segments holds a column of one, decoded. */
export interface SegmentLimits {
  /** Rows, in whole blocks. */
  readonly rows: number;
  /** Encoded bytes of what is merged into one. */
  readonly bytes: number;
}

/**
 * The memory of one database, in bytes: what deltas hold, what operators of running statements hold, and the block cache,
 * which gives way to both. Operators ask before they grow; who is refused spills or fails.
 */
export class MemoryBudget {
  private readonly cache: BlockCache;
  private readonly deltaBytes: () => number;
  private limit: number;
  private cacheLimit: number;
  /** By operator; what holds nothing is not there. */
  private readonly held = new Map<string, number>();
  private total = 0;
  private highest = 0;

  /** What an operator may hold without asking. */
  readonly uncountedBytes: number;

  /** `deltaBytes` tells what all deltas hold. */
  constructor(
    cache: BlockCache,
    deltaBytes: () => number,
    limitBytes: number,
    cacheLimitBytes: number,
    uncountedBytes: number = LIMITS.uncountedBytes,
  ) {
    this.uncountedBytes = uncountedBytes;
    this.cache = cache;
    this.deltaBytes = deltaBytes;
    this.limit = limitBytes;
    this.cacheLimit = cacheLimitBytes;
    this.fitCache();
  }

  get limitBytes(): number {
    return this.limit;
  }

  /** What operators hold is theirs until they let it go; from now on they are refused more. */
  set limitBytes(value: number) {
    this.limit = value;
    this.fitCache();
  }

  get cacheLimitBytes(): number {
    return this.cacheLimit;
  }

  set cacheLimitBytes(value: number) {
    this.cacheLimit = value;
    this.fitCache();
  }

  /**
   * What deltas are to stay below: beyond it they are due to be written into segments. While they are, half as much again
   * may come.
   */
  get deltaLimitBytes(): number {
    return halfShare(this.limit);
  }

  get segmentLimits(): SegmentLimits {
    const bytes = Math.max(this.limit * SEGMENT_FLOOR, (this.limit - CHECKPOINT_BYTES) * SEGMENT_SHARE);
    const blocks = Math.max(1, Math.floor(bytes / STORED_ROW_BYTES / LIMITS.blockRows));
    return { rows: Math.min(LIMITS.segmentRows, blocks * LIMITS.blockRows), bytes };
  }

  /** What operators hold, together. */
  get operatorBytes(): number {
    return this.total;
  }

  /** The most that operators have held together. */
  get peakOperatorBytes(): number {
    return this.highest;
  }

  get operators(): ReadonlyMap<string, number> {
    return this.held;
  }

  /**
   * Changes what an operator holds from `from` to at least `to` bytes, and returns what it may hold now; null: there is no
   * room, and nothing has changed. With `isLast` it may take all that there is: it cannot go on without.
   */
  grow(operator: string, from: number, to: number, isLast = false): number | null {
    const most = Math.floor((this.operatorLimit() - this.total + from) * (isLast ? 1 : OPERATOR_SHARE));
    if (to > most) return null;
    const granted = isLast ? to : Math.min(most, to + STEP_BYTES);
    this.add(operator, granted - from);
    return granted;
  }

  release(operator: string, bytes: number): void {
    this.add(operator, -bytes);
  }

  /** Has the cache give way to what the deltas have grown by. */
  fitCache(): void {
    const free = Math.max(0, this.limit - this.deltaBytes() - this.total);
    this.cache.budgetBytes = Math.min(this.cacheLimit, free);
  }

  /** The error of an operator that cannot do with less than `bytes`. */
  refusal(operator: string, bytes: number): HeliosError {
    const others = [...this.held].map(([name, held]) => `${name} ${megabytes(held)}`);
    const users = [`deltas ${megabytes(this.deltaBytes())}`, ...others].join(', ');
    const message = `${operator} needs ${megabytes(bytes)} of memory, and memory_limit_mb = ${this.limit / MEBIBYTE} leaves less (${users})`;
    return new HeliosError('OUT_OF_MEMORY_BUDGET', message, {
      hint: 'Raise memory_limit_mb, or have the statement hold fewer rows at once.',
    });
  }

  private operatorLimit(): number {
    const { limit } = this;
    return Math.max(limit * OPERATOR_FLOOR, limit - this.deltaBytes() - Math.min(this.cacheLimit, limit * CACHE_FLOOR));
  }

  private add(operator: string, bytes: number): void {
    const held = (this.held.get(operator) ?? 0) + bytes;
    if (held > 0) this.held.set(operator, held);
    else this.held.delete(operator);
    this.total += bytes;
    this.highest = Math.max(this.highest, this.total);
    this.fitCache();
  }
}

const MEBIBYTE = 1024 * 1024;

function megabytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MB`;
}
