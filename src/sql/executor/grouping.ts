import { NO_INTS, NO_UINTS } from '../../base/empty-arrays.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch, Selection } from '../expressions/batch.ts';
import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { createAggregate } from '../functions/aggregates/create.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { AggregateCallPlan, AggregatePlan } from '../planner/physical-plan.ts';
import { BareColumns } from './bare-columns.ts';
import { gather, LazyBatch, nullVector } from './gather.ts';
import type { JointUpdate } from './joint-update.ts';
import type { RowInterner } from './key-interner.ts';
import { GROUP_KEYS, JOINT_UPDATES } from './late-parts.ts';
import { OrderedState } from './ordered-state.ts';
import { RowBuffer } from './row-buffer.ts';
import { positionsAsTheyAre } from './sort-codes.ts';
import { sortedPositions } from './sort-order.ts';
import { vectorOfValues } from './value-vector.ts';

/** Up to this many groups come in the order of their keys, as SQLite's do; more come as they were found. */
const ORDERED_GROUPS = 65_536;

/** What an aggregate keeps for a group, where it does not tell. */
const STATE_BYTES = 32;

/** What a batch has for one aggregate: its arguments, then what ORDER BY inside sorts by, and the rows that count. */
export interface CallInput {
  readonly arguments: readonly ColumnVector[];
  readonly rows: Selection;
}

/** The groups by one set of keys: rows become dense group numbers, and each aggregate is updated for a whole batch. */
export class Grouping {
  private readonly plan: AggregatePlan;
  /** Positions of the set's keys among all keys. */
  private readonly set: readonly number[];
  /** The bits of the keys that the set lacks. */
  private readonly lacking: number;
  private readonly keyKinds: readonly PhysicalKind[];
  /** Null without keys: all rows are one group. */
  private readonly interner: RowInterner | null;
  private readonly keyRows: RowBuffer;
  private bare: BareColumns;
  private states: readonly AggregateState[];
  /** By call: the pass in which it is updated together with others. */
  private joint: readonly (JointUpdate | undefined)[] = [];
  private ids = NO_INTS;
  /** The same memory: an id is never negative here. */
  private idsAsGroups = NO_UINTS;
  private groupIds = NO_UINTS;
  private order: Int32Array = NO_INTS;

  constructor(plan: AggregatePlan, set: readonly number[]) {
    this.plan = plan;
    this.set = set;
    this.lacking = plan.keys.reduce((bits, _key, i) => (set.includes(i) ? bits : bits + 2 ** i), 0);
    this.keyKinds = plan.keys.map((key) => physicalKindOf(key.type));
    const collations = set.map((key) => plan.columns[key].collation);
    this.interner = set.length === 0 ? null : groupKeys(collations);
    this.keyRows = new RowBuffer(set.map((key) => this.keyKinds[key]));
    this.bare = new BareColumns(plan);
    this.states = statesOf(plan.calls);
    this.joint = jointUpdatesOf(plan, this.states);
    this.begin();
  }

  /** Forgets all groups, and keeps much of the memory for the next ones. */
  clear(): void {
    this.interner?.clear();
    this.keyRows.clear();
    this.bare = new BareColumns(this.plan);
    if (this.states.some((state) => state.clear === undefined)) {
      this.states = statesOf(this.plan.calls);
      this.joint = jointUpdatesOf(this.plan, this.states);
    } else for (const state of this.states) state.clear?.();
    this.begin();
  }

  private begin(): void {
    if (this.set.length === 0) for (const state of this.states) state.ensureGroups(1);
  }

  /** `known`: the groups of the batch's selected rows, ascending, where they are known already. */
  consume(
    batch: Batch,
    keys: readonly ColumnVector[],
    calls: readonly CallInput[],
    known: Int32Array | null = null,
  ): void {
    const { bareFrom } = this.plan;
    const groupIds = this.interner === null ? null : this.assignGroups(this.interner, batch, keys, known);
    const groupCount = groupIds === null ? 1 : this.keyRows.length;
    for (const state of this.states) state.ensureGroups(groupCount);
    for (let c = 0; c < calls.length; c++) {
      const { arguments: args, rows } = calls[c];
      const state = this.states[c];
      if (groupIds !== null && this.joint[c]?.update(c, groupIds, groupCount, calls) === true) continue;
      state.update(groupIds, args, rows.selection, rows.count);
      if (c === bareFrom) this.bare.followExtreme(batch, rows, groupIds, args[0], this.plan.calls[c]);
    }
    if (groupIds === null) this.bare.takeFirst(batch);
  }

  /** The groups of the selected rows, into `out`; -1 for those that are not known. */
  find(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number, out: Int32Array): void {
    const own = this.set.map((key) => keys[key]);
    if (this.interner === null) out.fill(0, 0, count);
    else this.interner.assign(own, selection, count, out, false);
  }

  /** Adds rows to the one group of a grouping without keys. */
  addToAll(calls: readonly CallInput[]): void {
    calls.forEach(({ arguments: args, rows }, c) => {
      this.states[c].update(null, args, rows.selection, rows.count);
    });
  }

  /** What a call has come to so far, of a grouping without keys. */
  resultForAll(call: number): SqlValue {
    return this.states[call].result(0);
  }

  /** Per row of the batch its group. The keys, and bare columns, of new groups are kept from their first row. */
  private assignGroups(
    interner: RowInterner,
    batch: Batch,
    all: readonly ColumnVector[],
    known: Int32Array | null,
  ): Uint32Array {
    const { selection, selectedCount, rowCount } = batch;
    if (this.ids.length < rowCount) {
      this.ids = new Int32Array(rowCount);
      this.idsAsGroups = new Uint32Array(this.ids.buffer);
      this.groupIds = new Uint32Array(rowCount);
    }
    const keys = this.set.map((key) => all[key]);
    const before = this.keyRows.length;
    if (known === null) interner.assign(keys, selection, selectedCount, this.ids, true);
    const ids = known ?? this.ids;
    const size = known === null ? interner.size : known[selectedCount - 1] + 1;
    if (size > before) {
      const first = firstRows(ids, selection, selectedCount, before, size - before);
      this.keyRows.appendRows((i) => keys[i], first, first.length);
      this.bare.append(batch, first);
    }
    // Without a selection ids by position are ids by row.
    if (selection === null && known === null) return this.idsAsGroups;
    scatter(ids, selection, selectedCount, this.groupIds);
    return this.groupIds;
  }

  /** Of memory, roughly. */
  sizeBytes(): number {
    const groups = this.keyRows.length;
    let bytes = (this.interner?.sizeBytes() ?? 0) + this.keyRows.bytesWith(0) + this.bare.bytesWith(groups);
    for (const state of this.states) bytes += state.sizeBytes?.() ?? groups * STATE_BYTES;
    return bytes;
  }

  /** Puts the groups in their order; returns how many there are. */
  finish(): number {
    const { plan, keyRows, keyKinds, set } = this;
    const groupCount = set.length === 0 ? 1 : keyRows.length;
    if (set.length === 0 || plan.streams !== null || groupCount > ORDERED_GROUPS) {
      this.order = positionsAsTheyAre(groupCount);
      return groupCount;
    }
    const terms = set.map((key, position) => ({
      position,
      collation: plan.columns[key].collation,
      descending: false,
      nullsFirst: true,
    }));
    const kinds = set.map((key) => keyKinds[key]);
    this.order = sortedPositions(groupCount, terms, (i) => keyRows.column(i), kinds);
    return groupCount;
  }

  /** The groups from `from` on. */
  rows(from: number, count: number): Batch {
    const groups = this.order.subarray(from, from + count);
    return new LazyBatch(count, (i) => this.column(i, groups));
  }

  private column(i: number, groups: Int32Array): ColumnVector {
    const { plan, keyRows, keyKinds } = this;
    const count = groups.length;
    if (i < plan.keys.length) {
      const position = this.set.indexOf(i);
      return position < 0 ? nullVector(keyKinds[i], count) : gather(keyRows.column(position), groups, count);
    }
    const c = i - plan.keys.length;
    if (c < this.states.length) {
      const state = this.states[c];
      const kind = physicalKindOf(plan.columns[i].type);
      const vector = state.resultVector?.(groups) ?? null;
      if (vector !== null) return vector;
      return vectorOfValues(
        Array.from(groups, (group) => state.result(group)),
        kind,
      );
    }
    const b = c - this.states.length;
    if (b < plan.bare.length) return this.bare.column(b, groups, count);
    return { kind: 'number', values: new Float64Array(count).fill(this.lacking), nulls: null };
  }
}

/** NULL is a key like any other. */
function groupKeys(collations: readonly Collation[]): RowInterner {
  return new (GROUP_KEYS.get().RowInterner)(
    collations,
    collations.map(() => true),
  );
}

/** None until the page has what they are. */
function jointUpdatesOf(plan: AggregatePlan, states: readonly AggregateState[]): readonly (JointUpdate | undefined)[] {
  return JOINT_UPDATES.isLoaded ? JOINT_UPDATES.get().jointUpdates(plan, states) : [];
}

/** A state per call. sum and avg of the same rows and argument add up once; the first of them does. */
function statesOf(calls: readonly AggregateCallPlan[]): readonly AggregateState[] {
  const states: AggregateState[] = [];
  for (const call of calls) {
    const { definition, collation, distinct } = call;
    const known = calls.findIndex((other, i) => i < states.length && addUpTheSame(other, call));
    let state = known < 0 ? null : (definition.sharing?.(states[known]) ?? null);
    if (state === null) {
      const argumentTypes = call.arguments.map((argument) => argument.type);
      state = createAggregate(definition, { argumentTypes, collation, distinct });
    }
    states.push(call.orderBy.length === 0 ? state : new OrderedState(state, call));
  }
  return states;
}

function addUpTheSame(a: AggregateCallPlan, b: AggregateCallPlan): boolean {
  const isPlain = [a, b].every(({ distinct, filter, orderBy }) => !distinct && filter === null && orderBy.length === 0);
  if (!isPlain || a.definition.sharing === undefined || a.arguments.length !== b.arguments.length) return false;
  return a.arguments.every((argument, i) => isDeterministic(argument) && sameExpression(argument, b.arguments[i]));
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
