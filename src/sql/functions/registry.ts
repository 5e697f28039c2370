import { DATETIME_FUNCTIONS } from './datetime/functions.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import { FORMAT_FUNCTIONS } from './format.ts';
import { GENERAL_FUNCTIONS } from './general.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { TEXT_FUNCTIONS } from './text.ts';

export { createAggregate } from './aggregates/distinct.ts';
export { aggregateNames, findAggregate } from './aggregates/registry.ts';

/**
 * Every scalar function. To add one: write its definition in the file of its family (or begin a family) and, for a new
 * family, name the list here.
 */
const FAMILIES: readonly (readonly ScalarFunctionDefinition[])[] = [
  GENERAL_FUNCTIONS,
  TEXT_FUNCTIONS,
  FORMAT_FUNCTIONS,
  MATH_FUNCTIONS,
  DATETIME_FUNCTIONS,
];

const byName = new Map<string, ScalarFunctionDefinition[]>();
for (const definition of FAMILIES.flat()) {
  const overloads = byName.get(definition.name);
  if (overloads === undefined) byName.set(definition.name, [definition]);
  else overloads.push(definition);
}

/** The function of that lower-case name that takes that many arguments, or null. */
export function findFunction(name: string, argumentCount: number): ScalarFunctionDefinition | null {
  const fits = (f: ScalarFunctionDefinition) => argumentCount >= f.minArguments && argumentCount <= f.maxArguments;
  return byName.get(name)?.find(fits) ?? null;
}

/** For messages: how many arguments the functions of that name take ('1', '1 to 2', 'at least 1'); null: no such name. */
export function functionArities(name: string): string | null {
  const overloads = byName.get(name);
  return overloads === undefined ? null : overloads.map(arity).join(' or ');
}

function arity({ minArguments, maxArguments }: ScalarFunctionDefinition): string {
  if (minArguments === maxArguments) return String(minArguments);
  return maxArguments === Number.POSITIVE_INFINITY ? `at least ${minArguments}` : `${minArguments} to ${maxArguments}`;
}

export function functionNames(): readonly string[] {
  return [...byName.keys()].sort();
}
