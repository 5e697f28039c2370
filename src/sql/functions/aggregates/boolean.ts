import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { truth } from '../../expressions/values/numeric.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';

/** bool_and, bool_or: once `deciding` has been seen, that is the result. NULLs do not count. */
class BooleanState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly deciding: boolean;
  private readonly results: (boolean | null)[] = [];

  constructor(physical: PhysicalKind, deciding: boolean) {
    this.physical = physical;
    this.deciding = deciding;
  }

  ensureGroups(groupCount: number): void {
    while (this.results.length < groupCount) this.results.push(null);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = truth(valueAt(vector, this.physical, row));
      const group = groupIds === null ? 0 : groupIds[row];
      if (value !== null && this.results[group] !== this.deciding) this.results[group] = value;
    }
  }

  result(group: number): SqlValue {
    const result = this.results[group];
    return result === null ? null : result ? 1n : 0n;
  }
}

function booleanAggregate(name: string, deciding: boolean): AggregateDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    resultType: () => STATIC_TYPES.BOOLEAN,
    create: ({ argumentTypes }) => new BooleanState(physicalKindOf(argumentTypes[0]), deciding),
  };
}

export const BOOLEAN_AGGREGATES: readonly AggregateDefinition[] = [
  booleanAggregate('bool_and', false),
  booleanAggregate('every', false),
  booleanAggregate('bool_or', true),
];
