import { LIMITS } from '../../base/limits.ts';
import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';

/** Segments of one size class that may gather before they are merged. */
const SEGMENTS_PER_CLASS = 8;
/** Each size class holds segments of up to this many times the rows of the class below. */
const CLASS_FACTOR = 8;
/** A segment is rewritten once this share of its rows has ended, so that current reads stop skipping over them. */
const ENDED_SHARE = 0.3;

/**
 * Chooses what a checkpoint merges: groups of segments that are to become one. Small segments are merged by size class,
 * so that a row is rewritten about log8(segmentRows / rows of a checkpoint) times; segments that lack an index, or that
 * have many ended rows, are rewritten alone.
 */
export function chooseMerges(table: Table): TableSegment[][] {
  const merges: TableSegment[][] = [];
  const classes = new Map<string, TableSegment[]>();
  for (const segment of table.segments) {
    const { meta } = segment.reader;
    if (needsRewrite(table, segment)) merges.push([segment]);
    else if (meta.rowCount < LIMITS.segmentRows / 2) {
      const key = `${meta.kind} ${Math.floor(Math.log(meta.rowCount) / Math.log(CLASS_FACTOR))}`;
      classes.set(key, [...(classes.get(key) ?? []), segment]);
    }
  }
  for (const segments of classes.values()) if (segments.length >= SEGMENTS_PER_CLASS) merges.push(segments);
  return merges;
}

function needsRewrite(table: Table, segment: TableSegment): boolean {
  if (segment.endedCount > segment.rowCount * ENDED_SHARE) return true;
  return table.indexes.some((index) => !segment.reader.hasIndex(index.id));
}
