import { NO_INTS } from '../../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import { type Batch, NarrowedBatch, type Selection } from '../../expressions/batch.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import type { AggregatePlan } from '../../planner/physical-plan.ts';
import { type CallInput, Grouping } from '../grouping.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { inputKinds } from '../plan-kinds.ts';
import { Partitions } from './partitions.ts';
import type { SpilledRows } from './spilled-rows.ts';

/** What of a row an aggregation keeps when it is put off: keys, arguments, whether filters let it pass, and bare columns. */
class StoredInputs {
  readonly kinds: readonly PhysicalKind[];
  private readonly plan: AggregatePlan;

  constructor(plan: AggregatePlan) {
    this.plan = plan;
    const kinds: PhysicalKind[] = plan.keys.map(({ type }) => physicalKindOf(type));
    for (const { arguments: args, orderBy, filter } of plan.calls) {
      for (const { type } of args) kinds.push(physicalKindOf(type));
      for (const { expression } of orderBy) kinds.push(physicalKindOf(expression.type));
      if (filter !== null) kinds.push('integer');
    }
    const ofInput = inputKinds(plan.input);
    for (const position of plan.bare) kinds.push(ofInput[position]);
    this.kinds = kinds;
  }

  vectors(batch: Batch, keys: readonly ColumnVector[], calls: readonly CallInput[]): readonly ColumnVector[] {
    const vectors = [...keys];
    this.plan.calls.forEach(({ filter }, c) => {
      vectors.push(...calls[c].arguments);
      if (filter !== null) vectors.push(flagsOf(calls[c].rows, batch.rowCount));
    });
    for (const position of this.plan.bare) vectors.push(batch.column(position));
    return vectors;
  }

  /** The way back. */
  inputsOf(stored: Batch): { batch: Batch; keys: readonly ColumnVector[]; calls: readonly CallInput[] } {
    const { plan } = this;
    const { rowCount } = stored;
    let at = 0;
    const take = (count: number): readonly ColumnVector[] => Array.from({ length: count }, () => stored.column(at++));
    const keys = take(plan.keys.length);
    const calls = plan.calls.map(({ arguments: args, orderBy, filter }): CallInput => {
      const vectors = take(args.length + orderBy.length);
      return { arguments: vectors, rows: filter === null ? all(rowCount) : flagged(stored.column(at++), rowCount) };
    });
    const bare = new Map(plan.bare.map((position, i) => [position, at + i]));
    const column = (i: number): ColumnVector => stored.column(bare.get(i) as number);
    return { batch: { rowCount, selection: null, selectedCount: rowCount, column }, keys, calls };
  }
}

/**
 * An aggregation whose groups do not fit into memory: those that are known go on, rows of others are divided into parts,
 * and each part is grouped on its own when all rows have come.
 */
export class SpilledAggregate {
  private readonly plan: AggregatePlan;
  private readonly memory: OperatorMemory;
  private readonly batchRows: number;
  private readonly stored: StoredInputs;
  private readonly sets: readonly (readonly number[])[];
  /** One for each grouping: null for that of all rows, which has one group. */
  private readonly parts: readonly (Partitions | null)[];
  private rest: Generator<Batch> | null = null;
  private ids = NO_INTS;

  constructor(plan: AggregatePlan, sets: readonly (readonly number[])[], memory: OperatorMemory, batchRows: number) {
    this.plan = plan;
    this.sets = sets;
    this.memory = memory;
    this.batchRows = batchRows;
    this.stored = new StoredInputs(plan);
    this.parts = sets.map((set) => (set.length === 0 ? null : this.partsOf(set, 0)));
  }

  /** Adds a batch to the groupings, as far as they know its groups. */
  add(groupings: readonly Grouping[], batch: Batch, keys: readonly ColumnVector[], calls: readonly CallInput[]): void {
    let bytes = 0;
    groupings.forEach((grouping, g) => {
      bytes += this.divide(grouping, this.sets[g], this.parts[g], batch, keys, calls);
    });
    this.memory.needAll(bytes);
  }

  /** The groups that were not known, when those that were are not needed any more. */
  next(): Batch | null {
    this.rest ??= this.groups();
    const { value, done } = this.rest.next();
    return done === true ? null : value;
  }

  private partsOf(set: readonly number[], level: number): Partitions {
    const collations = set.map((key) => this.plan.columns[key].collation);
    return new Partitions(this.stored.kinds, collations, this.memory, level);
  }

  /** Returns what the grouping and its parts hold in memory. */
  private divide(
    grouping: Grouping,
    set: readonly number[],
    parts: Partitions | null,
    batch: Batch,
    keys: readonly ColumnVector[],
    calls: readonly CallInput[],
  ): number {
    if (parts === null) {
      grouping.consume(batch, keys, calls);
      return grouping.sizeBytes();
    }
    const { selection, selectedCount, rowCount } = batch;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    grouping.find(keys, selection, selectedCount, this.ids);
    const isKnown = new Uint8Array(rowCount);
    const known = new Uint32Array(selectedCount);
    const others = new Uint32Array(selectedCount);
    let knownCount = 0;
    let otherCount = 0;
    for (let k = 0; k < selectedCount; k++) {
      const row = selection === null ? k : selection[k];
      if (this.ids[k] < 0) others[otherCount++] = row;
      else {
        isKnown[row] = 1;
        this.ids[knownCount] = this.ids[k];
        known[knownCount++] = row;
      }
    }
    if (knownCount > 0) {
      const own = calls.map((call) => ({ ...call, rows: only(call.rows, isKnown) }));
      grouping.consume(new NarrowedBatch(batch, known, knownCount), keys, own, this.ids);
    }
    const vectors = this.stored.vectors(batch, keys, calls);
    const keysOfSet = set.map((key) => keys[key]);
    parts.add((i) => vectors[i], keysOfSet, others, otherCount);
    return grouping.sizeBytes() + parts.sizeBytes();
  }

  private *groups(): Generator<Batch> {
    for (let g = 0; g < this.sets.length; g++) {
      const parts = this.parts[g];
      if (parts !== null) yield* this.groupsOf(parts, this.sets[g]);
    }
  }

  private *groupsOf(parts: Partitions, set: readonly number[]): Generator<Batch> {
    for (const part of parts.finish()) yield* this.groupsOfPart(part, set, parts.level + 1);
  }

  private *groupsOfPart(part: SpilledRows, set: readonly number[], level: number): Generator<Batch> {
    const grouping = new Grouping(this.plan, set);
    let deeper: Partitions | null = null;
    for (let b = 0; b < part.blockCount; b++) {
      const { batch, keys, calls } = this.stored.inputsOf(part.block(b));
      if (deeper === null) {
        grouping.consume(batch, keys, calls);
        const bytes = grouping.sizeBytes();
        if (this.memory.hasToGrow(bytes)) continue;
        if (!Partitions.canDivide(level)) this.memory.need(bytes);
        deeper = this.partsOf(set, level);
      } else this.memory.needAll(this.divide(grouping, set, deeper, batch, keys, calls));
    }
    part.release();
    const count = grouping.finish();
    for (let done = 0; done < count; done += this.batchRows) {
      yield grouping.rows(done, Math.min(this.batchRows, count - done));
    }
    grouping.clear();
    if (deeper !== null) yield* this.groupsOf(deeper, set);
  }
}

function all(count: number): Selection {
  return { selection: null, count };
}

function flagsOf({ selection, count }: Selection, rowCount: number): ColumnVector {
  const values = new Float64Array(rowCount);
  for (let k = 0; k < count; k++) values[selection === null ? k : selection[k]] = 1;
  return { kind: 'number', values, nulls: null };
}

function flagged(flags: ColumnVector, rowCount: number): Selection {
  const rows = new Uint32Array(rowCount);
  let count = 0;
  if (flags.kind === 'number') {
    for (let row = 0; row < rowCount; row++) if (flags.values[row] === 1) rows[count++] = row;
  }
  return { selection: rows, count };
}

function only({ selection, count }: Selection, isWanted: Uint8Array): Selection {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let k = 0; k < count; k++) {
    const row = selection === null ? k : selection[k];
    if (isWanted[row] === 1) rows[found++] = row;
  }
  return { selection: rows, count: found };
}
