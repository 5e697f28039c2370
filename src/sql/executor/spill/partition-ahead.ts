import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../../expressions/batch.ts';
import { createAggregate } from '../../functions/aggregates/create.ts';
import type { AggregateDefinition, AggregateState } from '../../functions/aggregates/definition.ts';
import type { WindowCallPlan, WindowPlan } from '../../planner/physical-plan.ts';
import { NOT_YET } from '../gather.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { RowBuffer } from '../row-buffer.ts';
import { rowComparator } from '../sort-order.ts';
import { passingRows } from '../window-aggregate.ts';
import { isOfWholePartition, type PiecePlace } from '../window-carry.ts';
import type { ExternalSort } from './external-sort.ts';
import { SpilledRows } from './spilled-rows.ts';

/** The rows of a window in order, of which those of a partition can be looked at before they come. */
export class PartitionAhead {
  private readonly plan: WindowPlan;
  private readonly kinds: readonly PhysicalKind[];
  private readonly sort: ExternalSort;
  private readonly memory: OperatorMemory;
  private readonly calls: readonly WindowCallPlan[];
  /** Rows that have been looked at, those that come first, and how many blocks of them have come. */
  private seen: SpilledRows | null = null;
  private seenBlocks = 0;
  /** Of the batch that the partition ended in, the rows behind it. */
  private behind: Batch | null = null;

  /** `memory`: of the window's pieces, which the totals are asked of beside the rows at hand. */
  constructor(plan: WindowPlan, kinds: readonly PhysicalKind[], sort: ExternalSort, memory: OperatorMemory) {
    this.plan = plan;
    this.kinds = kinds;
    this.sort = sort;
    this.memory = memory;
    this.calls = plan.calls.filter((call) => isOfWholePartition(call, plan));
  }

  /** Some calls have one value for all rows of a partition. */
  get hasTotals(): boolean {
    return this.calls.length > 0;
  }

  next(): Batch | null {
    const { seen } = this;
    if (seen !== null) {
      if (this.seenBlocks < seen.blockCount) return seen.block(this.seenBlocks++);
      seen.release();
      this.seen = null;
      const { behind } = this;
      this.behind = null;
      if (behind !== null) return behind;
    }
    return this.sort.next();
  }

  /**
   * The values of those calls for the partition that `rows` are of, which goes on with the batch: the rows that come until
   * its end are looked at. Yields between batches.
   */
  *totals(rows: RowBuffer, batch: Batch): Generator<null, PiecePlace['totals']> {
    const { memory, kinds } = this;
    const states = this.calls.map((call) => new TotalOf(call, this.plan, kinds));
    const first = rows.subset(Int32Array.of(0));
    const held = rows.bytesWith(0);
    const add = (more: Batch): void => {
      for (const state of states) state.add(more);
      memory.needAll(held + states.reduce((bytes, state) => bytes + state.sizeBytes(), 0));
    };
    add(rows.rows(sequence(0, rows.length), rows.length));
    // That batch is with the caller.
    let isAtEnd = this.inPartition(first, batch, add) < batch.selectedCount;
    if (!isAtEnd) {
      const seen = new SpilledRows(kinds, memory);
      while (!isAtEnd) {
        const next = this.sort.next();
        if (next === null) break;
        const count = this.inPartition(first, next, add);
        isAtEnd = count < next.selectedCount;
        const own = rowsOf(next, 0, count);
        const compact = new RowBuffer(kinds);
        compact.append(own);
        seen.append((i) => compact.column(i), count);
        if (isAtEnd) this.behind = rowsOf(next, count, next.selectedCount);
        yield null;
      }
      this.seen = seen;
      this.seenBlocks = 0;
    }
    return new Map(states.map((state) => [state.call, state.result()]));
  }

  /** Adds the batch's rows that are of the partition, and returns how many these are. */
  private inPartition(first: RowBuffer, batch: Batch, add: (rows: Batch) => void): number {
    const { plan, kinds } = this;
    const both = first.subset(Int32Array.of(0));
    both.append(batch);
    const compare = rowComparator(plan.terms.slice(0, plan.partitionTerms), (i) => both.column(i), kinds);
    let count = 0;
    while (count < batch.selectedCount && compare(0, count + 1) === 0) count++;
    if (count > 0) add(both.rows(sequence(1, count), count));
    return count;
  }
}

/** The running value of one call. */
class TotalOf {
  readonly call: WindowCallPlan;
  private readonly kinds: readonly PhysicalKind[];
  private readonly state: AggregateState;

  constructor(call: WindowCallPlan, { input }: WindowPlan, kinds: readonly PhysicalKind[]) {
    this.call = call;
    this.kinds = kinds;
    const argumentTypes = call.arguments.map((position) => input.columns[position].type);
    const options = { argumentTypes, collation: call.collation, distinct: false };
    this.state = createAggregate(call.function as AggregateDefinition, options);
    this.state.ensureGroups(1);
  }

  /** All rows of the batch count. */
  add(batch: Batch): void {
    const { call, kinds, state } = this;
    const vectors = call.arguments.map((position) => batch.column(position));
    const { filter } = call;
    if (filter === null) {
      state.update(null, vectors, null, batch.rowCount);
      return;
    }
    const passes = passingRows(batch.column(filter), kinds[filter], batch.rowCount);
    const selection = Uint32Array.from(sequence(0, batch.rowCount)).filter((row) => passes[row] === 1);
    if (selection.length > 0) state.update(null, vectors, selection, selection.length);
  }

  sizeBytes(): number {
    return this.state.sizeBytes?.() ?? 0;
  }

  result(): SqlValue {
    return this.state.result(0);
  }
}

function sequence(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}

/** Selected rows of a batch. */
function rowsOf(batch: Batch, from: number, to: number): Batch {
  if (from === to) return NOT_YET;
  const { selection } = batch;
  const rows = selection === null ? Uint32Array.from(sequence(from, to - from)) : selection.subarray(from, to);
  return new NarrowedBatch(batch, rows, to - from);
}
