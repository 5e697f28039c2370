/**
 * Work that is done in steps, so that others get their turn in between: yields how many values it has written or read
 * since the last time. A step is a few thousand values long, or goes once over some ten thousand numbers.
 */
export type Work<T> = Generator<number, T, void>;

/** Numbers that one step goes over. */
const PASS_ROWS = 32_768;
/** So many of them take as long as one value that is encoded. */
const PASSED_PER_VALUE = 8;

/** All of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Goes over [0, count) in steps. `pass` returns false to stop; then this does too. */
export function* inSteps(count: number, pass: (from: number, to: number) => boolean | undefined): Work<boolean> {
  for (let from = 0; from < count; from += PASS_ROWS) {
    const to = Math.min(count, from + PASS_ROWS);
    if (pass(from, to) === false) return false;
    yield (to - from) / PASSED_PER_VALUE;
  }
  return true;
}
