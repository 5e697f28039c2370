import { LatePart } from '../../base/late-part.ts';
import { COUNT_AGGREGATES } from './aggregates/count.ts';
import type { AggregateDefinition } from './aggregates/definition.ts';
import { EXTREME_AGGREGATES } from './aggregates/extremes.ts';
import { SUM_AGGREGATES } from './aggregates/sum.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import { GENERAL_FUNCTIONS } from './general.ts';
import type { TableFunctionDefinition } from './tables/definition.ts';
import { CHARACTER_FUNCTIONS } from './text/characters.ts';

export { createAggregate } from './aggregates/create.ts';

/**
 * The functions that every engine has from the start; the others are listed in `dates.ts` and `seldom.ts`. To add one: write its
 * definition in the file of its family, or begin a family and name it here or there.
 */
const CORE_SCALARS: readonly (readonly ScalarFunctionDefinition[])[] = [GENERAL_FUNCTIONS, CHARACTER_FUNCTIONS];

const CORE_AGGREGATES: readonly (readonly AggregateDefinition[])[] = [
  COUNT_AGGREGATES,
  SUM_AGGREGATES,
  EXTREME_AGGREGATES,
];

/** Syntax that is written as a call: see `build-function.ts`. */
const SPECIAL_FORMS = [
  'coalesce',
  'ifnull',
  'iif',
  'if',
  'likely',
  'unlikely',
  'likelihood',
  'like',
  'glob',
  'pg_typeof',
];

interface Named {
  readonly name: string;
  readonly minArguments: number;
  readonly maxArguments: number;
}

/** What lists of functions tell of each. */
export interface NamedFunction extends Named {
  readonly deterministic?: boolean;
}

interface FunctionTable {
  readonly scalars: ReadonlyMap<string, readonly ScalarFunctionDefinition[]>;
  readonly aggregates: ReadonlyMap<string, readonly AggregateDefinition[]>;
  readonly tables: ReadonlyMap<string, readonly TableFunctionDefinition[]>;
}

interface FunctionFile {
  readonly SCALARS: readonly (readonly ScalarFunctionDefinition[])[];
  readonly AGGREGATES?: readonly (readonly AggregateDefinition[])[];
  readonly TABLE_FUNCTIONS?: readonly (readonly TableFunctionDefinition[])[];
}

function byName<T extends Named>(families: readonly (readonly T[])[]): ReadonlyMap<string, readonly T[]> {
  const overloads = new Map<string, T[]>();
  for (const definition of families.flat()) {
    const known = overloads.get(definition.name);
    if (known === undefined) overloads.set(definition.name, [definition]);
    else known.push(definition);
  }
  return overloads;
}

const core = functionTable({ SCALARS: CORE_SCALARS, AGGREGATES: CORE_AGGREGATES });
const coreNames = new Set([...core.scalars.keys(), ...core.aggregates.keys(), ...SPECIAL_FORMS]);

export const DATE_FUNCTIONS = new LatePart<FunctionTable>('functions of dates');

export const SELDOM_FUNCTIONS = new LatePart<FunctionTable>('functions');

/** What a file of functions that is loaded on demand holds, to be looked up by name. */
export function functionTable({ SCALARS, AGGREGATES = [], TABLE_FUNCTIONS = [] }: FunctionFile): FunctionTable {
  return { scalars: byName(SCALARS), aggregates: byName(AGGREGATES), tables: byName(TABLE_FUNCTIONS) };
}

/** Where a lower-case name is to be looked up. */
function tableOf(name: string): FunctionTable {
  if (coreNames.has(name)) return core;
  const dates = DATE_FUNCTIONS.get();
  return dates.scalars.has(name) ? dates : SELDOM_FUNCTIONS.get();
}

function fitting<T extends Named>(overloads: readonly T[] | undefined, count: number): T | null {
  return overloads?.find((each) => count >= each.minArguments && count <= each.maxArguments) ?? null;
}

/** The function of that lower-case name that takes that many arguments, or null. */
export function findFunction(name: string, argumentCount: number): ScalarFunctionDefinition | null {
  return fitting(tableOf(name).scalars.get(name), argumentCount);
}

/** The aggregate of that lower-case name that takes that many arguments, or null. count(*) takes none. */
export function findAggregate(name: string, argumentCount: number): AggregateDefinition | null {
  return fitting(tableOf(name).aggregates.get(name), argumentCount);
}

export function isFunctionName(name: string): boolean {
  return tableOf(name).scalars.has(name);
}

export function isAggregateName(name: string): boolean {
  return tableOf(name).aggregates.has(name);
}

/** For messages: how many arguments the functions of that name take ('1', '1 to 2', 'at least 1'); null: no such name. */
export function functionArities(name: string): string | null {
  return tableOf(name).scalars.get(name)?.map(arity).join(' or ') ?? null;
}

function arity({ minArguments, maxArguments }: Named): string {
  if (minArguments === maxArguments) return String(minArguments);
  return maxArguments === Number.POSITIVE_INFINITY ? `at least ${minArguments}` : `${minArguments} to ${maxArguments}`;
}

/** The table function of that lower-case name that takes that many arguments, or null. */
export function findTableFunction(name: string, argumentCount: number): TableFunctionDefinition | null {
  return fitting(SELDOM_FUNCTIONS.get().tables.get(name), argumentCount);
}

/** As {@link functionArities}, of table functions. */
export function tableFunctionArities(name: string): string | null {
  return SELDOM_FUNCTIONS.get().tables.get(name)?.map(arity).join(' or ') ?? null;
}

export function tableFunctionNames(): readonly string[] {
  return [...SELDOM_FUNCTIONS.get().tables.keys()].sort();
}

export function functionNames(): readonly string[] {
  const tables = [core, DATE_FUNCTIONS.get(), SELDOM_FUNCTIONS.get()];
  return tables.flatMap(({ scalars }) => [...scalars.keys()]).sort();
}

export function aggregateNames(): readonly string[] {
  return [...core.aggregates.keys(), ...SELDOM_FUNCTIONS.get().aggregates.keys()].sort();
}

/** Every definition, in the order of names. */
export function builtInFunctions(): {
  readonly scalars: readonly NamedFunction[];
  readonly aggregates: readonly NamedFunction[];
} {
  const tables = [core, DATE_FUNCTIONS.get(), SELDOM_FUNCTIONS.get()];
  const special = SPECIAL_FORMS.map((name) => ({ name, minArguments: 1, maxArguments: Number.POSITIVE_INFINITY }));
  const sorted = (functions: readonly NamedFunction[]) => [...functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    scalars: sorted([...tables.flatMap(({ scalars }) => [...scalars.values()].flat()), ...special]),
    aggregates: sorted(tables.flatMap(({ aggregates }) => [...aggregates.values()].flat())),
  };
}
