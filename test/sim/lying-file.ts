import { HeliosError } from '../../src/base/errors.ts';
import type { ChunkedBytes } from '../../src/storage/chunked-bytes.ts';
import { assertFileOffset } from '../../src/storage/file-range.ts';
import type { StorageFile } from '../../src/storage/storage.ts';
import { applyOperation } from './damage.ts';
import { type FaultEffect, flipBit, misplacedOffset, type OperationKind, SimulatedCrash } from './faults.ts';
import type { PendingOperation, SimFileName } from './pending-operation.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What the files of one storage share. */
export interface LyingWorld {
  readonly random: SeededRandom;
  /** Counts the operation and says what goes wrong with it. Throws SimulatedCrash after the crash. */
  begin(file: SimFileName, kind: OperationKind): FaultEffect | null;
  crashed(): void;
  /** The power could fail now: a write or truncate has reached the cache, a flush has done nothing yet. */
  crashPoint(): void;
  nextSequence(): number;
  /** Bytes by which the two files together may still grow. */
  roomBytes(): number;
}

/** Half of the time after a failed flush the cache has dropped the pages; otherwise reads still return them. */
const DROPPED_AFTER_FAILED_FLUSH = 0.5;

/** One file as the operating system has it: what is durable, what it shows, and the changes between the two. */
export interface LyingFileState {
  readonly durable: ChunkedBytes;
  /** What a process reads, also one that opens the file anew without a crash. */
  shown: ChunkedBytes;
  pending: PendingOperation[];
}

/** A handle on one file. It dies with its close; the state outlives it. */
export class LyingFile implements StorageFile {
  readonly name: string;
  private readonly file: SimFileName;
  private readonly state: LyingFileState;
  private readonly world: LyingWorld;
  private dead = false;
  private closed = false;

  constructor(file: SimFileName, state: LyingFileState, world: LyingWorld) {
    this.name = file === 'main' ? 'lying' : 'lying-wal';
    this.file = file;
    this.state = state;
    this.world = world;
  }

  size(): number {
    this.demandUsable();
    return this.state.shown.size;
  }

  read(into: Uint8Array, at: number): number {
    assertFileOffset(this.name, at);
    const effect = this.begin('read');
    this.crashIf(effect);
    if (effect === 'io') throw this.failure(effect, 'read');
    if (effect === 'stale') return this.readStale(into, at);
    if (effect === 'misplaced') {
      const length = this.state.shown.read(into, at);
      this.state.shown.read(into.subarray(0, length), misplacedOffset(at, this.state.shown.size, this.world.random));
      return length;
    }
    const length = this.state.shown.read(into, at);
    if (effect === 'bit-flip') flipBit(into.subarray(0, length), this.world.random);
    return length;
  }

  write(from: Uint8Array, at: number): void {
    assertFileOffset(this.name, at);
    assertFileOffset(this.name, at + from.length);
    const effect = this.begin('write');
    if (effect !== null && effect !== 'crash') {
      this.keep({ kind: 'write', sequence: this.world.nextSequence(), at, bytes: this.partOf(from) });
      throw this.failure(effect, 'write');
    }
    const growth = Math.max(0, at + from.length - this.state.shown.size);
    if (growth > this.world.roomBytes()) {
      const room = Math.max(0, this.state.shown.size + this.world.roomBytes() - at);
      this.keep({ kind: 'write', sequence: this.world.nextSequence(), at, bytes: from.slice(0, room) });
      throw this.failure('disk-full', 'write');
    }
    this.keep({ kind: 'write', sequence: this.world.nextSequence(), at, bytes: from.slice() });
    this.world.crashPoint();
    this.crashIf(effect);
  }

  truncate(size: number): void {
    assertFileOffset(this.name, size);
    const effect = this.begin('truncate');
    if (effect !== null && effect !== 'crash') throw this.failure(effect, 'truncate');
    if (size - this.state.shown.size > this.world.roomBytes()) throw this.failure('disk-full', 'truncate');
    this.keep({ kind: 'truncate', sequence: this.world.nextSequence(), size });
    this.world.crashPoint();
    this.crashIf(effect);
  }

  flush(): void {
    const effect = this.begin('flush');
    this.world.crashPoint();
    this.crashIf(effect);
    if (effect === 'lie') return;
    if (effect !== null) {
      this.loseUnflushed();
      throw this.failure(effect, 'flush');
    }
    for (const operation of this.state.pending) applyOperation(this.state.durable, operation);
    this.state.pending = [];
  }

  close(): void {
    this.closed = true;
  }

  private begin(kind: OperationKind): FaultEffect | null {
    this.demandUsable();
    const effect = this.world.begin(this.file, kind);
    if (effect === 'dead') {
      this.dead = true;
      this.demandUsable();
    }
    return effect;
  }

  private keep(operation: PendingOperation): void {
    if (operation.kind === 'write' && operation.bytes.length === 0) return;
    applyOperation(this.state.shown, operation);
    this.state.pending.push(operation);
  }

  private readStale(into: Uint8Array, at: number): number {
    const length = this.state.shown.read(into, at);
    const stale = into.subarray(0, length);
    stale.fill(0);
    this.state.durable.read(stale, at);
    return length;
  }

  /** Some of the changes arrived, the others never will, though the next flush succeeds. */
  private loseUnflushed(): void {
    for (const operation of this.state.pending) {
      if (this.world.random.chance(0.5)) applyOperation(this.state.durable, operation);
    }
    this.state.pending = [];
    if (this.world.random.chance(DROPPED_AFTER_FAILED_FLUSH)) this.state.shown = this.state.durable.copy();
  }

  private partOf(bytes: Uint8Array): Uint8Array {
    return bytes.slice(0, this.world.random.below(bytes.length + 1));
  }

  private crashIf(effect: FaultEffect | null): void {
    if (effect !== 'crash') return;
    this.world.crashed();
    throw new SimulatedCrash(`${this.name}: the power failed`);
  }

  private failure(effect: FaultEffect, doing: string): HeliosError {
    if (effect === 'disk-full')
      return new HeliosError('DISK_FULL', `${this.name}: cannot ${doing}: simulated full disk`);
    if (effect === 'quota') return new HeliosError('QUOTA_EXCEEDED', `${this.name}: cannot ${doing}: simulated quota`);
    return new HeliosError('IO', `${this.name}: cannot ${doing}: simulated I/O error`);
  }

  private demandUsable(): void {
    if (this.closed) throw new HeliosError('IO', `${this.name}: the file is closed`);
    if (this.dead) throw new HeliosError('IO', `${this.name}: simulated dead handle`);
  }
}
