import type { PhysicalKind } from '../../engine/column/types.ts';
import type { Batch } from '../expressions/batch.ts';
import type { SortPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { sortedPositions } from './sort-order.ts';
import type { ExternalSort } from './spill/external-sort.ts';

/** What sorting takes for each row beside the rows themselves. */
export const SORT_BYTES = 20;

/** All rows of the input, in order. */
export class Sort implements Operator {
  private readonly plan: SortPlan;
  private readonly input: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private context!: ExecutionContext;
  private readonly memory = new OperatorMemory('sort');
  private rows!: RowBuffer;
  /** Where the rows do not fit into memory. */
  private external: ExternalSort | null = null;
  private output: SortedRows | ExternalSort | null = null;

  constructor(plan: SortPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.kinds = inputKinds(plan.input);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.rows = new RowBuffer(this.kinds);
    this.external = null;
    this.output = null;
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.output !== null) return this.output.next();
    const batch = this.input.next();
    if (batch !== null) {
      this.collect(batch);
      return NOT_YET;
    }
    if (this.external !== null) {
      this.output = this.external;
      return NOT_YET;
    }
    const { rows, kinds } = this;
    const positions = sortedPositions(rows.length, this.plan.terms, (i) => rows.column(i), kinds);
    this.output = new SortedRows(rows, positions, this.context.batchRows);
    return NOT_YET;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  private collect(batch: Batch): void {
    const { rows, plan, kinds, memory } = this;
    const bytes = rows.bytesWith(batch.selectedCount, SORT_BYTES);
    if (this.external === null && !memory.has(bytes)) {
      const { ExternalSort } = memory.spilling(bytes);
      this.external = new ExternalSort(rows, plan.terms, kinds, memory, this.context.batchRows);
      // That one is its own now, and goes when it has been written.
      this.rows = new RowBuffer(kinds);
    }
    if (this.external === null) rows.append(batch);
    else this.external.add(batch);
  }
}

/** Hands out rows of a buffer by positions, batch by batch. */
export class SortedRows {
  private readonly rows: RowBuffer;
  private readonly positions: Int32Array;
  private readonly batchRows: number;
  private done = 0;

  constructor(rows: RowBuffer, positions: Int32Array, batchRows: number) {
    this.batchRows = batchRows;
    this.rows = rows;
    this.positions = positions;
  }

  next(): Batch | null {
    if (this.done >= this.positions.length) return null;
    const positions = this.positions.subarray(this.done, this.done + this.batchRows);
    this.done += positions.length;
    return this.rows.rows(positions, positions.length);
  }
}
