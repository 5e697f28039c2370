import { lowerBound } from '../../base/lower-bound.ts';
import { compareValues } from '../../engine/column/compare.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnStatistics } from '../../engine/table/column-statistics.ts';

/** Fewer values tell nothing about frequencies. */
const LEAST_SAMPLE = 32;
/** Of columns with more different values than this, how often one is in a sample is mostly chance. */
const FEW_VALUES = 64;

/** The share of a column's values that lie below a value, those equal to it counted by half: 0 to 1. null: it is not known. */
export function rankOf(value: SqlValue, statistics: ColumnStatistics): number | null {
  const { sample, min, max } = statistics;
  if (sample.length < LEAST_SAMPLE || !isAlike(value, sample)) return positionOf(value, min, max);
  const first = countBelow(value, sample, false);
  const behind = countBelow(value, sample, true);
  if (behind > first || typeof value === 'string') return (first + behind) / 2 / sample.length;
  // Between two values of the sample, as if there were no gaps.
  const below = Number(first === 0 ? (min ?? sample[0]) : sample[first - 1]);
  const above = Number(first === sample.length ? (max ?? sample[first - 1]) : sample[first]);
  const between = above > below ? Math.min(1, Math.max(0, (Number(value) - below) / (above - below))) : 0.5;
  const from = first === 0 ? 0 : first - 0.5;
  const to = first === sample.length ? first : first + 0.5;
  return (from + between * (to - from)) / sample.length;
}

/** Where a number lies between the bounds of a column: 0 at the least value, 1 at the greatest. */
function positionOf(value: SqlValue, min: number | null, max: number | null): number | null {
  if (min === null || max === null || (typeof value !== 'number' && typeof value !== 'bigint')) return null;
  const at = Number(value);
  if (at < min) return 0;
  return at > max ? 1 : (at - min + 1) / (max - min + 2);
}

/** The share of a column's values that are this one; `average` is that of any. */
export function frequencyOf(value: SqlValue, { sample, distinct }: ColumnStatistics, average: number): number {
  if (sample.length < LEAST_SAMPLE || !isAlike(value, sample)) return average;
  const found = countBelow(value, sample, true) - countBelow(value, sample, false);
  if (found > 0 && distinct <= FEW_VALUES) return found / sample.length;
  return Math.min(average, (found + 1) / sample.length);
}

/** No range is taken to be narrower, unless its values are rarer. */
export function leastShare({ sample, distinct }: ColumnStatistics): number {
  return Math.min(1 / distinct, 0.5 / Math.max(1, sample.length));
}

/** True when the sample orders such values: numbers, or texts. */
function isAlike(value: SqlValue, sample: ColumnStatistics['sample']): boolean {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return [sample[0], sample[sample.length - 1]].every((other) =>
    isNumber ? typeof other === 'number' || typeof other === 'bigint' : typeof other === typeof value,
  );
}

function countBelow(value: SqlValue, sample: ColumnStatistics['sample'], orEqual: boolean): number {
  return lowerBound(sample.length, (k) => compareValues(sample[k] as SqlValue, value) < (orEqual ? 1 : 0));
}
