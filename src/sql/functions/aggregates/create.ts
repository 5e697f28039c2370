import { physicalKindOf } from '../../expressions/static-type.ts';
import { DISTINCT_AGGREGATES } from '../late-parts.ts';
import type { AggregateDefinition, AggregateOptions, AggregateState } from './definition.ts';

/** The state of an aggregate call; with DISTINCT each value of the first argument counts once per group. */
export function createAggregate(
  definition: AggregateDefinition,
  options: AggregateOptions & { readonly distinct: boolean },
): AggregateState {
  const inner = definition.create(options);
  if (!options.distinct || options.argumentTypes.length === 0) return inner;
  const physical = physicalKindOf(options.argumentTypes[0]);
  const { DistinctState } = DISTINCT_AGGREGATES.get();
  return new DistinctState(inner, physical, options.collation, definition.countsNulls === true);
}
