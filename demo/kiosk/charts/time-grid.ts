import type { Rows } from '../local-database.ts';

/**
 * Lays rows of (bucket, value, value, …) on a regular grid from `from` to `to` in steps of `step` seconds. Buckets without
 * a row hold null, so that a chart shows the time in which nothing was recorded as a gap and not as a straight line.
 */
export function timeGrid(
  rows: Rows,
  from: number,
  to: number,
  step: number,
  valueCount: number,
): [number[], ...(number | null)[][]] {
  const first = Math.floor(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  const times = Array.from({ length: count }, (_, index) => first + index * step);
  const values = Array.from({ length: valueCount }, () => new Array<number | null>(count).fill(null));
  for (const row of rows) {
    const index = Math.round((Number(row[0]) - first) / step);
    if (index < 0 || index >= count) continue;
    for (let column = 0; column < valueCount; column++) {
      const value = row[column + 1];
      values[column]![index] = value === null || value === undefined ? null : Number(value);
    }
  }
  return [times, ...values];
}
