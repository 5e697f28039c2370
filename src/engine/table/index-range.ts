import { lowerBound, lowerBoundFrom } from '../../base/lower-bound.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { SqlValue } from '../column/types.ts';
import type { IndexRange } from './access.ts';
import { compareToKey, type ReadValue } from './key.ts';

/** The stretch [from, to) of an ordered source that the range covers. */
export function rangeOf(
  index: IndexDefinition,
  range: IndexRange,
  length: number,
  order: (k: number) => number,
  read: ReadValue,
): [number, number] {
  const { equal } = range;
  const next = index.columns[equal.length];
  const isDescending = next?.descending === true;
  const first = isDescending ? range.high : range.low;
  const last = isDescending ? range.low : range.high;
  const fromStart = first === undefined || first.inclusive;
  const from = lowerBound(length, beforeBound(index, order, read, withBound(equal, first), fromStart));
  const toStart = last !== undefined && !last.inclusive;
  // Most stretches are short.
  const to = lowerBoundFrom(from, length, beforeBound(index, order, read, withBound(equal, last), toStart));
  // Without a bound below, NULLs would lead the stretch; they are in no range.
  if (range.high !== undefined && range.low === undefined)
    return withoutNulls(index, [from, to], order, read, equal, isDescending);
  return [from, to];
}

function withBound(equal: readonly SqlValue[], bound: IndexRange['low']): readonly SqlValue[] {
  return bound === undefined ? equal : [...equal, bound.value];
}

/** Whether the k-th key is before the prefix, or (not atStart) begins with it. */
function beforeBound(
  index: IndexDefinition,
  order: (k: number) => number,
  read: ReadValue,
  prefix: readonly SqlValue[],
  atStart: boolean,
): (k: number) => boolean {
  return (k) => {
    const comparison = compareToKey(index, read, order(k), prefix);
    return comparison < 0 || (comparison === 0 && !atStart);
  };
}

function withoutNulls(
  index: IndexDefinition,
  stretch: [number, number],
  order: (k: number) => number,
  read: ReadValue,
  equal: readonly SqlValue[],
  isDescending: boolean,
): [number, number] {
  const key = [...equal, null];
  const shifted = (k: number): number => order(stretch[0] + k);
  const length = stretch[1] - stretch[0];
  return isDescending
    ? [stretch[0], stretch[0] + lowerBound(length, beforeBound(index, shifted, read, key, true))]
    : [stretch[0] + lowerBound(length, beforeBound(index, shifted, read, key, false)), stretch[1]];
}
