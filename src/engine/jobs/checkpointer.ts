import { LIMITS } from '../../base/limits.ts';
import { plantedBugs } from '../../base/planted-bugs.ts';
import { finish } from '../../base/work.ts';
import type { Storage } from '../../storage/storage.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import type { MemoryBudget } from '../cache/memory-budget.ts';
import { logShare, mainShare } from '../extent/space-limit.ts';
import { historySetting } from '../history/history-settings.ts';
import { dueHorizons, type Horizons, raiseHorizons } from '../history/horizons.ts';
import { oldestSnapshot } from '../history/snapshots.ts';
import type { Clock, Random } from '../host.ts';
import { type Superblock, writeSuperblock } from '../manifest/superblock.ts';
import type { Table } from '../table/table.ts';
import type { DatabaseState } from '../transaction/database-state.ts';
import type { Erasure } from '../transaction/erasures.ts';
import { moveFrames } from '../wal/move-frames.ts';
import type { WalEnd, WalWriter } from '../wal/wal-writer.ts';
import {
  type CheckpointKind,
  type CheckpointState,
  type DueCheckpoint,
  dueCheckpoint,
  type PreparedCheckpoint,
  type SegmentStore,
} from './checkpoint.ts';
import { isCollectionDue } from './collection.ts';
import { type ErasedRows, prepareErasure } from './erasure.ts';
import { type FrozenState, freezeState } from './frozen-state.ts';
import { prepareRelocation } from './relocation.ts';
import { spillRows } from './spill.ts';
import { Workspace } from './workspace.ts';

/** What has been committed while a checkpoint ran, as a part of what calls for the next one, for that to be near. */
const NEAR = 1 / 8;

/** Where that is not near, a workspace of up to so much is kept all the same: as garbage it would be there for a while, beside a new one. */
const KEPT_WORKSPACE_BYTES = 8 * 1024 * 1024;

/** To find a row in a new segment takes as long as to encode so many values. */
const VALUES_PER_CARRIED = 8;

/** The engine, as far as its jobs need it. */
export interface CheckpointHost {
  readonly storage: Storage;
  readonly state: DatabaseState;
  readonly cache: BlockCache;
  readonly memory: MemoryBudget;
  readonly wal: WalWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly options: {
    readonly synchronous: string;
    readonly walCheckpointBytes: number;
    readonly maxBytes: number;
  };
  superblock: Superblock;
  /** The transactions of open snapshots. */
  readonly readers: readonly number[];
  readonly hasWriter: boolean;
  table(id: number): Table;
  readonly hasLog: boolean;
  /** Runs writes of which nobody knows what they have done when they fail: the engine is of no use then. */
  critically(action: () => void): void;
  releaseExtents(): void;
  cutFile(): void;
  /** Cuts the file where much of its end is free. */
  cutUnused(): void;
  /** What was committed up to that transaction is in segments. */
  didCheckpoint(frozen: FrozenState): void;
}

/** The part of its share that the log may come to while checkpoints go in steps: the rest is for commits until one is done. */
const LOG_NEARLY_LONG = 3 / 4;

/** A checkpoint on its way. */
interface Run extends DueCheckpoint {
  readonly state: CheckpointState;
  prepared: PreparedCheckpoint | null;
  /** What had been committed since it began when it last went on: see {@link Checkpointer.tailOf}. */
  pacedTail: number;
}

/**
 * Moves what is in memory and in the log into segments, in one go or in steps between which others read and write: those
 * find what is being moved in the frozen deltas, and the log keeps what they commit meanwhile.
 */
export class Checkpointer {
  private readonly host: CheckpointHost;
  /** What is being stored. It stays frozen when storing it fails, and is what the next checkpoint begins with. */
  private frozen: FrozenState | null = null;
  private run: Run | null = null;
  private workspace = new Workspace();
  private nextLookMillis = 0;

  constructor(host: CheckpointHost) {
    this.host = host;
  }

  /** A checkpoint is on its way. */
  get isRunning(): boolean {
    return this.run !== null;
  }

  /**
   * Begins a checkpoint, or goes on with the one that is on its way, for about so many values. True where more is left to
   * do; false, too, where the end of an open write transaction is to be waited for.
   */
  advance(units: number): boolean {
    const { host } = this;
    // To begin is a step of its own: that looks at all tables.
    if (this.run === null && units !== Number.POSITIVE_INFINITY) return this.begin('usual') !== null;
    const run = this.run ?? this.begin('usual');
    const tail = this.tailOf(run.state.frozen);
    // Who commits faster than checkpoints go waits for them, and so does who has used up the log's share of a limited size.
    const isUrgent = tail >= 1 || host.wal.lengthBytes > logShare(host.options.maxBytes) * LOG_NEARLY_LONG;
    this.limitFile();
    // It shall be done when half of an interval is.
    const pace = (tail - run.pacedTail) * 2 * run.unitCount;
    run.pacedTail = tail;
    const quota = isUrgent ? Number.POSITIVE_INFINITY : Math.max(units, pace);
    return this.attempt(() => {
      let isDone = this.step(run, quota);
      if (!isDone && quota === Number.POSITIVE_INFINITY) isDone = this.step(run, quota);
      return !isDone && (run.prepared === null || !host.hasWriter);
    });
  }

  /** All that is committed is in segments when this returns. */
  checkpoint(kind: CheckpointKind): void {
    const wasFrozen = this.frozen !== null;
    if (wasFrozen) this.complete('usual');
    if (!wasFrozen || kind !== 'usual' || this.host.hasLog) this.complete(kind);
  }

  /** It is time to drop what lies behind the horizon, as far as that is to be done without being told. */
  wantsCollection(): boolean {
    const { clock, state } = this.host;
    const nowMillis = clock.monotonicMillis();
    if (nowMillis < this.nextLookMillis) return false;
    this.nextLookMillis = nowMillis + LIMITS.collectionIntervalMs;
    return this.collectsByItself && isCollectionDue(state, this.dueHorizons());
  }

  /** Makes the file as small as open snapshots allow. */
  vacuum(): void {
    if (this.host.hasLog) this.checkpoint('usual');
    this.checkpoint('vacuum');
    this.packFile(LIMITS.relocationPasses);
    this.host.cutFile();
  }

  /**
   * Puts a state in force in which the erased versions have never been, and says so in the manifest until
   * {@link completeErasure} has cleared what they leave behind. The log is empty, and nobody reads.
   */
  erase(erasure: Erasure, erased: ErasedRows): void {
    const { state } = this.host;
    this.limitFile();
    const frozen = this.freeze('usual');
    const prepared = finish(prepareErasure({ ...this.stateOf(frozen), erasure }, erased));
    state.erasure = erasure;
    this.putInForce(prepared, frozen);
  }

  /** See {@link spillRows}. */
  spill(table: Table, position: number): void {
    this.limitFile();
    // A checkpoint may be on its way, in its own.
    spillRows(this.store(new Workspace()), table, position);
  }

  private complete(kind: CheckpointKind): void {
    const run = this.run ?? this.begin(kind);
    this.attempt(() => {
      for (let isDone = false; !isDone; ) isDone = this.step(run, Number.POSITIVE_INFINITY);
    });
  }

  /** What has been committed since, as a part of what calls for the next checkpoint. */
  private tailOf({ log, transaction, scn, rowCount }: FrozenState): number {
    const { wal, options, state } = this.host;
    const { lastTransaction, lastScn } = state.commitLog;
    const bytes = (wal.lengthBytes - log.endBytes) / options.walCheckpointBytes;
    const transactions = (lastTransaction - transaction) / LIMITS.walCheckpointTransactions;
    // What calls for it may have been the memory of so many rows.
    return Math.max(bytes, transactions, (lastScn - scn) / Math.max(rowCount, LIMITS.walCheckpointTransactions));
  }

  private begin(kind: CheckpointKind): Run {
    this.frozen ??= this.freeze(kind);
    const state = this.stateOf(this.frozen);
    this.run = { state, ...dueCheckpoint(state, kind), prepared: null, pacedTail: this.tailOf(this.frozen) };
    this.limitFile();
    return this.run;
  }

  private limitFile(): void {
    const { options, wal, state, superblock } = this.host;
    state.allocator.limitTo(Math.floor(mainShare(options.maxBytes, wal.fileBytes) / superblock.pageSize));
  }

  private freeze(kind: CheckpointKind): FrozenState {
    const { state, wal } = this.host;
    if (kind === 'vacuum' || this.collectsByItself) raiseHorizons(state, this.dueHorizons());
    return freezeState(state, wal.end);
  }

  private get collectsByItself(): boolean {
    const { catalog, commitLog } = this.host.state;
    return historySetting(catalog, { transaction: commitLog.lastTransaction }, 'auto_gc_enabled') === 1;
  }

  private dueHorizons(): Horizons {
    const { host } = this;
    const { state, clock, readers } = host;
    const { catalog, commitLog } = state;
    const nowMicros = clock.wallMicros();
    const newest = { transaction: commitLog.lastTransaction };
    return dueHorizons(state, {
      catalog,
      commitLog,
      nowMicros,
      oldestReader: readers.length === 0 ? null : Math.min(...readers),
      oldestSnapshot: oldestSnapshot(host, newest, nowMicros),
    });
  }

  private store(workspace: Workspace): SegmentStore {
    const { cache, memory, storage, state, superblock } = this.host;
    const { segmentLimits: limits } = memory;
    const { allocator } = state;
    return { file: storage.main, pageSize: superblock.pageSize, allocator, cache, limits, workspace, ids: state };
  }

  private stateOf(frozen: FrozenState): CheckpointState {
    const { state } = this.host;
    return {
      ...this.store(this.workspace),
      catalog: state.catalog,
      tables: state.tables,
      frozen,
      erasure: state.erasure,
    };
  }

  /** The log still holds everything when it fails: only the work is lost. */
  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.run?.prepared?.abandon();
      this.run = null;
      throw error;
    }
  }

  /** True when the checkpoint is in force. That is a step of its own, and waits for the writer's place. */
  private step(run: Run, units: number): boolean {
    if (run.prepared === null) {
      for (let done = 0; done < units; ) {
        const step = run.work.next();
        if (step.done === true) {
          run.prepared = step.value;
          break;
        }
        done += step.value;
      }
      return false;
    }
    if (this.host.hasWriter) return false;
    if (!run.prepared.catchUp(Math.ceil(units / VALUES_PER_CARRIED))) return false;
    // Where much has come meanwhile the next checkpoint is near.
    const isNear = this.tailOf(run.state.frozen) >= NEAR;
    if (!isNear && this.workspace.sizeBytes > KEPT_WORKSPACE_BYTES) this.workspace = new Workspace();
    this.putInForce(run.prepared, run.state.frozen, isNear);
    // The new state is in force: what fails from here on is no reason to store the old one again.
    this.frozen = null;
    this.run = null;
    this.tidyLog();
    this.tidyFile();
    return true;
  }

  private putInForce(prepared: PreparedCheckpoint, frozen: FrozenState, isNextNear = false): void {
    const { host } = this;
    const { state, storage, superblock, options } = host;
    const next = { ...superblock, generation: superblock.generation + 1, manifest: prepared.manifest };
    const tail = this.placeTail(next, frozen.log);
    host.critically(() => {
      if (options.synchronous !== 'off') {
        if (!plantedBugs.superblockBeforeManifest) storage.main.flush();
        if (tail.isMoved) storage.wal.flush();
      }
      host.superblock = tail.superblock;
      writeSuperblock(storage.main, host.superblock);
    });
    prepared.install(isNextNear && host.readers.length === 0);
    // Readers look at segments alone.
    if (superblock.manifest !== null) state.allocator.giveBack(superblock.manifest.extent);
    host.releaseExtents();
    if (tail.end !== null) this.restartWal(tail.end);
    host.didCheckpoint(frozen);
  }

  /**
   * Where the log goes on. With nothing in it since the checkpoint began, a new epoch begins at the start of the file;
   * so it does with a little, or in a file that has become long: then that is copied to the start, where frames lay that
   * an earlier checkpoint has done with. Otherwise the epoch goes on.
   */
  private placeTail(next: Superblock, log: WalEnd): { superblock: Superblock; end: WalEnd | null; isMoved: boolean } {
    const { wal, random, storage, superblock, options } = this.host;
    const tailBytes = plantedBugs.forgetLogTail ? 0 : wal.lengthBytes - log.endBytes;
    const { maxBytes } = options;
    const isLong =
      wal.lengthBytes > Math.min(options.walCheckpointBytes * LIMITS.walIntervalsKept, logShare(maxBytes) / 2);
    if ((tailBytes <= superblock.walStart && (tailBytes <= LIMITS.movedLogBytes || isLong)) || tailBytes === 0) {
      // A crash may have left frames of this epoch where they were being moved to. Those of another checkpoint must not
      // fit, whatever the host's randomness is worth.
      const salt = (random.u32() ^ log.lastCrc) >>> 0;
      const position = { epoch: superblock.walEpoch + 1, salt, startBytes: 0, previousCrc: 0 };
      const end =
        tailBytes === 0
          ? { endBytes: 0, lastCrc: 0 }
          : moveFrames(storage.wal, log.endBytes, wal.lengthBytes, position);
      const { epoch: walEpoch, salt: walSalt } = position;
      if (end !== null) {
        const renewed = { ...next, walEpoch, walSalt, walStart: 0, walPreviousCrc: 0 };
        return { superblock: renewed, end, isMoved: tailBytes > 0 };
      }
    }
    const continued = { ...next, walStart: log.endBytes, walPreviousCrc: log.lastCrc };
    return { superblock: continued, end: null, isMoved: false };
  }

  private restartWal(end: WalEnd): void {
    const { wal, superblock } = this.host;
    const { walEpoch: epoch, walSalt: salt } = superblock;
    wal.restart({ epoch, salt, startBytes: 0, previousCrc: 0 }, end);
  }

  private tidyLog(): void {
    const { wal, options } = this.host;
    wal.cutBeyond(Math.min(options.walCheckpointBytes * LIMITS.walIntervalsKept, logShare(options.maxBytes)));
  }

  private tidyFile(): void {
    const { host } = this;
    const { allocator } = host.state;
    const { pageSize } = host.superblock;
    host.cutUnused();
    // Gaps that are too small for the next log would make a database full that is not.
    const roomBytes = Math.max(allocator.largestGapPages, allocator.growthPages) * pageSize;
    if (roomBytes < logShare(host.options.maxBytes) * 2 && !host.hasLog) this.packFile(1);
  }

  /** Moves segments into the gaps between them; the log is empty. */
  private packFile(passes: number): void {
    const { host } = this;
    for (let pass = 0; pass < passes && host.readers.length === 0; pass++) {
      const { manifest } = host.superblock;
      if (manifest === null) break;
      const frozen = this.freeze('usual');
      const mayGrow = pass + 2 < passes;
      const moving = prepareRelocation(this.stateOf(frozen), manifest.extent, mayGrow);
      if (moving === null) break;
      this.putInForce(finish(moving), frozen);
    }
  }
}
