import { lowerBound } from '../../base/lower-bound.ts';
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
  const from = bound(index, length, order, read, withBound(equal, first), first === undefined || first.inclusive);
  const to = bound(index, length, order, read, withBound(equal, last), last !== undefined && !last.inclusive);
  // Without a bound below, NULLs would lead the stretch; they are in no range.
  if (range.high !== undefined && range.low === undefined)
    return withoutNulls(index, [from, to], order, read, equal, isDescending);
  return [from, to];
}

function withBound(equal: readonly SqlValue[], bound: IndexRange['low']): readonly SqlValue[] {
  return bound === undefined ? equal : [...equal, bound.value];
}

/** The first k whose key is not before the prefix (atStart), or after every key with the prefix. */
function bound(
  index: IndexDefinition,
  length: number,
  order: (k: number) => number,
  read: ReadValue,
  prefix: readonly SqlValue[],
  atStart: boolean,
): number {
  return lowerBound(length, (k) => {
    const comparison = compareToKey(index, read, order(k), prefix);
    return comparison < 0 || (comparison === 0 && !atStart);
  });
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
    ? [stretch[0], stretch[0] + bound(index, length, shifted, read, key, true)]
    : [stretch[0] + bound(index, length, shifted, read, key, false), stretch[1]];
}
