import type { Collation, SqlValue } from '../../engine/column/types.ts';
import type { AggregateCall, AggregateNode, ColumnId } from '../binder/logical-plan.ts';
import { vectorOfValues } from '../executor/value-vector.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { physicalKindOf, type StaticType } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { truth } from '../expressions/values/numeric.ts';
import { createAggregate } from '../functions/aggregates/create.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import { KeptRows } from './kept-rows.ts';
import { type Key, rowKey } from './key.ts';
import { inOrderOfValues } from './sort.ts';

/** One call, and what it has been given: the rows that count, with their groups. */
class Call {
  readonly id: ColumnId;
  private readonly isGrouped: boolean;
  private readonly call: AggregateCall;
  private readonly filter: ScalarEvaluator | null;
  private readonly evaluators: readonly ScalarEvaluator[];
  private readonly argumentTypes: readonly StaticType[];
  /** Of the rows that count; null: there is one group. */
  private groups: number[] | null = null;
  private args: SqlValue[][] = [];
  private count = 0;
  private state: AggregateState | null = null;

  constructor(call: AggregateCall, isGrouped: boolean) {
    this.isGrouped = isGrouped;
    this.id = call.column.id;
    this.call = call;
    this.filter = call.filter === null ? null : compileScalar(call.filter);
    this.evaluators = call.arguments.map(compileScalar);
    this.argumentTypes = call.arguments.map(({ type }) => type);
  }

  clear(): void {
    this.groups = this.isGrouped ? [] : null;
    this.args = this.evaluators.map(() => []);
    this.count = 0;
  }

  /** Answers the first argument; undefined where the row does not count. */
  add(group: number, execution: DirectExecution): SqlValue | undefined {
    const { evaluators, filter } = this;
    if (filter !== null && truth(execution.valueOf(filter)) !== true) return undefined;
    this.groups?.push(group);
    this.count++;
    for (let i = 0; i < evaluators.length; i++) this.args[i].push(execution.valueOf(evaluators[i]));
    return evaluators.length === 0 ? null : this.args[0][this.count - 1];
  }

  finish(groupCount: number): AggregateState {
    const { argumentTypes, groups, count } = this;
    const state = this.emptyState();
    state.ensureGroups(groupCount);
    if (count === 0) return state;
    const vectors = this.args.map((values, i) => vectorOfValues(values, physicalKindOf(argumentTypes[i])));
    state.update(groups === null ? null : Uint32Array.from(groups), vectors, null, count);
    return state;
  }

  /** The state of the last run, where it can be used again: a correlated subquery runs often, and over few rows. */
  private emptyState(): AggregateState {
    const { state, argumentTypes } = this;
    if (state?.clear !== undefined) {
      state.clear();
      return state;
    }
    const { definition, distinct, collation } = this.call;
    this.state = createAggregate(definition, { argumentTypes, distinct, collation });
    return this.state;
  }
}

/** GROUP BY and aggregates: collects all rows, then lets each aggregate see them at once. Groups come in the order of their keys. */
export class Aggregate implements RowSource, RowSink {
  input!: RowSource;
  private readonly keys: readonly ScalarEvaluator[];
  private readonly keyCollations: readonly Collation[];
  private readonly calls: readonly Call[];
  private readonly keyRows: KeptRows;
  private readonly bare: KeptRows;
  /** The call in whose extreme row the bare columns are; -1: they are in the first one, as where no row counts for the call. */
  private readonly bareFrom: number;
  private readonly sign: number;
  private readonly extremeCollation: Collation;
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;
  private groupByKey: Map<Key, number> | null = null;
  private groups: Group[] = [];

  constructor({ keys, calls, bare, bareFrom }: AggregateNode, execution: DirectExecution, sink: RowSink) {
    this.keys = keys.map(({ expression }) => compileScalar(expression));
    this.keyCollations = keys.map(({ collation }) => collation);
    this.calls = calls.map((call) => new Call(call, keys.length > 0));
    this.keyRows = new KeptRows(
      keys.map(({ id }) => id),
      execution.frame,
    );
    this.bare = new KeptRows(
      bare.map(({ id }) => id),
      execution.frame,
    );
    this.bareFrom = bareFrom === null ? -1 : calls.findIndex(({ column }) => column.id === bareFrom);
    const extreme = calls[this.bareFrom];
    this.sign = extreme?.definition.name === 'max' ? 1 : -1;
    this.extremeCollation = extreme?.collation ?? 'BINARY';
    this.execution = execution;
    this.sink = sink;
  }

  take(): boolean {
    const { calls, execution, bareFrom } = this;
    const group = this.keys.length === 0 ? this.soleGroup() : this.groupOfRow();
    for (let c = 0; c < calls.length; c++) {
      const value = calls[c].add(group.number, execution);
      if (c === bareFrom && value !== undefined) this.followExtreme(group, value);
    }
    return true;
  }

  run(): boolean {
    this.forget();
    this.input.run();
    if (this.keys.length === 0) this.emptyGroup();
    const wantsMore = this.handOn();
    this.forget();
    return wantsMore;
  }

  private forget(): void {
    this.groupByKey = null;
    this.groups = [];
    for (const call of this.calls) call.clear();
  }

  private handOn(): boolean {
    const { groups, calls, keyRows, bare, execution } = this;
    const states = calls.map((call) => call.finish(groups.length));
    const { values } = execution.frame;
    const inOrder = this.keys.length === 0 ? groups : this.inOrderOfKeys();
    for (const group of inOrder) {
      keyRows.restore(group.key);
      bare.restore(group.bare);
      for (let c = 0; c < calls.length; c++) values[calls[c].id] = states[c].result(group.number);
      if (!this.sink.take()) return false;
    }
    return true;
  }

  private inOrderOfKeys(): readonly Group[] {
    const byKey = new Map(this.groups.map((group) => [group.key, group] as const));
    const keys = [...byKey.keys()];
    inOrderOfValues(keys, this.keyCollations);
    return keys.map((key) => byKey.get(key) as Group);
  }

  private groupOfRow(): Group {
    const { keys, execution, groups } = this;
    this.groupByKey ??= new Map();
    const key = new Array<SqlValue>(keys.length);
    for (let i = 0; i < keys.length; i++) key[i] = execution.valueOf(keys[i]);
    const id = rowKey(key, this.keyCollations);
    const known = this.groupByKey.get(id);
    if (known !== undefined) return groups[known];
    this.groupByKey.set(id, groups.length);
    return this.newGroup(key);
  }

  private soleGroup(): Group {
    return this.groups.length === 1 ? this.groups[0] : this.newGroup([]);
  }

  private newGroup(key: SqlValue[]): Group {
    const group = { number: this.groups.length, key, bare: this.bare.save(), extreme: undefined };
    this.groups.push(group);
    return group;
  }

  /** Without keys there is one group even of no rows. */
  private emptyGroup(): void {
    if (this.groups.length > 0) return;
    this.groups.push({ number: 0, key: [], bare: this.bare.ids.map(() => null), extreme: undefined });
  }

  /** Keeps the bare columns of the row in the frame if its value is the extreme so far. */
  private followExtreme(group: Group, value: SqlValue): void {
    const { extreme } = group;
    const isBetter =
      extreme === undefined ||
      (value !== null && (extreme === null || this.sign * compareValues(value, extreme, this.extremeCollation) > 0));
    if (!isBetter) return;
    group.extreme = value;
    group.bare = this.bare.save();
  }
}

interface Group {
  readonly number: number;
  readonly key: SqlValue[];
  bare: readonly SqlValue[];
  /** The extreme value that the bare columns follow; undefined: none so far. */
  extreme: SqlValue | undefined;
}
