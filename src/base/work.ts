/**
 * Work that is done in steps, so that others get their turn in between: yields how many values it has written or read
 * since the last time. A step is a few thousand values long, or goes once over some ten thousand numbers or two thousand texts.
 */
export type Work<T> = Generator<number, T, void>;

/** Goes over [from, to); false to stop. */
type Pass = (from: number, to: number) => boolean | undefined;

/** Numbers that one step goes over. */
const PASS_ROWS = 32_768;
/** So many of them take as long as one value that is encoded. */
const PASSED_PER_VALUE = 8;

/** Texts that one step goes over: comparing one, or looking it up, takes as long as some ten numbers. */
const PASS_TEXTS = 2048;
/** So many of them take as long as one value that is encoded. */
const TEXTS_PER_VALUE = 2;

/** All of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Goes over [0, count) in steps. `pass` returns false to stop; then this does too. */
export function inSteps(count: number, pass: Pass): Work<boolean> {
  return stretches(count, pass, PASS_ROWS, PASSED_PER_VALUE);
}

/** Likewise over texts, or over what takes as long. */
export function overTexts(count: number, pass: Pass): Work<boolean> {
  return stretches(count, pass, PASS_TEXTS, TEXTS_PER_VALUE);
}

function* stretches(count: number, pass: Pass, length: number, perValue: number): Work<boolean> {
  for (let from = 0; from < count; from += length) {
    const to = Math.min(count, from + length);
    if (pass(from, to) === false) return false;
    yield (to - from) / perValue;
  }
  return true;
}
