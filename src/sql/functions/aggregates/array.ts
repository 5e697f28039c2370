import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import { encodeArray } from '../../expressions/values/array.ts';
import { checkTextLength } from '../define.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';
import { forEachRow } from './rows.ts';

/** array_agg: all values, NULLs too, in the order in which rows arrive; NULL for no rows. */
class ArrayState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly texts: string[][] = [];
  private length = 0;

  constructor(physical: PhysicalKind) {
    this.physical = physical;
  }

  ensureGroups(groupCount: number): void {
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
      this.length += text.length;
      checkTextLength(this.length, 'array_agg');
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
