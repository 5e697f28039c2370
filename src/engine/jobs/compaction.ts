import type { SegmentLimits } from '../cache/memory-budget.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { TableSegment } from '../table/table-segment.ts';

/** Segments of one size class that may gather before they are merged. */
const SEGMENTS_PER_CLASS = 8;
/** Each size class holds segments of up to this many times the rows of the class below. */
const CLASS_FACTOR = 8;
/** A segment is rewritten once this share of its rows has ended, so that current reads stop skipping over them. */
const ENDED_SHARE = 0.3;
/** A history segment is rewritten once about so much of it lies behind the horizon: each row is rewritten once, on average. */
const EXPIRED_SHARE = 0.5;

/** A table as far as its merges depend on it. */
interface MergedTable {
  readonly segments: readonly TableSegment[];
  readonly indexes: readonly IndexDefinition[];
}

/**
 * Chooses what a checkpoint merges: groups of segments that are to become one. Small segments are merged by size class,
 * so that a row is rewritten about log8(rows of a full segment / rows of a checkpoint) times; segments that lack an index, or that
 * have many ended rows, are rewritten alone, and so are history segments of which much lies behind the horizon.
 */
export function chooseMerges(table: MergedTable, horizon: number, limits: SegmentLimits): TableSegment[][] {
  const merges: TableSegment[][] = [];
  const classes = new Map<string, TableSegment[]>();
  for (const segment of table.segments) {
    const { meta } = segment.reader;
    if (isExpired(segment, horizon)) continue;
    if (needsRewrite(table, segment) || isCollectable(segment, horizon)) merges.push([segment]);
    else if (fillOf(segment, limits) <= 1 / 2) {
      const key = `${meta.kind} ${Math.floor(Math.log(meta.rowCount) / Math.log(CLASS_FACTOR))}`;
      classes.set(key, [...(classes.get(key) ?? []), segment]);
    }
  }
  for (const segments of classes.values())
    if (segments.length >= SEGMENTS_PER_CLASS) merges.push(...inGroups(segments, limits).filter(isMerge));
  return merges;
}

/** Neighbours, as many as fit into one segment: a merge holds a column of all its rows. */
function inGroups(segments: readonly TableSegment[], limits: SegmentLimits): TableSegment[][] {
  const groups: TableSegment[][] = [];
  let fill = Number.POSITIVE_INFINITY;
  for (const segment of segments) {
    const own = fillOf(segment, limits);
    if (fill + own > 1) {
      groups.push([]);
      fill = 0;
    }
    groups[groups.length - 1].push(segment);
    fill += own;
  }
  return groups;
}

/** The part that a segment has of what one may come to. */
function fillOf({ reader }: TableSegment, limits: SegmentLimits): number {
  return Math.max(reader.meta.rowCount / limits.rows, reader.meta.lengthBytes / limits.bytes);
}

function isMerge(group: readonly TableSegment[]): boolean {
  return group.length > 1;
}

/** What VACUUM merges: everything that is not as small as it can be. */
export function chooseVacuumMerges(table: MergedTable, horizon: number, limits: SegmentLimits): TableSegment[][] {
  const kept = table.segments.filter((segment) => !isExpired(segment, horizon));
  return inGroups(kept, limits).filter((group) => canShrink(table, group, horizon));
}

function canShrink(table: MergedTable, group: readonly TableSegment[], horizon: number): boolean {
  const currents = group.filter(({ reader }) => reader.meta.kind === 'current');
  if (currents.length > 1 || group.length - currents.length > 1) return true;
  return group.some((segment) => {
    const { meta } = segment.reader;
    const hasOld = meta.kind === 'history' && meta.minEnded <= horizon;
    return hasOld || segment.endedCount > 0 || lacksIndex(table, segment);
  });
}

/** A history segment of which no reader can see a row any more. */
export function isExpired({ reader }: TableSegment, horizon: number): boolean {
  return reader.meta.kind === 'history' && reader.meta.maxEnded <= horizon;
}

/** So much of the segment lies behind the horizon that it is not worth its place. */
export function isCollectable({ reader }: TableSegment, horizon: number): boolean {
  const { kind, minEnded, maxEnded } = reader.meta;
  if (kind !== 'history' || horizon < minEnded) return false;
  // As if rows had ended at a steady pace.
  return horizon - minEnded + 1 >= (maxEnded - minEnded + 1) * EXPIRED_SHARE;
}

function needsRewrite(table: MergedTable, segment: TableSegment): boolean {
  if (segment.endedCount > segment.rowCount * ENDED_SHARE) return true;
  return lacksIndex(table, segment);
}

function lacksIndex(table: MergedTable, segment: TableSegment): boolean {
  return table.indexes.some((index) => !segment.reader.hasIndex(index.id));
}
