import { compareValues } from '../column/compare.ts';
import type { ColumnValue, SqlValue } from '../column/types.ts';
import type { Table } from './table.ts';
import type { TableSegment } from './table-segment.ts';

/** What a planner may believe of a column: estimates, from zone maps, dictionaries and a sample. */
export interface ColumnStatistics {
  /** Different values other than NULL, at least 1. */
  readonly distinct: number;
  /** The share of rows that are NULL, 0 to 1. */
  readonly nullFraction: number;
  /** The bounds of a column of numbers; null where they are not known. */
  readonly min: number | null;
  readonly max: number | null;
  /** Some values other than NULL, in their order: a histogram, the values that are frequent, and where others lie. */
  readonly sample: readonly ColumnValue[];
}

/** Values that are looked at, and the blocks of segments that they come from: reading more would cost more than it helps. */
const SAMPLED_VALUES = 256;
const SAMPLED_BLOCKS = 4;

/** Statistics stay while the number of rows has not changed by more than this share. */
const STALE_SHARE = 0.25;

/** The statistics of one table's columns, computed when asked for and kept until the table has changed a lot. */
export class TableStatistics {
  private readonly table: Table;
  private readonly known = new Map<number, ColumnStatistics>();
  private rowCount = -1;
  private segments: readonly TableSegment[] = [];

  constructor(table: Table) {
    this.table = table;
  }

  column(column: number): ColumnStatistics {
    const rows = this.table.rowCountEstimate();
    const isStale = Math.abs(rows - this.rowCount) > this.rowCount * STALE_SHARE;
    if (this.segments !== this.table.segments || isStale) {
      this.known.clear();
      this.rowCount = rows;
      this.segments = this.table.segments;
    }
    let statistics = this.known.get(column);
    if (statistics === undefined) {
      statistics = statisticsOf(this.table, column, rows);
      this.known.set(column, statistics);
    }
    return statistics;
  }
}

function statisticsOf(table: Table, column: number, rows: number): ColumnStatistics {
  const sample = sampleOf(table, column);
  const present = sample.filter((value) => value !== null);
  const nullFraction = sample.length === 0 ? 0 : 1 - present.length / sample.length;
  const bounds = boundsOf(table, column, present);
  let distinct = Math.max(estimatedDistinct(present, rows * (1 - nullFraction)), largestDictionary(table, column));
  const isWhole = table.physicalKind(column) === 'integer' && bounds.min !== null && bounds.max !== null;
  if (isWhole) distinct = Math.min(distinct, (bounds.max as number) - (bounds.min as number) + 1);
  return { distinct: Math.max(1, distinct), nullFraction, ...bounds, sample: present.sort(compareColumnValues) };
}

/** Values of one column are of one class, or ANY's. */
function compareColumnValues(a: ColumnValue, b: ColumnValue): number {
  return compareValues(a as SqlValue, b as SqlValue);
}

/** Values from all over the table: evenly from the deltas, and evenly from a few blocks of the segments. */
function sampleOf(table: Table, column: number): readonly ColumnValue[] {
  const { segments } = table;
  const values: ColumnValue[] = [];
  for (const delta of table.deltas())
    for (const position of sampledRows(delta.length, SAMPLED_VALUES)) values.push(delta.read(column, position));
  const current = segments.filter(({ reader }) => reader.meta.kind === 'current' && reader.rowCount > 0);
  // Small tables have fewer blocks: each is sampled once.
  const blocks = new Map<string, readonly [TableSegment, number]>();
  for (let k = 0; k < SAMPLED_BLOCKS && current.length > 0; k++) {
    const at = Math.floor((k * current.length) / SAMPLED_BLOCKS);
    const block = Math.floor((k * current[at].reader.blockCount) / SAMPLED_BLOCKS);
    blocks.set(`${at} ${block}`, [current[at], block]);
  }
  const perBlock = SAMPLED_VALUES / Math.max(1, blocks.size);
  for (const [segment, block] of blocks.values()) {
    const { reader } = segment;
    const first = block * reader.meta.blockRows;
    for (const row of sampledRows(reader.blockRows(block), perBlock)) values.push(segment.read(column, first + row));
  }
  return values;
}

/** Less than 1, and no fraction of small numbers: its multiples never fall into step with anything. */
const GOLDEN_RATIO = 0.6180339887498949;

/** About so many rows, one of each stretch of like length, here and there in it: data may repeat itself at equal distances. */
function* sampledRows(rowCount: number, sampled: number): Iterable<number> {
  const step = Math.max(1, Math.floor(rowCount / sampled));
  for (let k = 0, row = 0; row < rowCount; k++, row += step) {
    yield Math.min(rowCount - 1, row + Math.floor(((k * GOLDEN_RATIO) % 1) * step));
  }
}

/** The estimator Duj1: P. Haas, L. Stokes: "Estimating the number of classes in a finite population" (1998). */
function estimatedDistinct(sample: readonly ColumnValue[], rows: number): number {
  const counts = new Map<unknown, number>();
  for (const value of sample) {
    const key = value instanceof Uint8Array ? value.join() : value;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let single = 0;
  for (const count of counts.values()) if (count === 1) single++;
  if (sample.length === 0) return 0;
  // Where every value of the sample is different, so are probably all.
  const { length } = sample;
  return Math.min(rows, (length * counts.size) / (length - single + (single * length) / Math.max(rows, length)));
}

function largestDictionary(table: Table, column: number): number {
  let largest = 0;
  for (const segment of table.segments) {
    const id = segment.columnId(column);
    if (!segment.reader.hasColumn(id)) continue;
    const { dictionary } = segment.reader.open(id).entry;
    if (dictionary !== null) largest = Math.max(largest, dictionary.entryCount);
  }
  return largest;
}

function boundsOf(table: Table, column: number, sample: readonly ColumnValue[]) {
  const candidates: ColumnValue[] = [...sample];
  for (const segment of table.segments) {
    const id = segment.columnId(column);
    if (!segment.reader.hasColumn(id)) continue;
    const { min, max } = segment.reader.segmentZoneMap(id);
    candidates.push(min, max);
  }
  let min: number | null = null;
  let max: number | null = null;
  for (const value of candidates) {
    if (typeof value !== 'number' && typeof value !== 'bigint') continue;
    const number = Number(value);
    if (min === null || number < min) min = number;
    if (max === null || number > max) max = number;
  }
  return { min, max };
}
