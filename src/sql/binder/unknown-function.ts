import { HeliosError } from '../../base/errors.ts';
import {
  aggregateNames,
  functionNames,
  isFunctionName,
  tableFunctionArities,
  tableFunctionNames,
} from '../functions/registry.ts';
import type { UserFunctions } from '../functions/user-functions.ts';
import { didYouMean } from './near-miss.ts';

/** Functions of the dialect that are not built. */
const NOT_BUILT = ['time_bucket', 'time_bucket_gapfill', 'locf', 'interpolate', 'pg_mv_staleness'];

/** Built-in ones do not change: gathered at the first mistake. */
let builtIn: readonly string[] | null = null;

/** The names that an aggregate or a scalar function may have meant. */
export function nearestFunction(name: string, registered?: UserFunctions): string {
  builtIn ??= [...functionNames(), ...aggregateNames()];
  return didYouMean(name, [...builtIn, ...(registered?.scalars.names ?? []), ...(registered?.aggregates.names ?? [])]);
}

/** Says more about a call that no scalar function answers: whether the name is that of something else, or near one. */
export function unknownFunction(error: HeliosError, name: string, registered?: UserFunctions): HeliosError {
  if (isFunctionName(name)) return error;
  refuseUnbuilt(name);
  const { scalars, aggregates, tables } = registered ?? {};
  const arities = scalars?.arities(name) ?? aggregates?.arities(name) ?? null;
  if (arities !== null) return new HeliosError(error.code, `${name}() takes another number of arguments: ${arities}`);
  if ((tableFunctionArities(name) ?? tables?.arities(name) ?? null) !== null) {
    return new HeliosError(error.code, `${name}() yields rows: it stands in FROM, as in SELECT * FROM ${name}(…)`);
  }
  return new HeliosError(error.code, `${error.message}${nearestFunction(name, registered)}`);
}

/** The sentence about a table function that nobody knows. Throws NOT_SUPPORTED where there will be one. */
export function unknownTableFunction(name: string, registered?: UserFunctions): string {
  refuseUnbuilt(name);
  return `no such table function: ${name}()${didYouMean(name, [...tableFunctionNames(), ...(registered?.tables.names ?? [])])}`;
}

function refuseUnbuilt(name: string): void {
  if (NOT_BUILT.includes(name)) throw new HeliosError('NOT_SUPPORTED', `function ${name}() is not supported`);
}
