import { expect } from 'vitest';
import { DatabaseHandle } from '../../../src/client/handles.ts';
import { LocalBackend } from '../../../src/client/local/local-backend.ts';
import { LocalDatabase } from '../../../src/client/local/local-database.ts';
import type { Scheduler } from '../../../src/client/scheduler.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import type { Storage, StorageFile } from '../../../src/storage/storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const NOTHING = (): void => undefined;

/** A scheduler whose time moves when it is told to, or by a step with each look at it. */
export class TestScheduler implements Scheduler {
  turns = 0;
  /** Milliseconds that pass with each look: above the length of a slice, every step of a query ends one. */
  tickMs = 0;
  /** Called in each turn, with its number. */
  onTurn: (turn: number) => void = () => undefined;
  /** Of {@link every}, those that go on. */
  intervals = 0;
  private timeMs = 0;
  private timers: { readonly at: number; readonly action: () => void }[] = [];

  now(): number {
    this.timeMs += this.tickMs;
    return this.timeMs;
  }

  async turn(): Promise<void> {
    this.turns++;
    await new Promise((resolve) => setImmediate(resolve));
    this.onTurn(this.turns);
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.timeMs + delayMs, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  every(intervalMs: number, action: () => void): () => void {
    const start = (): (() => void) =>
      this.after(intervalMs, () => {
        stop = start();
        action();
      });
    let stop = start();
    this.intervals++;
    return () => {
      if (stop !== NOTHING) this.intervals--;
      stop();
      stop = NOTHING;
    };
  }

  /** Those of {@link after} that have not ended. */
  get timerCount(): number {
    return this.timers.length - this.intervals;
  }

  advance(ms: number): void {
    this.timeMs += ms;
    for (const timer of this.timers.filter(({ at }) => at <= this.timeMs)) {
      this.timers = this.timers.filter((other) => other !== timer);
      timer.action();
    }
  }
}

/** Memory that counts the flushes of its log as a file's, and fails the next one when told to. */
export class CountingStorage implements Storage {
  readonly kind = 'file';
  readonly readOnly = false;
  readonly main: StorageFile;
  readonly wal: StorageFile;
  walFlushes = 0;
  flushError: Error | null = null;
  isClosed = false;
  private readonly inner = openMemoryStorage();

  constructor() {
    this.main = this.inner.main;
    const { wal } = this.inner;
    this.wal = {
      name: wal.name,
      size: () => wal.size(),
      read: (into, at) => wal.read(into, at),
      write: (from, at) => wal.write(from, at),
      truncate: (size) => wal.truncate(size),
      flush: () => {
        this.walFlushes++;
        if (this.flushError !== null) throw this.flushError;
        wal.flush();
      },
      close: () => wal.close(),
    };
  }

  close(): void {
    this.isClosed = true;
    this.inner.close();
  }
}

export interface TestDatabase {
  readonly db: DatabaseHandle;
  readonly engine: Engine;
  readonly local: LocalDatabase;
  readonly storage: CountingStorage;
  readonly scheduler: TestScheduler;
  readonly clock: SimulatedClock;
}

export function openTestDatabase(options: { readonly writerTimeoutMs?: number } = {}): TestDatabase {
  const storage = new CountingStorage();
  const scheduler = new TestScheduler();
  const clock = new SimulatedClock();
  const engine = Engine.open(storage, clock, new SeededRandom(7));
  const local = new LocalDatabase(engine, { scheduler, ...options });
  const db = new DatabaseHandle(new LocalBackend(local, {}, { kind: 'memory', persisted: false, role: 'leader' }));
  return { db, engine, local, storage, scheduler, clock };
}

/** Matches one of our errors. */
export const failing = (code: string) => expect.objectContaining({ name: 'HeliosError', code });

/** Lets everything go on that needs no timer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
