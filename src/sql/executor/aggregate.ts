import type { ColumnVector } from '../../engine/column/vector.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { FilterEvaluator, VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { AggregatePlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { type CallInput, Grouping } from './grouping.ts';
import type { KnownCalls } from './known-calls.ts';
import { KNOWN_CALLS } from './late-parts.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import type { SpilledAggregate } from './spill/spilled-aggregate.ts';

interface CompiledCall {
  /** The arguments, then what ORDER BY inside the call sorts by. */
  readonly arguments: readonly VectorEvaluator[];
  readonly filter: FilterEvaluator | null;
}

/** Computes the keys and the arguments of an aggregation. */
export class AggregateInputs {
  private readonly keys: readonly VectorEvaluator[];
  private readonly calls: readonly CompiledCall[];

  constructor(plan: AggregatePlan) {
    const kinds = inputKinds(plan.input);
    this.keys = plan.keys.map((key) => compileVector(key, kinds));
    this.calls = plan.calls.map((call) => ({
      arguments: [...call.arguments, ...call.orderBy.map(({ expression }) => expression)].map((argument) =>
        compileVector(argument, kinds),
      ),
      filter: call.filter === null ? null : compileFilter(call.filter, kinds),
    }));
  }

  of(batch: Batch, context: ExecutionContext): { keys: readonly ColumnVector[]; calls: readonly CallInput[] } {
    const keys = this.keys.map((evaluate) => evaluate(batch, context));
    const all = { selection: batch.selection, count: batch.selectedCount };
    const calls = this.calls.map((call) => {
      const rows = call.filter === null ? all : call.filter(batch, context);
      // Arguments may raise for rows that FILTER leaves out.
      const counted = call.filter === null ? batch : new NarrowedBatch(batch, rows.selection, rows.count);
      return { arguments: call.arguments.map((evaluate) => evaluate(counted, context)), rows };
    });
    return { keys, calls };
  }
}

/** Groups by hashing, once per set of keys; keys and arguments are computed once for all sets. */
export class Aggregate implements Operator {
  private readonly plan: AggregatePlan;
  private readonly input: Operator;
  private readonly inputs: AggregateInputs;
  private readonly sets: readonly (readonly number[])[];
  private readonly known: KnownCalls | null;
  private readonly memory = new OperatorMemory('aggregate');
  private spilled: SpilledAggregate | null = null;
  private context!: ExecutionContext;
  private groupings: readonly Grouping[] = [];
  /** The grouping whose groups are handed out, how many it has and how many are done; -1: rows are being read. */
  private current = -1;
  private groupCount = 0;
  private done = 0;

  constructor(plan: AggregatePlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.inputs = new AggregateInputs(plan);
    this.known = plan.isOfZoneMaps && KNOWN_CALLS.isLoaded ? new (KNOWN_CALLS.get().KnownCalls)(plan.calls) : null;
    this.sets = plan.sets ?? [plan.keys.map((_, i) => i)];
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.spilled = null;
    if (this.groupings.length === 0) this.groupings = this.sets.map((set) => new Grouping(this.plan, set));
    else for (const grouping of this.groupings) grouping.clear();
    this.current = -1;
    this.groupCount = 0;
    this.done = 0;
    this.input.open(context);
  }

  next(): Batch | null {
    if (this.current < 0) {
      if (this.known?.addBlock(this.input, this.groupings)) return NOT_YET;
      const batch = this.input.next();
      if (batch !== null) {
        if (batch.selectedCount > 0) this.consume(batch);
        return NOT_YET;
      }
    }
    while (this.done === this.groupCount) {
      this.current++;
      if (this.current >= this.groupings.length) return this.rest();
      this.groupCount = this.groupings[this.current].finish();
      this.done = 0;
    }
    const count = Math.min(this.context.batchRows, this.groupCount - this.done);
    const rows = this.groupings[this.current].rows(this.done, count);
    this.done += count;
    return rows;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  /** What was put off. */
  private rest(): Batch | null {
    if (this.spilled === null) return null;
    this.groupings = [];
    return this.spilled.next();
  }

  private consume(batch: Batch): void {
    const { keys, calls } = this.inputs.of(batch, this.context);
    const { groupings, memory, plan, sets } = this;
    if (this.spilled !== null) {
      this.spilled.add(groupings, batch, keys, calls);
      return;
    }
    let bytes = 0;
    for (const grouping of groupings) {
      grouping.consume(batch, keys, calls);
      bytes += grouping.sizeBytes();
    }
    if (memory.hasToGrow(bytes)) return;
    this.spilled = new (memory.spilling(bytes).SpilledAggregate)(plan, sets, memory, this.context.batchRows);
    memory.needAll(bytes);
  }
}
