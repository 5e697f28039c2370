import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import { CountState } from '../functions/aggregates/count.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import { ExtremeState } from '../functions/aggregates/extremes.ts';
import { type RunningSums, SumState } from '../functions/aggregates/sum.ts';
import type { AggregateCallPlan, AggregatePlan } from '../planner/physical-plan.ts';
import type { CallInput } from './grouping.ts';
import { SumsUpdate } from './joint-sums.ts';

/** Of more groups than this the values do not stay in the processor's nearest memory, and one pass gains nothing. */
const MOST_GROUPS = 256;

/** How some calls of an aggregation add a batch, in place of the states that own what they hold. */
export interface JointUpdate {
  /**
   * Adds a batch when it comes to the first of its calls; answers for each of them whether it has. The states have room
   * for the groups.
   */
  update(call: number, groupIds: Uint32Array, groupCount: number, calls: readonly CallInput[]): boolean;
}

/**
 * Sums, extremes and counts of one REAL argument in one pass over the rows of a batch: a row's group and value are read once.
 * The states are updated one by one where this does not apply.
 */
class SumUpdate implements JointUpdate {
  private readonly firstCall: number;
  /** The call whose argument it is. */
  private readonly sumCall: number;
  private readonly sums: RunningSums;
  private readonly least: ExtremeState | null;
  private readonly greatest: ExtremeState | null;
  private readonly counts: readonly CountState[];
  private readonly countsOfBatch = new Uint32Array(MOST_GROUPS);
  /** In place of an extreme that nobody asks for. */
  private readonly ignored = new Float64Array(MOST_GROUPS);
  /** The batch has been added. */
  private isDone = false;

  constructor(firstCall: number, sumCall: number, sums: RunningSums, states: readonly AggregateState[]) {
    const extreme = (sign: 1 | -1): ExtremeState | null =>
      states.find((state): state is ExtremeState => state instanceof ExtremeState && state.sign === sign) ?? null;
    this.firstCall = firstCall;
    this.sumCall = sumCall;
    this.sums = sums;
    this.least = extreme(-1);
    this.greatest = extreme(1);
    this.counts = states.filter((state) => state instanceof CountState);
  }

  update(call: number, groupIds: Uint32Array, groupCount: number, calls: readonly CallInput[]): boolean {
    if (call === this.firstCall) this.isDone = this.addBatch(groupIds, groupCount, calls);
    return this.isDone;
  }

  private addBatch(groupIds: Uint32Array, groupCount: number, calls: readonly CallInput[]): boolean {
    const { sums, least, greatest, countsOfBatch, ignored } = this;
    const { arguments: args, rows } = calls[this.sumCall];
    const [vector] = args;
    if (groupCount > MOST_GROUPS || vector.kind !== 'number' || vector.nulls !== null) return false;
    countsOfBatch.fill(0, 0, groupCount);
    addRows(
      sums.reals,
      sums.corrections,
      countsOfBatch,
      least === null ? ignored : least.numbers,
      greatest === null ? ignored : greatest.numbers,
      vector.values,
      groupIds,
      rows.selection,
      rows.count,
    );
    addCounts(sums.realCounts, countsOfBatch, groupCount);
    for (const state of this.counts) addCounts(state.counts, countsOfBatch, groupCount);
    return true;
  }
}

/** REAL sums are compensated as in `sum-kernels.ts`. Extremes that are NaN are none yet. */
function addRows(
  sums: Float64Array,
  corrections: Float64Array,
  counts: Uint32Array,
  least: Float64Array,
  greatest: Float64Array,
  values: Float64Array,
  groupIds: Uint32Array,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const group = groupIds[row];
    const value = values[row];
    const sum = sums[group];
    const next = sum + value;
    const grown = next - sum;
    corrections[group] += sum - (next - grown) + (value - grown);
    sums[group] = next;
    counts[group]++;
    if (!(value >= least[group])) least[group] = value;
    if (!(value <= greatest[group])) greatest[group] = value;
  }
}

function addCounts(counts: Float64Array, of: Uint32Array, groupCount: number): void {
  for (let group = 0; group < groupCount; group++) counts[group] += of[group];
}

/** A least or greatest value alone, of numbers without NULLs: the shorter the loop, the less it waits for memory. */
class ExtremeUpdate implements JointUpdate {
  private readonly state: ExtremeState;

  constructor(state: ExtremeState) {
    this.state = state;
  }

  update(call: number, groupIds: Uint32Array, _groupCount: number, calls: readonly CallInput[]): boolean {
    const { arguments: args, rows } = calls[call];
    const vector = args[0];
    if (vector.kind !== 'number' || vector.nulls !== null) return false;
    const keep = this.state.sign === 1 ? keepGreatest : keepLeast;
    keep(this.state.numbers, vector.values, groupIds, rows.selection, rows.count);
    return true;
  }
}

function keepGreatest(
  greatest: Float64Array,
  values: Float64Array,
  groupIds: Uint32Array,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const group = groupIds[row];
    const value = values[row];
    if (!(value <= greatest[group])) greatest[group] = value;
  }
}

function keepLeast(
  least: Float64Array,
  values: Float64Array,
  groupIds: Uint32Array,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const group = groupIds[row];
    const value = values[row];
    if (!(value >= least[group])) least[group] = value;
  }
}

/** By call how it is updated: in one pass for each argument of which there are a sum and an extreme. */
export function jointUpdates(
  plan: AggregatePlan,
  states: readonly AggregateState[],
): readonly (JointUpdate | undefined)[] {
  const { calls } = plan;
  const updates: (JointUpdate | undefined)[] = calls.map(() => undefined);
  // An extreme may bring the bare columns of its row.
  if (plan.bareFrom !== null) return updates;
  calls.forEach((call, sumCall) => {
    const state = states[sumCall];
    if (!hasSums(state) || !isPlain(call)) return;
    const joint: AggregateState[] = [];
    const members = [sumCall];
    calls.forEach((other, c) => {
      if (updates[c] !== undefined || !joins(other, states[c], call, joint)) return;
      joint.push(states[c]);
      members.push(c);
    });
    if (!joint.some((other) => other instanceof ExtremeState)) return;
    const update = new SumUpdate(Math.min(...members), sumCall, state.sums, joint);
    for (const c of members) updates[c] = update;
  });
  states.forEach((state, c) => {
    if (state instanceof ExtremeState && isPlain(calls[c])) updates[c] ??= new ExtremeUpdate(state);
  });
  const alone: number[] = [];
  const sums: RunningSums[] = [];
  states.forEach((state, c) => {
    if (updates[c] !== undefined || !isPlain(calls[c]) || !hasSums(state)) return;
    alone.push(c);
    sums.push(state.sums);
  });
  const update = new SumsUpdate(alone, sums);
  if (alone.length > 1) for (const c of alone) updates[c] = update;
  return updates;
}

/** Sums of REALs that are the state's own. */
function hasSums(state: AggregateState): state is SumState {
  return state instanceof SumState && state.isOwner && state.sums.physical === 'real';
}

/** Whether a call can be updated in the pass of a sum: one least and one greatest value, and all counts of its rows. */
function joins(
  call: AggregateCallPlan,
  state: AggregateState,
  sum: AggregateCallPlan,
  joint: readonly AggregateState[],
): boolean {
  if (!isPlain(call) || !call.arguments.every((argument) => sameExpression(argument, sum.arguments[0]))) return false;
  if (state instanceof CountState) return true;
  return (
    state instanceof ExtremeState && !joint.some((other) => other instanceof ExtremeState && other.sign === state.sign)
  );
}

/** All rows count, in any order, and reading the arguments twice is the same as once. */
function isPlain({ distinct, filter, orderBy, arguments: args }: AggregateCallPlan): boolean {
  return !distinct && filter === null && orderBy.length === 0 && args.every(isDeterministic);
}
