import { NO_DOUBLES } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { ZoneMap } from '../../engine/segment/segment-format.ts';
import type { AggregateCallPlan } from '../planner/physical-plan.ts';
import type { CallInput } from './grouping.ts';

/** What each call of an aggregation reads: a column of the input, or -1 where it counts rows. */
export type KnownCalls = readonly { readonly isCount: boolean; readonly isMin: boolean; readonly column: number }[];

/** Of calls that zone maps can answer. */
export function knownCalls(calls: readonly AggregateCallPlan[]): KnownCalls {
  return calls.map(({ definition: { name }, arguments: [argument] }) => ({
    isCount: name === 'count',
    isMin: name === 'min',
    column: argument?.kind === 'column' ? argument.index : -1,
  }));
}

/**
 * What the calls would read of the rows that the zone maps describe, as few rows with the same outcome; null where the
 * maps do not tell. Bounds of texts and blobs may be wider than their values.
 */
export function inputsOfKnown(
  calls: KnownCalls,
  rowCount: number,
  zone: (column: number) => ZoneMap,
): CallInput[] | null {
  const inputs: CallInput[] = [];
  for (const { isCount, isMin, column } of calls) {
    const known = column < 0 ? null : zone(column);
    const present = rowCount - (known?.nullCount ?? 0);
    if (isCount || known === null || present === 0) {
      inputs.push(rows(column < 0 ? [] : [NO_VALUES], present));
      continue;
    }
    const bound = isMin ? known.min : known.max;
    if (typeof bound === 'number') inputs.push(rows([numbers(bound)], 1));
    else if (typeof bound === 'bigint') inputs.push(rows([bigints(bound)], 1));
    else return null;
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
