import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { valueAt } from '../../../engine/column/vector.ts';
import type { Batch } from '../../expressions/batch.ts';
import { rowBytes } from '../../expressions/values/row-bytes.ts';
import type { SortTermPlan } from '../../planner/physical-plan.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { compareRows } from '../row-order.ts';
import { vectorOfValues } from '../value-vector.ts';
import { blockBytes } from './block-sizes.ts';
import { SpilledRows } from './spilled-rows.ts';

type Row = readonly SqlValue[];

/** Runs that are read at once, and take half of the memory at most: beyond, they become one. */
const MOST_RUNS = 8;

/** Rows in order in the file, and the first of them. */
interface Run {
  readonly rows: SpilledRows;
  block: number;
  batch: Batch;
  row: number;
  first: Row;
}

/** Rows that wait for their turn in an order, as sorted runs in the file. The last term tells all of them apart. */
export class SpilledQueue {
  private readonly terms: readonly SortTermPlan[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private readonly runs: Run[] = [];
  /** The run with the first row of all. */
  private firstRun: Run | null = null;

  /** `memory`: of the operator that it belongs to. */
  constructor(terms: readonly SortTermPlan[], kinds: readonly PhysicalKind[], memory: OperatorMemory) {
    this.terms = terms;
    this.kinds = kinds;
    this.memory = memory;
  }

  /** What it holds in memory: of each run a block, as it was read and as rows. */
  get sizeBytes(): number {
    return this.runs.length * 2 * blockBytes(this.memory);
  }

  /** Whether its first row comes before another one; null: there is no other. False without rows. */
  isBefore(other: Row | null): boolean {
    const { firstRun } = this;
    return firstRun !== null && (other === null || compareRows(firstRun.first, other, this.terms) < 0);
  }

  /** Takes the first row. There is one. */
  take(): Row {
    const run = this.firstRun as Run;
    const { first } = run;
    this.advance(run);
    this.findFirst();
    return first;
  }

  /** Adds rows that are in order. */
  add(rows: readonly Row[]): void {
    this.addRun(rows);
    const most = Math.min(MOST_RUNS, this.memory.grantedBytes / (4 * blockBytes(this.memory)));
    if (this.runs.length > Math.max(most, 1)) this.merge();
    this.findFirst();
  }

  release(): void {
    for (const { rows } of this.runs) rows.release();
    this.runs.length = 0;
    this.firstRun = null;
  }

  private merge(): void {
    this.findFirst();
    this.addRun(this.inOrder());
  }

  /** Takes the rows of all runs there are, and drops these. */
  private *inOrder(): Generator<Row> {
    while (this.firstRun !== null) yield this.take();
  }

  private addRun(rows: Iterable<Row>): void {
    const spilled = new SpilledRows(this.kinds, this.memory);
    const most = blockBytes(this.memory);
    let block: Row[] = [];
    let bytes = 0;
    const write = (): void => {
      const own = block;
      const column = (i: number) =>
        vectorOfValues(
          own.map((row) => row[i]),
          this.kinds[i],
        );
      spilled.append(column, own.length);
      block = [];
      bytes = 0;
    };
    for (const row of rows) {
      block.push(row);
      bytes += rowBytes(row);
      if (bytes >= most) write();
    }
    write();
    this.open(spilled);
  }

  private open(rows: SpilledRows): void {
    const batch = rows.block(0);
    this.runs.push({ rows, block: 0, batch, row: 0, first: this.rowOf(batch, 0) });
  }

  private advance(run: Run): void {
    run.row++;
    if (run.row === run.batch.rowCount) {
      run.block++;
      run.row = 0;
      if (run.block === run.rows.blockCount) {
        run.rows.release();
        this.runs.splice(this.runs.indexOf(run), 1);
        return;
      }
      run.batch = run.rows.block(run.block);
    }
    run.first = this.rowOf(run.batch, run.row);
  }

  private findFirst(): void {
    let found: Run | null = null;
    for (const run of this.runs) if (found === null || compareRows(run.first, found.first, this.terms) < 0) found = run;
    this.firstRun = found;
  }

  private rowOf(batch: Batch, row: number): Row {
    return this.kinds.map((kind, i) => valueAt(batch.column(i), kind, row));
  }
}
