import type { Engine } from '../engine/engine.ts';

/** Background work that a commit waits for while there is some: about as long as the commit itself takes. */
export const BUSY_SLICE_MS = 1;
/** Commits that wait for no disk take some microseconds: so many go by for each slice, fewer than one of a hundred wait for it. */
const QUICK_COMMITS = 128;
/** As many changes of rows take some milliseconds; what they add may not wait for more in memory. */
const QUICK_CHANGES = 4096;
/** Values between two looks at the clock: a tenth of a millisecond. */
const UNITS = 2048;

/** Counts what has been committed since background work had its last turn, where commits follow each other at once. */
export class QuickCommits {
  private readonly engine: Engine;
  private commits = 0;
  private scn: number;

  constructor(engine: Engine) {
    this.engine = engine;
    this.scn = engine.commitLog.lastScn;
  }

  /** To be told of each commit. True when the next turn is due. */
  add(): boolean {
    return ++this.commits >= QUICK_COMMITS || this.engine.commitLog.lastScn - this.scn >= QUICK_CHANGES;
  }

  restart(): void {
    this.commits = 0;
    this.scn = this.engine.commitLog.lastScn;
  }
}

/** Does background work that is due for about that long; true where more is left. */
export function maintainFor(engine: Engine, ms: number): boolean {
  const end = engine.clock.monotonicMillis() + ms;
  for (;;) {
    if (!engine.maintain(UNITS)) return false;
    if (engine.clock.monotonicMillis() >= end) return true;
  }
}
