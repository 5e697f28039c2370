import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { SortTermPlan } from '../../planner/physical-plan.ts';
import { NOT_YET } from '../gather.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import type { RowBuffer } from '../row-buffer.ts';
import { SORT_BYTES } from '../sort.ts';
import { sortedPositions } from '../sort-order.ts';
import { blockRows, mergeWidth } from './block-sizes.ts';
import { MergedRuns } from './merge-runs.ts';
import { SpilledRows } from './spilled-rows.ts';

/**
 * A sort whose rows do not fit into memory: what fits is sorted and written as a run, over and over, and the runs are
 * merged (D. Knuth, "The Art of Computer Programming", volume 3, 5.4). The order is that of a stable sort.
 */
export class ExternalSort {
  private readonly terms: readonly SortTermPlan[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private readonly batchRows: number;
  private rows: RowBuffer | null;
  private runs: SpilledRows[] = [];
  private output: Generator<Batch> | null = null;

  /** Takes over a buffer, rows and memory. */
  constructor(
    rows: RowBuffer,
    terms: readonly SortTermPlan[],
    kinds: readonly PhysicalKind[],
    memory: OperatorMemory,
    batchRows: number,
  ) {
    this.rows = rows;
    this.terms = terms;
    this.kinds = kinds;
    this.memory = memory;
    this.batchRows = batchRows;
  }

  /** All batches come before the first {@link next}. */
  add(batch: Batch): void {
    const rows = this.rows as RowBuffer;
    if (!this.memory.has(rows.bytesWith(batch.selectedCount, SORT_BYTES))) {
      this.writeRun(rows);
      this.memory.needAll(rows.bytesWith(batch.selectedCount, SORT_BYTES));
    }
    rows.append(batch);
  }

  /** The rows in order, batch by batch; one that is empty means that runs are still being merged. */
  next(): Batch | null {
    if (this.output === null) {
      this.writeRun(this.rows as RowBuffer);
      this.rows = null;
      this.output = this.merge();
      return NOT_YET;
    }
    const { value, done } = this.output.next();
    return done === true ? null : value;
  }

  private writeRun(rows: RowBuffer): void {
    if (rows.length === 0) return;
    const run = new SpilledRows(this.kinds, this.memory);
    this.runs.push(run);
    const positions = sortedPositions(rows.length, this.terms, (i) => rows.column(i), this.kinds);
    const step = blockRows(rows, this.memory);
    for (let from = 0; from < positions.length; from += step) {
      const part = positions.subarray(from, from + step);
      const sorted = rows.rows(part, part.length);
      run.append((i) => sorted.column(i), part.length);
    }
    rows.clear();
  }

  /** Neighbouring runs become one, until what is left can be merged while it is handed out. */
  private *merge(): Generator<Batch> {
    const most = mergeWidth(this.memory);
    while (this.runs.length > most) {
      const merged: SpilledRows[] = [];
      for (let from = 0; from < this.runs.length; from += most) {
        const run = new SpilledRows(this.kinds, this.memory);
        merged.push(run);
        const source = new MergedRuns(this.runs.slice(from, from + most), this.terms, this.kinds);
        const step = Math.max(this.batchRows, 64);
        for (let batch = source.next(step); batch !== null; batch = source.next(step)) {
          const rows = batch;
          run.append((i) => rows.column(i), rows.rowCount);
          yield NOT_YET;
        }
      }
      this.runs = merged;
    }
    const source = new MergedRuns(this.runs, this.terms, this.kinds);
    for (let batch = source.next(this.batchRows); batch !== null; batch = source.next(this.batchRows)) yield batch;
  }
}
