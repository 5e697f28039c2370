import type { SegmentReader } from '../segment/segment-reader.ts';
import type { ColumnRange } from './access.ts';

/** Whether a range is of numbers alone, as rowids are: it names a stretch of each segment, which is in their order. */
export function isOfNumbers({ low, high }: ColumnRange): boolean {
  return isNumber(low?.value ?? 0) && isNumber(high?.value ?? 0);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The positions [first, end) of the rows whose rowids lie in all of the ranges, which are {@link isOfNumbers}. */
export function rowidStretch(
  reader: SegmentReader,
  ranges: readonly ColumnRange[],
): readonly [first: number, end: number] {
  let first = 0;
  let end = reader.rowCount;
  for (const { low, high } of ranges) {
    if (low !== undefined) first = Math.max(first, behind(reader, Number(low.value), low.inclusive));
    if (high !== undefined) end = Math.min(end, behind(reader, Number(high.value), !high.inclusive));
  }
  return [first, end];
}

/** The first position whose rowid is above the value, or is it where that counts. */
function behind(reader: SegmentReader, value: number, inclusive: boolean): number {
  return reader.lowerBoundRowid(inclusive ? Math.ceil(value) : Math.floor(value) + 1);
}
