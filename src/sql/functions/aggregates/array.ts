import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import { encodeArray } from '../../expressions/values/array.ts';
import { checkTextLength } from '../define.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';
import { forEachRow } from './rows.ts';

/** array_agg: all values, NULLs too, in the order in which rows arrive; NULL for no rows. */
class ArrayState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly texts: string[][] = [];
  private lengths: Float64Array = NO_DOUBLES;

  constructor(physical: PhysicalKind) {
    this.physical = physical;
  }

  ensureGroups(groupCount: number): void {
    this.lengths = grownNumbers(this.lengths, groupCount);
    while (this.texts.length < groupCount) this.texts.push([]);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    forEachRow(groupIds, selection, count, (group, row) => {
      // An array is the texts of its elements one after the other.
      const text = encodeArray([valueAt(vector, this.physical, row)]);
      this.lengths[group] += text.length;
      checkTextLength(this.lengths[group], 'array_agg');
      this.texts[group].push(text);
    });
  }

  result(group: number): SqlValue {
    return this.texts[group].length === 0 ? null : this.texts[group].join('');
  }
}

export const ARRAY_AGGREGATES: readonly AggregateDefinition[] = [
  {
    name: 'array_agg',
    minArguments: 1,
    maxArguments: 1,
    decimals: 'keep',
    countsNulls: true,
    resultType: ([{ kind, ...details }]) => ({
      kind: 'ARRAY',
      element: kind === 'NULL' ? { kind: 'ANY' } : { kind, ...details },
    }),
    create: ({ argumentTypes }) => new ArrayState(physicalKindOf(argumentTypes[0])),
  },
];
