import { HeliosError } from '../../src/base/errors.ts';
import { ChunkedBytes } from '../../src/storage/chunked-bytes.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { applyDamage, type Damage, type FilePending, simpleDamages } from './damage.ts';
import { type FaultEffect, FaultPlan, type OperationKind, SimulatedCrash } from './faults.ts';
import { fingerprintOf } from './fingerprint.ts';
import { LyingFile, type LyingFileState, type LyingWorld } from './lying-file.ts';
import type { SimFileName } from './pending-operation.ts';
import { SeededRandom } from './seeded-random.ts';

/** Disks are copied by the thousand, and each copy then writes little: small pieces leave most of it shared. */
const CHUNK_BYTES = 4096;
const EMPTY_CHUNK = new Uint8Array(CHUNK_BYTES);

function fileState(durable: ChunkedBytes): LyingFileState {
  return { durable, shown: durable.copy(), pending: [] };
}

/**
 * A disk that keeps no more than it promised, with one database on it: the storage that the reliability harnesses run on.
 *
 * Without faults it is a correct Storage. With them it fails as devices and file systems do, always in the same way for
 * the same seed and the same calls. Typical use:
 *
 * - run the workload on a fresh disk whose `onCrashPoint` keeps a `moment()`;
 * - for each moment, and each of its `damages(k)`: open the database on `crash(damage)` and check it.
 */
export class LyingDisk {
  readonly seed: number;
  readonly faults = new FaultPlan();
  /** Operations so far: all of them, and those that are no reads. */
  operations = 0;
  changes = 0;
  /** Writes and truncations alone: while this stands still, the files stay as they are. */
  writes = 0;
  /** Called wherever a crash that is set for a change would stop the run. */
  onCrashPoint: (() => void) | null = null;
  /** Space for both files together, in bytes. May be changed at any time: space that comes back. */
  capacityBytes = Number.POSITIVE_INFINITY;
  private readonly main: LyingFileState;
  private readonly wal: LyingFileState;
  private readonly random: SeededRandom;
  private sequence = 0;
  private isOpen = false;
  private powerFailed = false;

  constructor(seed: number, images?: { readonly main: ChunkedBytes; readonly wal: ChunkedBytes }) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.main = fileState(images?.main ?? new ChunkedBytes(CHUNK_BYTES));
    this.wal = fileState(images?.wal ?? new ChunkedBytes(CHUNK_BYTES));
  }

  /** A disk that holds these bytes, durable: to flip and cut them. */
  static holding(seed: number, main: Uint8Array, wal: Uint8Array): LyingDisk {
    const images = { main: new ChunkedBytes(CHUNK_BYTES), wal: new ChunkedBytes(CHUNK_BYTES) };
    images.main.write(main, 0);
    images.wal.write(wal, 0);
    return new LyingDisk(seed, images);
  }

  /** Opens the two files. After close they can be opened again: then the operating system still has what was not flushed. */
  open(): Storage {
    if (this.powerFailed) throw new SimulatedCrash('lying: the power failed');
    if (this.isOpen) throw new HeliosError('LOCKED', 'lying: the database is open already');
    this.isOpen = true;
    const world = this.world();
    const main = new LyingFile('main', this.main, world);
    const wal = new LyingFile('wal', this.wal, world);
    let open = true;
    const close = () => {
      main.close();
      wal.close();
      if (open) this.isOpen = false;
      open = false;
    };
    return { kind: 'memory', main, wal, readOnly: false, close };
  }

  /** The changes of both files that are not durable, in the order in which they were made. */
  pending(): FilePending[] {
    const all: FilePending[] = [
      ...this.main.pending.map((operation) => ({ file: 'main' as const, operation })),
      ...this.wal.pending.map((operation) => ({ file: 'wal' as const, operation })),
    ];
    return all.sort((a, b) => a.operation.sequence - b.operation.sequence);
  }

  /** Every simple damage that a crash could do now, and `randomCount` random ones. */
  damages(randomCount = 0): Damage[] {
    const pending = this.pending();
    const damages = simpleDamages(pending);
    if (pending.length === 0) return damages;
    for (let i = 0; i < randomCount; i++)
      damages.push({ kind: 'random', seed: this.seed * 1000 + this.changes * 31 + i });
    return damages;
  }

  /** This disk as it is now: what happens to the one later does not happen to the other. Costs next to nothing. */
  moment(): LyingDisk {
    const moment = new LyingDisk(this.seed, { main: this.main.durable.copy(), wal: this.wal.durable.copy() });
    for (const file of ['main', 'wal'] as const) {
      moment[file].shown = this[file].shown.copy();
      moment[file].pending = [...this[file].pending];
    }
    moment.operations = this.operations;
    moment.changes = this.changes;
    moment.writes = this.writes;
    moment.sequence = this.sequence;
    return moment;
  }

  /** The disk as it is found after a crash. This one does not change, so one moment can be crashed in many ways. */
  crash(damage: Damage): LyingDisk {
    const images = { main: this.main.durable.copy(), wal: this.wal.durable.copy() };
    applyDamage(images, this.pending(), damage);
    return new LyingDisk(this.seed, images);
  }

  /** What the file system shows, and what of it is durable. */
  shownBytes(file: SimFileName): Uint8Array {
    return this[file].shown.toBytes();
  }

  durableBytes(file: SimFileName): Uint8Array {
    return this[file].durable.toBytes();
  }

  /** Equal for disks that show equal files, and for no others. */
  fingerprint(): string {
    return fingerprintOf([this.main.shown, this.wal.shown], EMPTY_CHUNK);
  }

  private world(): LyingWorld {
    return {
      random: this.random,
      begin: (file, kind) => this.begin(file, kind),
      crashed: () => {
        this.powerFailed = true;
      },
      crashPoint: () => this.onCrashPoint?.(),
      nextSequence: () => this.sequence++,
      roomBytes: () => this.capacityBytes - this.main.shown.size - this.wal.shown.size,
    };
  }

  private begin(file: SimFileName, kind: OperationKind): FaultEffect | null {
    if (this.powerFailed) throw new SimulatedCrash('lying: the power failed');
    this.operations++;
    if (kind !== 'read') this.changes++;
    if (kind === 'write' || kind === 'truncate') this.writes++;
    return this.faults.next(file, kind);
  }
}
