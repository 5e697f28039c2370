import type { Work } from '../../base/work.ts';

/** Numbers that are sorted by comparing before others get their turn. */
const COMPARED = 2048;

/** Sorts numbers by comparing them, stable: runs each, which are then merged, two by two. In `numbers` or `spare`, whichever it returns. */
export function* mergeSort(
  numbers: Uint32Array,
  spare: Uint32Array,
  compare: (a: number, b: number) => number,
): Work<Uint32Array> {
  for (let from = 0; from < numbers.length; from += COMPARED) {
    numbers.subarray(from, from + COMPARED).sort(compare);
    yield COMPARED;
  }
  let from = numbers;
  let into = spare;
  for (let runLength = COMPARED; runLength < from.length; runLength *= 2) {
    yield* mergeRuns(from, into, runLength, compare);
    [from, into] = [into, from];
  }
  return from;
}

/** Of equal ones those of the first run come first. */
function* mergeRuns(
  from: Uint32Array,
  into: Uint32Array,
  runLength: number,
  compare: (a: number, b: number) => number,
): Work<void> {
  for (let start = 0; start < from.length; start += 2 * runLength) {
    const middle = Math.min(start + runLength, from.length);
    const end = Math.min(middle + runLength, from.length);
    let a = start;
    let b = middle;
    for (let k = start; k < end; k++) {
      into[k] = b === end || (a < middle && compare(from[a], from[b]) <= 0) ? from[a++] : from[b++];
      if (k % COMPARED === 0) yield COMPARED;
    }
  }
}
