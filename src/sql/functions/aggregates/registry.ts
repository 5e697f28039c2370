import { BOOLEAN_AGGREGATES } from './boolean.ts';
import { COUNT_AGGREGATES } from './count.ts';
import type { AggregateDefinition } from './definition.ts';
import { EXTREME_AGGREGATES } from './extremes.ts';
import { STATISTICAL_AGGREGATES } from './statistics.ts';
import { SUM_AGGREGATES } from './sum.ts';
import { TEXT_AGGREGATES } from './text.ts';

/** Every aggregate function. To add one: write its definition in the file of its family, and name a new family here. */
const AGGREGATES: readonly AggregateDefinition[] = [
  ...COUNT_AGGREGATES,
  ...SUM_AGGREGATES,
  ...EXTREME_AGGREGATES,
  ...TEXT_AGGREGATES,
  ...STATISTICAL_AGGREGATES,
  ...BOOLEAN_AGGREGATES,
];

const byName = new Map(AGGREGATES.map((definition) => [definition.name, definition]));

/** The aggregate of that lower-case name that takes that many arguments, or null. count(*) takes none. */
export function findAggregate(name: string, argumentCount: number): AggregateDefinition | null {
  const definition = byName.get(name);
  if (definition === undefined) return null;
  return argumentCount >= definition.minArguments && argumentCount <= definition.maxArguments ? definition : null;
}

export function aggregateNames(): readonly string[] {
  return [...byName.keys()].sort();
}
