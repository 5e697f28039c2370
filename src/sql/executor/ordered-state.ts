import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector, NumberVector } from '../../engine/column/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { AggregateCallPlan } from '../planner/physical-plan.ts';
import { gather } from './gather.ts';
import { RowBuffer } from './row-buffer.ts';
import { SORT_BYTES } from './sort.ts';
import { sortedPositions } from './sort-order.ts';

/** An aggregate with ORDER BY inside: rows are kept, and added in order when a result is asked for. */
export class OrderedState implements AggregateState {
  private readonly inner: AggregateState;
  private readonly call: AggregateCallPlan;
  private readonly kinds: readonly PhysicalKind[];
  /** Arguments, sort keys, and the group's number. */
  private rows: RowBuffer;

  constructor(inner: AggregateState, call: AggregateCallPlan) {
    this.inner = inner;
    this.call = call;
    const expressions = [...call.arguments, ...call.orderBy.map(({ expression }) => expression)];
    this.kinds = [...expressions.map(({ type }) => physicalKindOf(type)), 'integer'];
    this.rows = new RowBuffer(this.kinds);
  }

  ensureGroups(groupCount: number): void {
    this.inner.ensureGroups(groupCount);
  }

  sizeBytes(): number {
    return this.rows.bytesWith(0, SORT_BYTES) + (this.inner.sizeBytes?.() ?? 0);
  }

  /** `args` are the arguments, then the sort keys. */
  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (count === 0) return;
    const groups: NumberVector = { kind: 'number', values: groupNumbers(groupIds, selection, count), nulls: null };
    this.rows.appendRows((i) => args[i] ?? groups, selection, count);
  }

  result(group: number): SqlValue {
    this.flush();
    return this.inner.result(group);
  }

  private flush(): void {
    const { rows, call } = this;
    if (rows.length === 0) return;
    const argumentCount = call.arguments.length;
    const terms = call.orderBy.map((order, i) => ({ ...order, position: argumentCount + i }));
    const positions = sortedPositions(rows.length, terms, (i) => rows.column(i), this.kinds);
    const groups = rows.column(this.kinds.length - 1) as NumberVector;
    const groupIds = Uint32Array.from(positions, (position) => groups.values[position]);
    const args = call.arguments.map((_, i) => gather(rows.column(i), positions, rows.length));
    this.inner.update(groupIds, args, null, rows.length);
    this.rows = new RowBuffer(this.kinds);
  }
}

/** Group numbers by row, as a vector that a selection of the batch can be applied to. */
function groupNumbers(groupIds: Uint32Array | null, selection: Uint32Array | null, count: number): Float64Array {
  const length = selection === null ? count : selection[count - 1] + 1;
  return groupIds === null ? new Float64Array(length) : Float64Array.from(groupIds.subarray(0, length));
}
