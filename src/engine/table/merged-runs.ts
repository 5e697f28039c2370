import { NO_UINTS } from '../../base/empty-arrays.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector, NumberVector } from '../column/vector.ts';
import { ROWID_COLUMN } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import type { Run } from './index-runs.ts';
import { compareEntries } from './key.ts';
import { columnVectorOf } from './vector-builder.ts';

/** How entries of several runs follow each other. */
export interface EntryOrder {
  readonly index: IndexDefinition;
  /** The first columns of the index, of which all rows have the same values. */
  readonly sharedColumns: number;
  readonly isBackward: boolean;
}

/** Some rows, each of one of the runs. */
export interface MergedRows {
  readonly count: number;
  readonly locations: Float64Array;
  column(column: number, physical: PhysicalKind): ColumnVector;
}

/** The rows of sorted runs as one: what readers see, and rowids that are all to compare, are looked up for many rows at once. */
export class MergedRuns {
  private readonly runs: RunAhead[];
  private readonly order: EntryOrder;

  constructor(runs: readonly Run[], transaction: number, order: EntryOrder) {
    const comparesRowids = runs.length > 1 && order.sharedColumns === order.index.columns.length;
    this.runs = runs.map((run) => new RunAhead(run, transaction, comparesRowids));
    this.order = order;
  }

  /** Up to so many rows; null: there are no more. */
  next(rows: number): MergedRows | null {
    const { runs } = this;
    this.dropExhausted(rows);
    if (runs.length === 0) return null;
    if (runs.length === 1) return new Rows([runs[0].take(rows)], null);
    const taken = runs.map(() => new Uint32Array(rows));
    const counts = new Uint32Array(runs.length);
    const runOf = new Uint32Array(rows);
    const merged = [...runs];
    let count = 0;
    for (; count < rows && runs.length === merged.length; count++) {
      const r = this.first();
      const run = runs[r];
      runOf[count] = r;
      taken[r][counts[r]++] = run.visible[run.at++];
      if (run.at === run.visible.length) this.dropExhausted(rows);
    }
    const parts = merged.map(({ run }, r) => ({ run, positions: taken[r].subarray(0, counts[r]) }));
    return new Rows(parts, runOf.subarray(0, count));
  }

  /** The run whose next row comes before those of all others. */
  private first(): number {
    const { runs, order } = this;
    let best = 0;
    for (let r = 1; r < runs.length; r++) {
      if (isBefore(runs[r], runs[best], order)) best = r;
    }
    return best;
  }

  private dropExhausted(rows: number): void {
    for (let r = this.runs.length - 1; r >= 0; r--) if (!this.runs[r].hasNext(rows)) this.runs.splice(r, 1);
  }
}

function isBefore(a: RunAhead, b: RunAhead, { index, sharedColumns, isBackward }: EntryOrder): boolean {
  const order =
    a.rowids !== null && b.rowids !== null
      ? a.rowids[a.at] - b.rowids[b.at]
      : compareEntries(index, a.run.read, a.visible[a.at], b.run.read, b.visible[b.at], sharedColumns);
  return isBackward ? order > 0 : order < 0;
}

/** A run, and the visible rows of it that come next. */
class RunAhead {
  readonly run: Run;
  visible: Uint32Array = NO_UINTS;
  /** Beside `visible`; null: keys are compared, too. */
  rowids: Float64Array | null = null;
  at = 0;
  private readonly transaction: number;
  private readonly comparesRowids: boolean;
  /** Of the run, what has not been looked at. The row at the head has been. */
  private next: number;

  constructor(run: Run, transaction: number, comparesRowids: boolean) {
    this.run = run;
    this.transaction = transaction;
    this.comparesRowids = comparesRowids;
    this.next = run.next - 1;
  }

  hasNext(rows: number): boolean {
    const { run } = this;
    while (this.at === this.visible.length && this.next < run.end) {
      const end = Math.min(run.end, this.next + rows);
      this.visible = visibleAmong(run, run.positions(this.next, end), this.transaction);
      this.next = end;
      this.at = 0;
      if (this.comparesRowids) this.rowids = rowidsOf(run, this.visible);
    }
    return this.at < this.visible.length;
  }

  take(rows: number): RowsOfRun {
    const positions = this.visible.subarray(this.at, this.at + rows);
    this.at += positions.length;
    return { run: this.run, positions };
  }
}

function visibleAmong(run: Run, positions: Uint32Array, transaction: number): Uint32Array {
  if (run.isWhollyVisible) return positions;
  if (run.segment !== null) return run.segment.visibleAmong(positions, transaction);
  return positions.filter((position) => run.isVisible(position, transaction));
}

function rowidsOf(run: Run, positions: Uint32Array): Float64Array {
  const reader = run.segment?.reader;
  if (reader?.isDense) return shifted(positions, reader.meta.minRowid);
  const vector = columnOf({ run, positions }, ROWID_COLUMN, 'integer');
  return vector.kind === 'number'
    ? vector.values
    : Float64Array.from(positions, (_, i) => columnValueAt(vector, i) as number);
}

function shifted(positions: Uint32Array, by: number): Float64Array {
  const values = new Float64Array(positions.length);
  for (let i = 0; i < values.length; i++) values[i] = by + positions[i];
  return values;
}

interface RowsOfRun {
  readonly run: Run;
  readonly positions: Uint32Array;
}

/** Rows of some runs by turns; `runOf` null: of the only one. */
class Rows implements MergedRows {
  readonly count: number;
  readonly locations: Float64Array;
  private readonly parts: readonly RowsOfRun[];
  private readonly runOf: Uint32Array | null;

  constructor(parts: readonly RowsOfRun[], runOf: Uint32Array | null) {
    this.parts = parts;
    this.runOf = runOf;
    this.count = runOf?.length ?? parts[0].positions.length;
    this.locations = joined(
      parts.map(({ run, positions }) => shifted(positions, run.base)),
      runOf,
    );
  }

  column(column: number, physical: PhysicalKind): ColumnVector {
    const { parts, runOf, count } = this;
    const vectors = parts.map((part) => columnOf(part, column, physical));
    if (runOf === null) return vectors[0];
    if (vectors.every((vector) => vector.kind === 'number')) return joinedNumbers(vectors, runOf);
    const values: ColumnValue[] = new Array(count);
    const next = new Uint32Array(parts.length);
    for (let i = 0; i < count; i++) values[i] = columnValueAt(vectors[runOf[i]], next[runOf[i]]++);
    return columnVectorOf(physical, values);
  }
}

function joinedNumbers(vectors: readonly NumberVector[], runOf: Uint32Array): NumberVector {
  const values = joined(
    vectors.map((vector) => vector.values),
    runOf,
  );
  if (vectors.every(({ nulls }) => nulls === null)) return { kind: 'number', values, nulls: null };
  const nulls = new Uint8Array(runOf.length);
  const next = new Uint32Array(vectors.length);
  for (let i = 0; i < nulls.length; i++) {
    const row = next[runOf[i]]++;
    nulls[i] = vectors[runOf[i]].nulls?.[row] ?? 0;
  }
  return { kind: 'number', values, nulls };
}

function joined(parts: readonly Float64Array[], runOf: Uint32Array | null): Float64Array {
  if (runOf === null) return parts[0];
  const all = new Float64Array(runOf.length);
  const next = new Uint32Array(parts.length);
  for (let i = 0; i < all.length; i++) {
    const r = runOf[i];
    all[i] = parts[r][next[r]++];
  }
  return all;
}

function columnOf({ run, positions }: RowsOfRun, column: number, physical: PhysicalKind): ColumnVector {
  const gathered = run.gather(column, positions) ?? numbersOneByOne(run, column, positions, physical);
  if (gathered !== null) return gathered;
  const values: ColumnValue[] = new Array(positions.length);
  for (let i = 0; i < values.length; i++) values[i] = run.read(column, positions[i]);
  return columnVectorOf(physical, values);
}

/** Numbers of a segment, each for itself: a block is looked up once for those that lie in it. Null where they are none. */
function numbersOneByOne(
  { segment }: Run,
  column: number,
  positions: Uint32Array,
  physical: PhysicalKind,
): NumberVector | null {
  if (segment === null || (physical !== 'integer' && physical !== 'real')) return null;
  const { reader } = segment;
  const id = segment.columnId(column);
  if (!reader.hasColumn(id)) return null;
  const { blockRows } = reader.meta;
  const { blocks } = reader.open(id);
  const values = new Float64Array(positions.length);
  let nulls: Uint8Array | null = null;
  let block = -1;
  let ofBlock!: ReturnType<typeof blocks.values>;
  for (let i = 0; i < positions.length; i++) {
    const b = (positions[i] / blockRows) >>> 0;
    if (b !== block) ofBlock = blocks.values(b);
    block = b;
    const value = ofBlock.at(positions[i] - b * blockRows);
    if (typeof value === 'number') values[i] = value;
    else if (value !== null) return null;
    else {
      nulls ??= new Uint8Array(positions.length);
      nulls[i] = 1;
    }
  }
  return { kind: 'number', values, nulls };
}
