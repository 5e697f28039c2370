import type { PhysicalKind } from '../../engine/column/types.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator, VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import { createAggregate } from '../functions/aggregates/distinct.ts';
import type { AggregateCallPlan, AggregatePlan } from '../planner/physical-plan.ts';
import { BareColumns } from './bare-columns.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch, NOT_YET } from './gather.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OrderedState } from './ordered-state.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { sortedPositions } from './sort-order.ts';
import { vectorOfValues } from './value-vector.ts';

/** Up to this many groups come in the order of their keys, as SQLite's do; more come as they were found. */
const ORDERED_GROUPS = 65_536;

interface CompiledCall {
  readonly plan: AggregateCallPlan;
  readonly arguments: readonly VectorEvaluator[];
  readonly filter: FilterEvaluator | null;
  /** What ORDER BY inside the call sorts by. */
  readonly order: readonly VectorEvaluator[];
  readonly kind: PhysicalKind;
}

/** Groups by hashing: rows become dense group numbers, and each aggregate is updated for a whole batch at once. */
export class Aggregate implements Operator {
  private readonly plan: AggregatePlan;
  private readonly input: Operator;
  private readonly keys: readonly VectorEvaluator[];
  private readonly keyKinds: readonly PhysicalKind[];
  private readonly calls: readonly CompiledCall[];
  private context!: ExecutionContext;
  private interner!: RowInterner;
  private keyRows!: RowBuffer;
  private bare!: BareColumns;
  private states: readonly AggregateState[] = [];
  private ids = new Int32Array(0);
  private groupIds = new Uint32Array(0);
  private order: Int32Array | null = null;
  private isYielded = false;

  constructor(plan: AggregatePlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    const kinds = inputKinds(plan.input);
    this.keys = plan.keys.map((key) => compileVector(key, kinds));
    this.keyKinds = plan.keys.map((key) => physicalKindOf(key.type));
    this.calls = plan.calls.map((call, i) => ({
      plan: call,
      arguments: call.arguments.map((argument) => compileVector(argument, kinds)),
      filter: call.filter === null ? null : compileFilter(call.filter, kinds),
      order: call.orderBy.map(({ expression }) => compileVector(expression, kinds)),
      kind: physicalKindOf(plan.columns[plan.keys.length + i].type),
    }));
  }

  open(context: ExecutionContext): void {
    const { plan } = this;
    this.context = context;
    this.interner = new RowInterner(plan.keys.map((_, i) => plan.columns[i].collation));
    this.keyRows = new RowBuffer(this.keyKinds);
    this.bare = new BareColumns(plan);
    this.states = plan.calls.map((call) => {
      const argumentTypes = call.arguments.map((argument) => argument.type);
      const { collation } = call;
      const state = createAggregate(call.definition, { argumentTypes, collation, distinct: call.distinct });
      return call.orderBy.length === 0 ? state : new OrderedState(state, call);
    });
    if (plan.keys.length === 0) for (const state of this.states) state.ensureGroups(1);
    this.order = null;
    this.isYielded = false;
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.isYielded) return null;
    const batch = this.input.next();
    if (batch !== null) {
      if (batch.selectedCount > 0) this.consume(batch);
      return NOT_YET;
    }
    this.isYielded = true;
    return this.result();
  }

  private consume(batch: Batch): void {
    const groupIds = this.plan.keys.length === 0 ? null : this.assignGroups(batch);
    const groupCount = groupIds === null ? 1 : this.interner.size;
    for (let c = 0; c < this.calls.length; c++) {
      const call = this.calls[c];
      const args = [...call.arguments, ...call.order].map((evaluate) => evaluate(batch, this.context));
      const state = this.states[c];
      state.ensureGroups(groupCount);
      if (call.filter === null) state.update(groupIds, args, batch.selection, batch.selectedCount);
      else {
        const { selection, count } = call.filter(batch, this.context);
        state.update(groupIds, args, selection, count);
      }
      if (c === this.plan.bareFrom) this.bare.followExtreme(batch, groupIds, args[0], call.plan);
    }
    if (this.plan.bareFrom === null && groupIds === null) this.bare.takeFirst(batch);
  }

  /** Per row of the batch its group. The keys, and bare columns, of new groups are kept from their first row. */
  private assignGroups(batch: Batch): Uint32Array {
    const { selection, selectedCount, rowCount } = batch;
    if (this.ids.length < rowCount) {
      this.ids = new Int32Array(rowCount);
      this.groupIds = new Uint32Array(rowCount);
    }
    const keys = this.keys.map((evaluate) => evaluate(batch, this.context));
    const before = this.interner.size;
    this.interner.assign(keys, selection, selectedCount, this.ids, true);
    scatter(this.ids, selection, selectedCount, this.groupIds);
    if (this.interner.size > before) {
      const first = firstRows(this.ids, selection, selectedCount, before, this.interner.size - before);
      this.keyRows.appendRows((i) => keys[i], first, first.length);
      if (this.plan.bareFrom === null) this.bare.append(batch, first);
    }
    return this.groupIds;
  }

  private result(): Batch | null {
    const { plan, keyRows } = this;
    const groupCount = plan.keys.length === 0 ? 1 : keyRows.length;
    if (groupCount === 0) return null;
    this.order = this.groupOrder(groupCount);
    const { order } = this;
    return new LazyBatch(groupCount, (i) => {
      if (i < plan.keys.length) return gather(keyRows.column(i), order, groupCount);
      const c = i - plan.keys.length;
      if (c >= this.calls.length) return this.bare.column(c - this.calls.length, order, groupCount);
      const state = this.states[c];
      return vectorOfValues(
        Array.from(order, (group) => state.result(group)),
        this.calls[c].kind,
      );
    });
  }

  private groupOrder(groupCount: number): Int32Array {
    const { plan, keyRows, keyKinds } = this;
    if (plan.keys.length === 0 || groupCount > ORDERED_GROUPS)
      return Int32Array.from({ length: groupCount }, (_, i) => i);
    const terms = plan.keys.map((_, position) => ({
      position,
      collation: plan.columns[position].collation,
      descending: false,
      nullsFirst: true,
    }));
    return sortedPositions(groupCount, terms, (i) => keyRows.column(i), keyKinds);
  }
}

/** Ids by position in the selection become ids by row. */
function scatter(ids: Int32Array, selection: Uint32Array | null, count: number, groupIds: Uint32Array): void {
  if (selection === null) {
    for (let k = 0; k < count; k++) groupIds[k] = ids[k];
    return;
  }
  for (let k = 0; k < count; k++) groupIds[selection[k]] = ids[k];
}

/** The rows that brought new ids: ids are dense and in order of appearance. */
function firstRows(
  ids: Int32Array,
  selection: Uint32Array | null,
  count: number,
  before: number,
  added: number,
): Uint32Array {
  const rows = new Uint32Array(added);
  let found = 0;
  for (let k = 0; k < count && found < added; k++) {
    if (ids[k] === before + found) rows[found++] = selection === null ? k : selection[k];
  }
  return rows;
}
