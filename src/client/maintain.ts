import type { Engine } from '../engine/engine.ts';

/** Background work that a commit waits for while there is some: about as long as the commit itself takes. */
export const BUSY_SLICE_MS = 1;
/** Commits that wait for no disk take some microseconds: so many go by for each slice, fewer than one of a hundred wait for it. */
export const QUICK_COMMITS = 128;
/** Values between two looks at the clock: a tenth of a millisecond. */
const UNITS = 2048;

/** Does background work that is due for about that long; true where more is left. */
export function maintainFor(engine: Engine, ms: number): boolean {
  const end = engine.clock.monotonicMillis() + ms;
  for (;;) {
    if (!engine.maintain(UNITS)) return false;
    if (engine.clock.monotonicMillis() >= end) return true;
  }
}
