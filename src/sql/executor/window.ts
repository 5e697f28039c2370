import { NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import { physicalKindOf, type StaticType } from '../expressions/static-type.ts';
import { createAggregate } from '../functions/aggregates/create.ts';
import type { SortTermPlan, WindowCallPlan, WindowPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch, NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { rowComparator, sortedPositions } from './sort-order.ts';
import { vectorOfValues } from './value-vector.ts';
import { aggregateFrames, passingRows } from './window-aggregate.ts';
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
  private positions: Int32Array = NO_INTS;
  private layout: WindowLayout | null = null;
  /** One vector per call that is done, in the window's order. */
  private results: ColumnVector[] = [];
  private yielded = 0;

  constructor(plan: WindowPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.kinds = inputKinds(plan.input);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.rows = new RowBuffer(this.kinds);
    this.layout = null;
    this.results = [];
    this.yielded = 0;
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.layout === null) {
      const batch = this.input.next();
      if (batch !== null) {
        this.memory.need(this.rows.bytesWith(batch.selectedCount, this.rowBytes));
        this.rows.append(batch);
      } else this.layout = this.sort();
      return NOT_YET;
    }
    if (this.results.length < this.plan.calls.length) {
      const call = this.plan.calls[this.results.length];
      this.results.push(vectorOfValues(this.evaluate(call, this.layout), physicalKindOf(call.column.type)));
      return NOT_YET;
    }
    return this.output();
  }

  /** What a row takes beside itself: its place and its bounds, and of each call the value, as such and in a vector. */
  private get rowBytes(): number {
    return LAYOUT_BYTES + this.plan.calls.length * RESULT_BYTES;
  }

  private sort(): WindowLayout {
    const { plan, rows, kinds } = this;
    const column = (i: number): ColumnVector => rows.column(i);
    this.positions = sortedPositions(rows.length, plan.terms, column, kinds);
    const partition = rowComparator(plan.terms.slice(0, plan.partitionTerms), column, kinds);
    return layOut(this.positions, partition, rowComparator(plan.terms.slice(plan.partitionTerms), column, kinds));
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
    return aggregateFrames({ create, arguments: args, passes, exclude, places, ranges }, frames(), layout);
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
