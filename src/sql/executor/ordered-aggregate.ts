import { lowerBound } from '../../base/lower-bound.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { type Batch, NarrowedBatch, type Selection } from '../expressions/batch.ts';
import type { AggregatePlan } from '../planner/physical-plan.ts';
import { AggregateInputs } from './aggregate.ts';
import type { ExecutionContext } from './execution-context.ts';
import { LazyBatch, NOT_YET } from './gather.ts';
import { GroupStarts } from './group-starts.ts';
import { type CallInput, Grouping } from './grouping.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';

/** Aggregates rows whose groups lie one after the other: holds the groups of about a batch, and hands on those that ended. */
export class OrderedAggregate implements Operator {
  private readonly plan: AggregatePlan;
  private readonly input: Operator;
  private readonly inputs: AggregateInputs;
  private readonly starts: GroupStarts;
  private readonly set: readonly number[];
  private readonly memory = new OperatorMemory('aggregate');
  private context!: ExecutionContext;
  /** The group that the last row was in. */
  private current: Grouping | null = null;
  /** Groups that ended, how many there are and how many are handed out. */
  private ended: Grouping | null = null;
  private groupCount = 0;
  private done = 0;
  private isAtEnd = false;

  constructor(plan: AggregatePlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.inputs = new AggregateInputs(plan);
    this.starts = new GroupStarts(plan);
    this.set = plan.keys.map((_, i) => i);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.current = null;
    this.ended = null;
    this.groupCount = 0;
    this.done = 0;
    this.isAtEnd = false;
    this.starts.open();
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.done === this.groupCount && !this.isAtEnd) this.read();
    if (this.done < this.groupCount) return this.rows(this.ended as Grouping);
    return this.isAtEnd ? null : NOT_YET;
  }

  private read(): void {
    const batch = this.input.next();
    if (batch === null) {
      this.isAtEnd = true;
      this.end();
    } else if (batch.selectedCount > 0) this.consume(batch);
  }

  /** The last group of a batch may go on; those before it end. */
  private consume(batch: Batch): void {
    const { keys, calls } = this.inputs.of(batch, this.context);
    const { selection, selectedCount } = batch;
    const ids = this.starts.assign(keys, selection, selectedCount);
    const last = ids[selectedCount - 1];
    let at = 0;
    if (last > 0) {
      at = ids.indexOf(last);
      if (at > 0) {
        const row = selection === null ? at : selection[at];
        const before = calls.map((call) => ({ ...call, rows: rowsBefore(call.rows, row) }));
        this.add(part(batch, 0, at), keys, before, ids);
      }
      this.end();
      ids.fill(0, at, selectedCount);
    }
    if (at === 0) {
      this.add(batch, keys, calls, ids);
      return;
    }
    const row = selection === null ? at : selection[at];
    const after = calls.map((call) => ({ ...call, rows: rowsFrom(call.rows, row) }));
    this.add(part(batch, at, selectedCount), keys, after, ids.subarray(at));
  }

  private add(batch: Batch, keys: readonly ColumnVector[], calls: readonly CallInput[], ids: Int32Array): void {
    this.current ??= new Grouping(this.plan, this.set);
    this.current.consume(batch, keys, calls, ids);
    this.memory.need(this.current.sizeBytes());
  }

  private end(): void {
    this.ended = this.current;
    this.current = null;
    this.groupCount = this.ended?.finish() ?? 0;
    this.done = 0;
  }

  private rows(ended: Grouping): Batch {
    const count = Math.min(this.context.batchRows, this.groupCount - this.done);
    const rows = ended.rows(this.done, count);
    this.done += count;
    return rows;
  }
}

function part(batch: Batch, from: number, to: number): Batch {
  const { selection } = batch;
  if (selection === null && from === 0) return new LazyBatch(to, (i) => batch.column(i));
  return new NarrowedBatch(batch, selection === null ? sequence(from, to) : selection.subarray(from, to), to - from);
}

function sequence(from: number, to: number): Uint32Array {
  const rows = new Uint32Array(to - from);
  for (let k = 0; k < rows.length; k++) rows[k] = from + k;
  return rows;
}

/** How many of the rows, which ascend, are before `row`. */
function countBefore({ selection, count }: Selection, row: number): number {
  if (selection === null) return Math.min(count, row);
  return lowerBound(count, (k) => selection[k] < row);
}

function rowsBefore(rows: Selection, row: number): Selection {
  return { selection: rows.selection, count: countBefore(rows, row) };
}

function rowsFrom(rows: Selection, row: number): Selection {
  const from = countBefore(rows, row);
  const { selection, count } = rows;
  return {
    selection: selection === null ? sequence(from, count) : selection.subarray(from),
    count: count - from,
  };
}
