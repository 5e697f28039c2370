import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import { physicalKindOf, type StaticType } from '../expressions/static-type.ts';
import { createAggregate } from '../functions/aggregates/create.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { SortTermPlan, WindowCallPlan, WindowPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch, NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { positionsAsTheyAre } from './sort-codes.ts';
import { rowComparator, sortedPositions } from './sort-order.ts';
import type { WindowPieces } from './spill/window-pieces.ts';
import { vectorOfValues } from './value-vector.ts';
import { aggregateFrames, passingRows } from './window-aggregate.ts';
import { canCarry, WindowCarry } from './window-carry.ts';
import { type FrameBounds, frameBounds, type RangeKeys } from './window-frame.ts';
import { layOut, type WindowLayout } from './window-partition.ts';
import { rangeAggregate } from './window-ranges.ts';
import { presentRows, rankRows } from './window-ranking.ts';

const LAYOUT_BYTES = 40;
const RESULT_BYTES = 32;

/** Window functions: collects its input, sorts it by partition and order, and computes one call per step. */
export class Window implements Operator {
  private readonly plan: WindowPlan;
  private readonly input: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private context!: ExecutionContext;
  private readonly memory = new OperatorMemory('window');
  private rows!: RowBuffer;
  private current: SortedWindow | null = null;
  /** Where the rows do not fit into memory. */
  private pieces: WindowPieces | null = null;
  private carry = new WindowCarry();
  private isCollected = false;

  constructor(plan: WindowPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.kinds = inputKinds(plan.input);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.rows = new RowBuffer(this.kinds);
    this.current = null;
    this.pieces = null;
    this.carry = new WindowCarry();
    this.isCollected = false;
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.current !== null) {
      const batch = this.current.next();
      if (batch !== null || this.pieces === null) return batch;
      this.current = null;
      return NOT_YET;
    }
    if (!this.isCollected) this.collect();
    else if (this.pieces === null) this.current = this.wholeWindow();
    else {
      const piece = this.pieces.next();
      if (piece === undefined) return null;
      if (piece !== null) {
        this.carry.begin(piece);
        this.current = this.sorted(piece.rows, positionsAsTheyAre(piece.count));
      }
    }
    return NOT_YET;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  private collect(): void {
    const { plan, rows, kinds, memory, context } = this;
    const batch = this.input.next();
    if (batch === null) {
      this.isCollected = true;
      return;
    }
    const bytes = rows.bytesWith(batch.selectedCount, this.rowBytes);
    if (this.pieces === null && !memory.has(bytes)) {
      // All rows are one partition, which has to fit.
      if (plan.partitionTerms === 0 && !canCarry(plan)) throw memory.of.budget.refusal(memory.name, bytes);
      const { WindowPieces } = memory.spilling(bytes);
      this.pieces = new WindowPieces(plan, kinds, this.rowBytes, rows, memory, context);
      this.rows = new RowBuffer(kinds);
    }
    if (this.pieces === null) rows.append(batch);
    else this.pieces.add(batch);
  }

  /** What a row takes beside itself: its place and its bounds, and of each call the value, as such and in a vector. */
  private get rowBytes(): number {
    return LAYOUT_BYTES + this.plan.calls.length * RESULT_BYTES;
  }

  private wholeWindow(): SortedWindow {
    const { rows, kinds } = this;
    return this.sorted(
      rows,
      sortedPositions(rows.length, this.plan.terms, (i) => rows.column(i), kinds),
    );
  }

  private sorted(rows: RowBuffer, positions: Int32Array): SortedWindow {
    return new SortedWindow(this.plan, this.kinds, this.context, rows, positions, this.carry);
  }
}

/** Partitions in order, of which the calls are computed one per step, and then handed out. */
class SortedWindow {
  private readonly plan: WindowPlan;
  private readonly kinds: readonly PhysicalKind[];
  private readonly context: ExecutionContext;
  private readonly rows: RowBuffer;
  private readonly positions: Int32Array;
  private readonly carry: WindowCarry;
  private readonly layout: WindowLayout;
  /** One vector per call that is done, in the window's order. */
  private readonly results: ColumnVector[] = [];
  private yielded = 0;

  /** `positions`: of the rows that count, in order. */
  constructor(
    plan: WindowPlan,
    kinds: readonly PhysicalKind[],
    context: ExecutionContext,
    rows: RowBuffer,
    positions: Int32Array,
    carry: WindowCarry,
  ) {
    this.plan = plan;
    this.kinds = kinds;
    this.context = context;
    this.rows = rows;
    this.positions = positions;
    this.carry = carry;
    const column = (i: number): ColumnVector => rows.column(i);
    const partition = rowComparator(plan.terms.slice(0, plan.partitionTerms), column, kinds);
    const peers = rowComparator(plan.terms.slice(plan.partitionTerms), column, kinds);
    this.layout = layOut(positions, partition, peers);
  }

  next(): Batch | null {
    const { plan, results } = this;
    if (results.length === plan.calls.length) return this.output();
    const call = plan.calls[results.length];
    const total = this.carry.totalOf(call);
    const values =
      total === undefined ? this.evaluate(call, this.layout) : new Array<SqlValue>(this.layout.rowCount).fill(total);
    this.carry.adjust(call, values, this.layout, (behind) => this.argumentAt(call, behind));
    results.push(vectorOfValues(values, physicalKindOf(call.column.type)));
    if (results.length === plan.calls.length) this.carry.end(this.layout);
    return NOT_YET;
  }

  /** The first argument of a call in the last row, or in the one behind it. */
  private argumentAt({ arguments: [position] }: WindowCallPlan, behind: 0 | 1): SqlValue {
    const { rows, positions, kinds } = this;
    return valueAt(rows.column(position), kinds[position], positions[positions.length - 1] + behind);
  }

  private output(): Batch | null {
    const from = this.yielded;
    const count = Math.min(this.context.batchRows, this.positions.length - from);
    if (count <= 0) return null;
    this.yielded += count;
    const stored = this.positions.subarray(from, from + count);
    const inOrder = Int32Array.from({ length: count }, (_, i) => from + i);
    const width = this.kinds.length;
    return new LazyBatch(count, (i) =>
      i < width ? gather(this.rows.column(i), stored, count) : gather(this.results[i - width], inOrder, count),
    );
  }

  private evaluate(call: WindowCallPlan, layout: WindowLayout): SqlValue[] {
    const frames = (): FrameBounds => frameBounds(call.frame, layout, () => this.rangeKeys(layout), this.context);
    const args = call.arguments.map((position) => this.ordered(position));
    const { exclude } = call.frame;
    if (typeof call.function === 'string') {
      const read = (i: number, row: number): SqlValue => valueAt(args[i], this.kinds[call.arguments[i]], row);
      const present = call.ignoresNulls ? presentRows(read, layout.rowCount) : null;
      return rankRows(call.function, { argumentCount: args.length, read, present }, layout, frames, exclude);
    }
    const definition = call.function;
    const argumentTypes = call.arguments.map((position) => this.plan.input.columns[position].type);
    const options = { argumentTypes, collation: call.collation, distinct: false };
    const { filter } = call;
    const passes = filter === null ? null : passingRows(this.ordered(filter), this.kinds[filter], layout.rowCount);
    const create = () => createAggregate(definition, options);
    const [position] = call.arguments;
    const argument =
      args.length === 0
        ? null
        : { vector: args[0], type: this.plan.input.columns[position].type, collation: call.collation };
    const ranges = () =>
      args.length > 1 ? null : rangeAggregate(definition.overRanges, argument, passes, layout.rowCount);
    const places = call.orderBy.length === 0 ? null : this.placesBy(call.orderBy, layout.rowCount);
    const carried = this.carry.stateOf(call);
    const keep = (state: AggregateState) => this.carry.keepState(call, state);
    const aggregate = { create, arguments: args, passes, exclude, places, carried, keep, ranges };
    return aggregateFrames(aggregate, frames(), layout);
  }

  /** Of each row in the window's order, its place in another one. */
  private placesBy(terms: readonly SortTermPlan[], rowCount: number): Int32Array {
    const vectors = new Map(terms.map(({ position }) => [position, this.ordered(position)]));
    const inOrder = sortedPositions(rowCount, terms, (i) => vectors.get(i) as ColumnVector, this.kinds);
    const places = new Int32Array(rowCount);
    for (let place = 0; place < rowCount; place++) places[inOrder[place]] = place;
    return places;
  }

  /** A column of the input in the window's order. */
  private ordered(position: number): ColumnVector {
    return gather(this.rows.column(position), this.positions, this.positions.length);
  }

  private rangeKeys(layout: WindowLayout): RangeKeys {
    const term = this.plan.terms[this.plan.partitionTerms];
    const vector = this.ordered(term.position);
    const kind = this.kinds[term.position];
    const exact = Array.from({ length: layout.rowCount }, (_, row) => {
      const value = valueAt(vector, kind, row);
      return typeof value === 'bigint' || typeof value === 'number' ? value : Number.NaN;
    });
    const values = Float64Array.from(exact, Number);
    const isRounded = exact.some((value, row) => typeof value === 'bigint' && !Number.isSafeInteger(values[row]));
    return {
      values,
      exact: isRounded ? exact : null,
      descending: term.descending,
      unit: rangeUnit(this.plan.input.columns[term.position].type),
    };
  }
}

/** How many of the numbers that a type's values are kept as make up 1. */
function rangeUnit(type: StaticType): number {
  if (type.kind === 'TIMESTAMP') return 1_000_000;
  return type.kind === 'DECIMAL' ? 10 ** (type.scale ?? 0) : 1;
}
