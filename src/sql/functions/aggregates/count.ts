import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';

/** count(*) and count(x): rows, or those where x is not NULL. */
export class CountState implements AggregateState {
  counts: Float64Array = NO_DOUBLES;

  clear(): void {
    this.counts.fill(0);
  }

  ensureGroups(groupCount: number): void {
    this.counts = grownNumbers(this.counts, groupCount);
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const vector = args.length === 0 ? null : args[0];
    if (vector !== null && vector.kind === 'value') {
      countValues(this.counts, vector.values, groupIds, selection, count);
    } else countRows(this.counts, vector === null ? null : vector.nulls, groupIds, selection, count);
  }

  result(group: number): SqlValue {
    return BigInt(this.counts[group]);
  }

  resultVector(groups: Int32Array): ColumnVector {
    const values = new Float64Array(groups.length);
    for (let k = 0; k < groups.length; k++) values[k] = this.counts[groups[k]];
    return { kind: 'number', values, nulls: null };
  }
}

function countRows(
  counts: Float64Array,
  nulls: Uint8Array | null,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  if (nulls === null) {
    if (groupIds === null) counts[0] += count;
    else if (selection === null) for (let row = 0; row < count; row++) counts[groupIds[row]]++;
    else for (let i = 0; i < count; i++) counts[groupIds[selection[i]]]++;
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls[row] === 0) counts[groupIds === null ? 0 : groupIds[row]]++;
  }
}

function countValues(
  counts: Float64Array,
  values: readonly SqlValue[],
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (values[row] !== null) counts[groupIds === null ? 0 : groupIds[row]]++;
  }
}

export const COUNT_AGGREGATES: readonly AggregateDefinition[] = [
  {
    name: 'count',
    overRanges: 'count',
    minArguments: 0,
    maxArguments: 1,
    resultType: () => STATIC_TYPES.INTEGER,
    create: () => new CountState(),
  },
];
