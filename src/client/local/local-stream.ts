import type { OutputColumn, ResultBatch } from '../../sql/cursor.ts';
import type { CallLimits } from '../call-limits.ts';
import { type LocalCore, SLICE_MS } from './local-core.ts';
import type { SettlingCursor } from './settling-cursor.ts';

/** A running query: pulled in slices, between which the event loop gets a turn and the caller's limits are asked. */
export class LocalStream {
  private readonly core: LocalCore;
  private readonly cursor: SettlingCursor;
  private readonly limits: CallLimits;

  constructor(core: LocalCore, cursor: SettlingCursor, limits: CallLimits) {
    this.core = core;
    this.cursor = cursor;
    this.limits = limits;
  }

  get columns(): readonly OutputColumn[] {
    return this.cursor.columns;
  }

  /** The next rows, valid until the next call; null at the end. */
  async pull(): Promise<ResultBatch | null> {
    const { scheduler } = this.core;
    let sliceEndMs = scheduler.now() + SLICE_MS;
    for (;;) {
      const batch = this.step();
      if (batch === null || batch.count > 0) return batch;
      if (scheduler.now() < sliceEndMs) continue;
      await scheduler.turn();
      sliceEndMs = scheduler.now() + SLICE_MS;
    }
  }

  /** Hands every batch to `sink`. */
  async drain(sink: (batch: ResultBatch) => void): Promise<void> {
    const { scheduler } = this.core;
    let sliceEndMs = scheduler.now() + SLICE_MS;
    for (let batch = this.step(); batch !== null; batch = this.step()) {
      if (batch.count > 0) sink(batch);
      if (scheduler.now() < sliceEndMs) continue;
      await scheduler.turn();
      sliceEndMs = scheduler.now() + SLICE_MS;
    }
  }

  close(): void {
    this.cursor.close();
  }

  private step(): ResultBatch | null {
    try {
      this.core.checkOpen();
      this.limits.check();
    } catch (error) {
      this.cursor.close(error);
      throw error;
    }
    return this.cursor.next();
  }
}
