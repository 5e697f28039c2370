import { NO_DOUBLES } from '../../base/empty-arrays.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { ZoneMap } from '../../engine/segment/segment-format.ts';
import type { AggregateCallPlan } from '../planner/physical-plan.ts';
import type { CallInput, Grouping } from './grouping.ts';
import type { Operator } from './operator.ts';

/** What a call of an aggregation reads: a column of the input, or -1 where it counts rows. */
interface KnownCall {
  readonly isCount: boolean;
  readonly isMin: boolean;
  readonly column: number;
}

/** Calls that zone maps can answer, of an aggregation without keys. */
export class KnownCalls {
  private readonly calls: readonly KnownCall[];

  constructor(calls: readonly AggregateCallPlan[]) {
    this.calls = calls.map(({ definition: { name }, arguments: [argument] }) => ({
      isCount: name === 'count',
      isMin: name === 'min',
      column: argument?.kind === 'column' ? argument.index : -1,
    }));
  }

  /** Adds up the next block of the input, where zone maps tell all of it. Answers whether it has. */
  addBlock(input: Operator, groupings: readonly Grouping[]): boolean {
    let inputs: readonly CallInput[] | null = null;
    const isTaken = input.takeKnown?.((rowCount, zone, isWhole) => {
      const extreme = (call: number): SqlValue => groupings[0].resultForAll(call);
      inputs = inputsOfKnown(this.calls, rowCount, zone, isWhole ? null : extreme);
      return inputs !== null;
    });
    if (isTaken !== true || inputs === null) return false;
    for (const grouping of groupings) grouping.addToAll(inputs);
    return true;
  }
}

/**
 * What the calls would read of the rows that the zone maps describe, as few rows with the same outcome; null where the
 * maps do not tell. Bounds of texts and blobs may be wider than their values. `extremeOf`: there are `rowCount` rows among
 * more that the maps describe, and this is what a `min` or `max` has come to so far, beyond which they may not reach; null:
 * those are all.
 */
function inputsOfKnown(
  calls: readonly KnownCall[],
  rowCount: number,
  zone: (column: number) => ZoneMap,
  extremeOf: ((call: number) => SqlValue) | null,
): CallInput[] | null {
  const inputs: CallInput[] = [];
  for (let c = 0; c < calls.length; c++) {
    const { isCount, isMin, column } = calls[c];
    const known = column < 0 || rowCount === 0 ? null : zone(column);
    const nulls = known?.nullCount ?? 0;
    const isAllNull = nulls > 0 && nulls === known?.rowCount;
    const present = isAllNull ? 0 : rowCount - nulls;
    if (isCount || known === null || isAllNull) {
      if (extremeOf !== null && nulls > 0 && !isAllNull) return null;
      inputs.push(rows(column < 0 ? [] : [NO_VALUES], present));
      continue;
    }
    const bound = isMin ? known.min : known.max;
    if (typeof bound !== 'number' && typeof bound !== 'bigint') return null;
    if (extremeOf !== null) {
      const extreme = extremeOf(c);
      if (typeof extreme !== 'number' && typeof extreme !== 'bigint') return null;
      if (isMin ? bound < extreme : bound > extreme) return null;
      inputs.push(rows([NO_VALUES], 0));
    } else inputs.push(rows([typeof bound === 'number' ? numbers(bound) : bigints(bound)], 1));
  }
  return inputs;
}

const NO_VALUES: ColumnVector = { kind: 'number', values: NO_DOUBLES, nulls: null };

function numbers(value: number): ColumnVector {
  return { kind: 'number', values: Float64Array.of(value), nulls: null };
}

function bigints(value: bigint): ColumnVector {
  return { kind: 'bigint', values: BigInt64Array.of(value), nulls: null };
}

function rows(args: readonly ColumnVector[], count: number): CallInput {
  return { arguments: args, rows: { selection: null, count } };
}
