import type { Engine } from '../engine/engine.ts';

/** Background work that a commit waits for while there is some: as long as the flush that it waits for anyway, and at most this. */
const MOST_BUSY_MS = 1;
/** A step of that work is seldom shorter. */
const LEAST_BUSY_MS = 0.1;
/** Commits that wait for no disk take some microseconds: so many go by for each slice, fewer than one of a hundred wait for it. */
const QUICK_COMMITS = 128;
/** As many changes of rows take some milliseconds; what they add may not wait for more in memory. */
const QUICK_CHANGES = 4096;
/** Values between two looks at the clock: a tenth of a millisecond. */
const UNITS = 2048;
/** The part of a new measurement in what flushes take. */
const SMOOTHING = 1 / 16;

/** Flushes commits, and does background work beside them. */
export class Maintenance {
  private readonly engine: Engine;
  private flushMs = MOST_BUSY_MS;
  /** Commits that {@link isTurnDue} was told of since background work had its last turn, and the changes before those. */
  private commits = 0;
  private scn: number;

  constructor(engine: Engine) {
    this.engine = engine;
    this.scn = engine.commitLog.lastScn;
  }

  /** Makes every commit so far as durable as `synchronous` promises. */
  flush(): void {
    const { engine } = this;
    const start = engine.clock.monotonicMillis();
    engine.makeDurable();
    this.flushMs += (engine.clock.monotonicMillis() - start - this.flushMs) * SMOOTHING;
  }

  /** To be told of each commit, where they follow each other at once. True when the next turn of background work is due. */
  isTurnDue(): boolean {
    return ++this.commits >= QUICK_COMMITS || this.engine.commitLog.lastScn - this.scn >= QUICK_CHANGES;
  }

  /** Does background work that is due for about that long, or as long as others wait for it; true where more is left. */
  work(ms = Math.max(LEAST_BUSY_MS, Math.min(this.flushMs, MOST_BUSY_MS))): boolean {
    const { engine } = this;
    this.commits = 0;
    this.scn = engine.commitLog.lastScn;
    const end = engine.clock.monotonicMillis() + ms;
    for (;;) {
      if (!engine.maintain(UNITS)) return false;
      if (engine.clock.monotonicMillis() >= end) return true;
    }
  }
}
