import { assert } from '../base/assert.ts';
import { HeliosError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { plantedBugs } from '../base/planted-bugs.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import type { SettledState } from './backup/database-export.ts';
import { BlockCache } from './cache/block-cache.ts';
import { halfShare, MemoryBudget } from './cache/memory-budget.ts';
import { Catalog } from './catalog/catalog.ts';
import type { TableDefinition } from './catalog/definitions.ts';
import type { CheckReport } from './check.ts';
import { CheckpointDue } from './checkpoint-due.ts';
import { STORED_ENCODINGS } from './column/encodings/late-parts.ts';
import { DEFAULT_ENGINE_OPTIONS, type EngineOptions } from './engine-options.ts';
import { assertRoom, checkpointBytes, logInterval, logShare, mainShare } from './extent/space-limit.ts';
import type { Clock, Random } from './host.ts';
import type { Checkpointer } from './jobs/checkpointer.ts';
import { CHECKPOINTS, CHECKS, ERASURE_JOBS } from './late-parts.ts';
import type { Superblock } from './manifest/superblock.ts';
import { openSuperblock, recover, registerTable } from './recovery.ts';
import type { TemporarySpace } from './spill/temporary-blocks.ts';
import type { EngineStats } from './stats.ts';
import type { ReadPoint } from './table/access.ts';
import type { Table } from './table/table.ts';
import type { TableSegment } from './table/table-segment.ts';
import type { CommitLog } from './transaction/commit-log.ts';
import { commitBytes, encodeCommit } from './transaction/commit-record.ts';
import type { DatabaseState } from './transaction/database-state.ts';
import { LEDGER_CHAIN } from './transaction/late-parts.ts';
import { type CommitResult, WriteTransaction } from './transaction/write-transaction.ts';
import { WalWriter } from './wal/wal-writer.ts';

/** A point in the history that stays readable until it is closed. */
export interface Snapshot extends ReadPoint {
  close(): void;
}

/** The database under the SQL: synchronous, in one thread, over the two files of its storage. */
export class Engine {
  readonly clock: Clock;
  readonly random: Random;
  readonly options: EngineOptions;
  /** Set by a failed automatic checkpoint; the commits before it are in the log, and the next one tries again. */
  lastCheckpointError: unknown = null;
  checkpointCount = 0;
  readonly memory: MemoryBudget;
  private readonly spaceForStatements: TemporarySpace | null;
  readonly storage: Storage;
  readonly cache: BlockCache;
  readonly state: DatabaseState;
  readonly wal: WalWriter;
  superblock: Superblock;
  /** Of all sessions: only they know the ids. */
  private readonly temporaryTables = new Map<number, Table>();
  /** The newest links of ledger tables' chains, by table. */
  private readonly ledgerHeads = new Map<number, Uint8Array>();
  private writer: WriteTransaction | null = null;
  /** The transactions of open snapshots, each as often as it is open. */
  readonly readers: number[] = [];
  private checkpointer: Checkpointer | null = null;
  private hasFailed = false;
  private isClosed = false;
  private readonly checkpointDue: CheckpointDue;
  /** Of the log, when the cache was last fitted. */
  private fittedMegabytes = 0;

  private constructor(storage: Storage, clock: Clock, random: Random, options: EngineOptions) {
    this.storage = storage;
    this.clock = clock;
    this.random = random;
    this.options = options;
    const { memoryLimitBytes, cacheLimitBytes } = options;
    const cacheLimit = cacheLimitBytes ?? Math.max(memoryLimitBytes / 4, halfShare(memoryLimitBytes));
    this.cache = new BlockCache(cacheLimit);
    this.superblock = openSuperblock(storage, options.pageSize, random);
    const { state, position, end } = recover(storage, this.superblock, this.cache);
    this.state = state;
    this.memory = new MemoryBudget(this.cache, () => this.deltaBytes(), memoryLimitBytes, cacheLimit);
    this.spaceForStatements = storage.readOnly ? null : this.spaceIn(storage.main, this.state);
    // What a killed process left unflushed counts as committed from here on: later frames will attest that it is durable.
    const isRecovered = end.endBytes > position.startBytes;
    if (isRecovered && !storage.readOnly && options.synchronous !== 'off') storage.wal.flush();
    const growthBytes = options.synchronous === 'full' ? LIMITS.walGrowthBytes : 0;
    const isLimited = options.maxBytes !== Number.POSITIVE_INFINITY;
    const mostGrowthBytes = isLimited ? growthBytes : LIMITS.walMostGrowthBytes;
    this.wal = new WalWriter(storage.wal, position, end, growthBytes, mostGrowthBytes);
    // Nobody replays what vanishes: there, only bytes count.
    const transactions = storage.vanishes === true ? Number.POSITIVE_INFINITY : LIMITS.walCheckpointTransactions;
    this.checkpointDue = new CheckpointDue(options.walCheckpointBytes, transactions, this.reliefRows);
    const { table, lastTransaction } = this.state.commitLog;
    this.checkpointDue.countFrom(position.startBytes, lastTransaction - table.delta.length, 0);
  }

  /** Opens or creates a database and recovers it. On failure the storage is left open and unchanged. */
  static open(storage: Storage, clock: Clock, random: Random, options: Partial<EngineOptions> = {}): Engine {
    const all = { ...DEFAULT_ENGINE_OPTIONS, ...options };
    const walCheckpointBytes = Math.min(all.walCheckpointBytes, logInterval(all.maxBytes));
    const engine = new Engine(storage, clock, random, { ...all, walCheckpointBytes });
    if (engine.state.erasure !== null && !storage.readOnly) ERASURE_JOBS.get().completeErasure(engine);
    return engine;
  }

  get catalog(): Catalog {
    return this.state.catalog;
  }

  /** The newest committed transaction. */
  get lastTransaction(): number {
    return this.state.commitLog.lastTransaction;
  }

  /** The present, for a read that ends before the next write begins. */
  get current(): ReadPoint {
    return { transaction: this.lastTransaction };
  }

  /** When which transaction was committed. */
  get commitLog(): CommitLog {
    return this.state.commitLog;
  }

  /** The oldest transaction whose state is there as it was: what had ended by then may be gone. */
  get oldestReadable(): number {
    return this.state.oldestReadable;
  }

  /** Bytes. */
  get pageSize(): number {
    return this.superblock.pageSize;
  }

  get readOnly(): boolean {
    return this.storage.readOnly;
  }

  /** Room in the file for what statements have no memory for; null where nothing may be written. */
  get temporarySpace(): TemporarySpace | null {
    return this.spaceForStatements;
  }

  get hasWriter(): boolean {
    return this.writer !== null;
  }

  table(id: number): Table {
    const table = this.state.tables.get(id) ?? this.temporaryTables.get(id);
    assert(table !== undefined, `no table ${id}`);
    return table;
  }

  /** Of the present, or of an earlier transaction that is still readable: of tables that keep a longer history, or of all. */
  openSnapshot(transaction = this.lastTransaction): Snapshot {
    this.assertUsable();
    this.readers.push(transaction);
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.readers.splice(this.readers.indexOf(transaction), 1);
      this.releaseExtents();
    };
    return { transaction, isPast: transaction < this.lastTransaction, close };
  }

  /** Takes the writer's place; callers queue for it. `temporary` holds the definitions of the writer's own objects. */
  begin(temporary: Catalog = new Catalog()): WriteTransaction {
    this.assertWritable();
    if (this.writer !== null) throw new HeliosError('MISUSE', 'another write transaction is open: wait until it ends');
    this.writer = new WriteTransaction(this, temporary, this.lastTransaction + 1);
    return this.writer;
  }

  /** The session whose objects these are has ended. */
  forgetTemporary(temporary: Catalog): void {
    for (const { kind, definition } of temporary.all())
      if (kind === 'table') this.temporaryTables.delete(definition.id);
  }

  /** Makes every commit so far durable, as far as `synchronous` promises. Concurrent commits share one call. */
  makeDurable(): void {
    this.assertUsable();
    if (plantedBugs.acknowledgeBeforeFlush) return;
    if (this.options.synchronous === 'full' && this.wal.isDirty) this.critically(() => this.wal.flush());
  }

  /**
   * Due background work: about so many values of it. True where more is left, so that the host calls again as soon as
   * nobody waits. Call it when results have been handed out.
   */
  maintain(units = Number.POSITIVE_INFINITY): boolean {
    if (this.isClosed || this.hasFailed || this.readOnly) return false;
    this.fitCache();
    const { wal, state, checkpointDue } = this;
    if (this.checkpointer?.isRunning !== true) {
      const hasLargeDeltas = (): boolean => deltaBytesOf(state.tables) > this.deltaLimitBytes;
      if (this.writer !== null || !canCheckpoint()) return false;
      const isDue = checkpointDue.isDue(wal.lengthBytes, state.commitLog, hasLargeDeltas);
      if (!isDue && !this.jobs().wantsCollection()) return false;
    }
    try {
      return this.jobs().advance(units);
    } catch (error) {
      // The log still holds everything. A full disk must not make every commit try again.
      this.lastCheckpointError = error;
      const { lastTransaction, lastScn } = state.commitLog;
      checkpointDue.countFrom(wal.lengthBytes, lastTransaction, lastScn + LIMITS.walCheckpointTransactions);
      return false;
    }
  }

  /** Moves everything from memory and the log into segments. Readers and their snapshots are not disturbed. */
  checkpoint(): void {
    this.startJob().checkpoint('usual');
  }

  /**
   * Merges what can become smaller, drops what no reader can ask for, and moves segments towards the start, as far as
   * open snapshots leave room, so that the file becomes as small as it can be.
   */
  vacuum(): void {
    this.startJob().vacuum();
  }

  /** Everything that is committed, in segments, and a snapshot that keeps them: what a copy is made of. */
  openSettled(): SettledState {
    this.assertUsable();
    if (this.hasLog) {
      if (this.readOnly) {
        const message = `${this.storage.main.name}: its newest changes are in the log alone`;
        throw new HeliosError('TRANSACTION_READ_ONLY', message, {
          hint: 'Open it for writing once: that settles them.',
        });
      }
      this.checkpoint();
    }
    return { file: this.storage.main, superblock: this.superblock, snapshot: this.openSnapshot() };
  }

  /** Reads every block and compares every index entry. */
  check(): CheckReport {
    this.assertUsable();
    return CHECKS.get().checkDatabase(this.state, this.current);
  }

  stats(): EngineStats {
    this.assertUsable();
    return CHECKS.get().statsOf({
      state: this.state,
      cache: this.cache,
      memory: this.memory,
      pageSize: this.superblock.pageSize,
      mainBytes: this.storage.main.size(),
      walBytes: this.wal.lengthBytes - this.superblock.walStart,
      checkpointCount: this.checkpointCount,
      lastCheckpointError: this.lastCheckpointError,
    });
  }

  /** The log holds something, which {@link close} moves into segments if the part for that is loaded by then. */
  get hasLog(): boolean {
    return this.wal.lengthBytes > this.superblock.walStart;
  }

  /** Checkpoints and closes the files. After a failure it only closes: the next open recovers, if there can be one. */
  close(): void {
    if (this.isClosed) return;
    this.writer?.rollback();
    try {
      if (!this.hasFailed && !this.readOnly && this.storage.vanishes !== true) this.settle();
    } finally {
      this.isClosed = true;
      this.storage.close();
    }
  }

  // ---- what a WriteTransaction asks for

  registerTable(definition: TableDefinition): void {
    const { temporaryTables, state } = this;
    registerTable(definition.temporary ? temporaryTables : state.tables, definition, state.oldestReadable);
  }

  unregisterTable(id: number): void {
    this.state.tables.delete(id);
    this.temporaryTables.delete(id);
  }

  commit(transaction: WriteTransaction): CommitResult {
    this.assertUsable();
    const { commitLog } = this.state;
    if (transaction.hasChanges) {
      if (transaction.hasSegments && this.options.synchronous !== 'off' && !plantedBugs.logBeforeSegments)
        this.critically(() => this.storage.main.flush());
      const commitMicros = commitLog.nextMicros(this.clock.wallMicros());
      const links = LEDGER_CHAIN.isLoaded
        ? LEDGER_CHAIN.get().extendChains(transaction, this.ledgerHeads, commitMicros)
        : null;
      this.log(transaction, commitMicros);
      commitLog.append(transaction.transaction, transaction.changeCount, commitMicros);
      for (const [table, link] of links ?? []) this.ledgerHeads.set(table, link);
    }
    return { transaction: commitLog.lastTransaction, scn: commitLog.lastScn, committedAtMicros: commitLog.lastMicros };
  }

  release(transaction: WriteTransaction): void {
    if (this.writer === transaction) this.writer = null;
  }

  get reliefRows(): number {
    return Math.min(LIMITS.reliefRows, this.deltaLimitBytes / LIMITS.reliefRows);
  }

  spill(table: Table, position: number): boolean {
    const { delta } = table;
    const ownBytes = delta.sizeBytes() * ((delta.length - position) / delta.length);
    if (ownBytes < this.deltaLimitBytes / 2 || !canCheckpoint()) return false;
    this.jobs().spill(table, position);
    return true;
  }

  discard(segments: readonly TableSegment[]): void {
    for (const { reader } of segments) this.state.allocator.giveBack(reader.meta.extent);
  }

  // ---- what a Checkpointer asks for

  didCheckpoint({ transaction, scn }: { readonly transaction: number; readonly scn: number }): void {
    this.checkpointCount++;
    this.lastCheckpointError = null;
    this.checkpointDue.countFrom(this.superblock.walStart, transaction, scn);
  }

  /** Leaves a database whose log is empty, or one that is durable: then the next to open it reads the log. */
  private settle(): void {
    if (this.hasLog && !canCheckpoint()) {
      this.critically(() => this.wal.flush());
      return;
    }
    if (this.hasLog) this.checkpoint();
    if (this.storage.wal.size() > 0) this.storage.wal.truncate(0);
  }

  /** Deltas grow with the log: to look at them for each megabyte of it is enough. */
  private fitCache(): void {
    const logMegabytes = this.wal.lengthBytes >>> 20;
    if (logMegabytes === this.fittedMegabytes) return;
    this.fittedMegabytes = logMegabytes;
    this.memory.fitCache();
  }

  private deltaBytes(): number {
    let bytes = deltaBytesOf(this.state.tables) + deltaBytesOf(this.temporaryTables);
    for (const { delta } of this.state.tables.values()) bytes += delta.chunks.sizeBytes;
    return bytes;
  }

  private get deltaLimitBytes(): number {
    return this.options.deltaBytes ?? this.memory.deltaLimitBytes;
  }

  /** Throws where a write transaction is open. */
  startJob(): Checkpointer {
    this.assertWritable();
    if (this.writer !== null) throw new HeliosError('MISUSE', 'a checkpoint cannot run inside a write transaction');
    return this.jobs();
  }

  private jobs(): Checkpointer {
    // Who writes segments reads them too.
    STORED_ENCODINGS.get();
    this.checkpointer ??= new (CHECKPOINTS.get().Checkpointer)(this);
    return this.checkpointer;
  }

  private spaceIn(file: StorageFile, { allocator }: DatabaseState): TemporarySpace {
    const { pageSize, options } = this;
    const roomBytes = (): number => {
      const { maxBytes } = options;
      if (maxBytes === Number.POSITIVE_INFINITY) return maxBytes;
      // What the next checkpoint needs is not for statements.
      const mainBytes = mainShare(maxBytes, this.wal.fileBytes) - allocator.endPage * pageSize;
      return Math.max(0, mainBytes - 2 * logShare(maxBytes));
    };
    return { file, pageSize, allocator, roomBytes, didFree: () => this.cutUnused() };
  }

  /** Cuts the file where much of its end is free. */
  cutUnused(): void {
    const bytes = this.storage.main.size();
    const unusedBytes = bytes - this.state.allocator.endPage * this.pageSize;
    if (unusedBytes > Math.max(LIMITS.keptFreeBytes, bytes / 4)) this.cutFile();
  }

  /** Gives the free pages at the end of the file back to the disk. */
  cutFile(): void {
    const usedBytes = this.state.allocator.endPage * this.pageSize;
    if (this.storage.main.size() > usedBytes) this.storage.main.truncate(usedBytes);
  }

  /** Extents of merged segments are used again only when nobody can be reading them. */
  releaseExtents(): void {
    if (this.readers.length === 0) this.state.allocator.release();
  }

  private log(transaction: WriteTransaction, commitMicros: number): void {
    const { wal, storage } = this;
    const admit = (logBytes: number): void => this.assertRoom(transaction, logBytes);
    if (storage.vanishes === true) {
      wal.count(commitBytes(transaction), admit);
      return;
    }
    const header = { transaction: transaction.transaction, commitMicros, changes: transaction.changeCount };
    this.poisonOn('STORAGE_FAILED', () => wal.append(header, (payload) => encodeCommit(payload, transaction), admit));
  }

  private assertRoom({ grows }: WriteTransaction, logBytes: number): void {
    const { maxBytes } = this.options;
    if (maxBytes === Number.POSITIVE_INFINITY) return;
    const { pageSize } = this;
    const { allocator, tables } = this.state;
    // The log takes what it needs beyond its share from the end of the main file.
    if (logBytes > logShare(maxBytes)) this.cutFile();
    const neededBytes = checkpointBytes(tables.values(), logBytes, pageSize);
    assertRoom(maxBytes, { allocator, pageSize, logBytes, neededBytes, grows });
  }

  private assertUsable(): void {
    if (this.isClosed) throw new HeliosError('CLOSED', 'the database is closed');
    if (this.hasFailed) {
      const message = `${this.storage.main.name}: an earlier write to storage failed for good; close and reopen the database to recover`;
      throw new HeliosError('STORAGE_FAILED', message);
    }
  }

  private assertWritable(): void {
    this.assertUsable();
    if (this.readOnly) throw new HeliosError('TRANSACTION_READ_ONLY', 'the database is open for reading only');
  }

  /** Runs writes that cannot be taken back: when one fails, nobody knows what is on the disk, and the engine stops. */
  critically(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }

  private poisonOn(code: 'STORAGE_FAILED', action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof HeliosError && error.code === code) this.hasFailed = true;
      throw error;
    }
  }
}

function canCheckpoint(): boolean {
  return CHECKPOINTS.isLoaded && STORED_ENCODINGS.isLoaded;
}

function deltaBytesOf(tables: ReadonlyMap<number, Table>): number {
  let bytes = 0;
  for (const table of tables.values()) bytes += table.deltaBytes();
  return bytes;
}
