/**
 * Work that is done in steps, so that others get their turn in between: yields how many values it has written or read
 * since the last time. A step is a few thousand values long; where one cannot be cut it is a column of a segment.
 */
export type Work<T> = Generator<number, T, void>;

/** All of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
