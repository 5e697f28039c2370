import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import { type Batch, VectorBatch } from '../expressions/batch.ts';
import { rowBytes } from '../expressions/values/row-bytes.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import type { OperatorMemory } from './operator-memory.ts';
import { RowHeap } from './row-heap.ts';
import type { SpilledQueue } from './spill/spilled-queue.ts';
import { vectorOfValues } from './value-vector.ts';

/** Of memory: a row's place in the heap. */
const PLACE_BYTES = 16;

/**
 * Rows that wait for their turn in an order; of those that are equal the one that came first. Behind its values each has
 * the number of its arrival. Where they do not fit into memory, all that wait are written to the file in order, as a run;
 * then the first row of each run waits among those that come after (P. Sanders, "Fast Priority Queues for Cached Memory",
 * 1999, with runs of one length).
 */
export class OrderedRows {
  length = 0;
  private readonly kinds: readonly PhysicalKind[];
  private readonly terms: readonly SortTermPlan[];
  private readonly memory: OperatorMemory;
  private readonly waiting: RowHeap;
  private bytes = 0;
  private arrived = 0;
  private spilled: SpilledQueue | null = null;

  /** `memory`: an open account of its own. */
  constructor(terms: readonly SortTermPlan[], kinds: readonly PhysicalKind[], memory: OperatorMemory) {
    this.kinds = kinds;
    this.terms = [...terms, { position: kinds.length, collation: 'BINARY', descending: false, nullsFirst: true }];
    this.memory = memory;
    this.waiting = new RowHeap(this.terms);
  }

  /** Throws OUT_OF_MEMORY_BUDGET where a row does not fit, and no file may be written. */
  append(column: (i: number) => ColumnVector, selection: Uint32Array | null, count: number): void {
    const vectors = this.kinds.map((_, i) => column(i));
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      const row: SqlValue[] = vectors.map((vector, c) => valueAt(vector, this.kinds[c], i));
      row.push(BigInt(this.arrived++));
      const bytes = rowBytes(row) + PLACE_BYTES;
      if (!this.memory.has(this.heldBytes + bytes)) this.spill(bytes);
      this.waiting.push(row);
      this.bytes += bytes;
    }
    this.length += count;
  }

  /** The first row, as a batch. There is one. */
  takeFirst(): Batch {
    const { waiting, spilled, kinds } = this;
    this.length--;
    let row: readonly SqlValue[];
    if (spilled?.isBefore(waiting.first)) row = spilled.take();
    else {
      row = waiting.pop();
      this.bytes -= rowBytes(row) + PLACE_BYTES;
    }
    const vectors = kinds.map((kind, i) => vectorOfValues([row[i]], kind));
    return new VectorBatch(vectors, 1);
  }

  private get heldBytes(): number {
    return this.bytes + (this.spilled?.sizeBytes ?? 0);
  }

  /** Writes all that wait to the file: others need the memory. `nextBytes`: of what comes next. */
  spill(nextBytes = 0): void {
    const { memory, waiting, kinds, terms } = this;
    const { SpilledQueue } = memory.spilling(this.heldBytes + nextBytes);
    const spilled = this.spilled ?? new SpilledQueue(terms, [...kinds, 'integer'], memory);
    this.spilled = spilled;
    if (waiting.length > 0) spilled.add(waiting.takeAll());
    this.bytes = 0;
    memory.release();
    memory.needAll(this.heldBytes + nextBytes);
  }
}
