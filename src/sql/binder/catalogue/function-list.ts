import type { SqlValue } from '../../../engine/column/types.ts';
import { builtInFunctions, type NamedFunction } from '../../functions/registry.ts';
import type { Binder } from '../binder.ts';
import { RANKING_ARGUMENTS } from '../ranking-functions.ts';
import { type CatalogueTable, flag } from './catalogue-table.ts';

/** `PRAGMA function_list`: a row for each number of arguments that a function takes; -1: any number. */
export const FUNCTION_LIST: CatalogueTable = {
  columns: { name: 'TEXT', builtin: 'INTEGER', type: 'TEXT', enc: 'TEXT', narg: 'INTEGER', flags: 'INTEGER' },
  maxArguments: 0,
  *rows({ catalog }: Binder) {
    const { scalars, aggregates } = builtInFunctions();
    const ranking = Object.entries(RANKING_ARGUMENTS).map(
      ([name, [minArguments, maxArguments]]): NamedFunction => ({ name, minArguments, maxArguments }),
    );
    yield* functionRows(scalars, 's', true);
    yield* functionRows([...aggregates, ...ranking], 'w', true);
    if (catalog.functions === undefined) return;
    yield* functionRows(catalog.functions.scalars.all, 's', false);
    yield* functionRows(catalog.functions.aggregates.all, 'w', false);
  },
};

/** As SQLite has them: the same arguments give the same value; harmless in a schema. */
const DETERMINISTIC = 0x800;
const INNOCUOUS = 0x200000;

function* functionRows(
  functions: readonly NamedFunction[],
  type: 's' | 'w',
  isBuiltIn: boolean,
): Generator<readonly SqlValue[]> {
  for (const { name, minArguments, maxArguments, deterministic } of functions) {
    const flags = BigInt((deterministic === true ? DETERMINISTIC : 0) + (isBuiltIn ? INNOCUOUS : 0));
    const isOpen = maxArguments === Number.POSITIVE_INFINITY;
    const counts = isOpen ? [-1] : Array.from({ length: maxArguments - minArguments + 1 }, (_, i) => minArguments + i);
    for (const count of counts) yield [name, flag(isBuiltIn), type, 'utf8', BigInt(count), flags];
  }
}
