import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';

/** How many arguments a function takes, as users say it. */
export interface ArityOptions {
  readonly arity?: number | readonly [least: number, most: number] | undefined;
  readonly varargs?: boolean | undefined;
}

/** Calls that are syntax, or mean rows around the current one: a function of that name would never be called. */
const RESERVED = new Set(
  'coalesce ifnull iif if likely unlikely likelihood like glob cast extract row raise exists not row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value'.split(
    ' ',
  ),
);

/** A function's name as the binder looks it up. */
export function checkedName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw new HeliosError('MISUSE', 'a function needs a name');
  const lowered = name.toLowerCase();
  if (RESERVED.has(lowered)) {
    throw new HeliosError('MISUSE', `${name} is part of the SQL language: a function cannot have that name`);
  }
  return lowered;
}

export function checkedFunction(value: unknown, what: string): (...args: unknown[]) => unknown {
  if (typeof value === 'function') return value as (...args: unknown[]) => unknown;
  throw new HeliosError('MISUSE', `${what} is ${typeof value}, and not a function`);
}

/** The object of options, none of which is unknown. */
export function checkedOptions(
  value: unknown,
  call: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null)
    throw new HeliosError('MISUSE', `${call} takes an object of options`);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new HeliosError('MISUSE', `${call} has no option "${key}": it has ${known.join(', ')}`);
    }
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The least and the greatest number of arguments; `length` is what the JavaScript function declares. */
export function arityOf({ arity, varargs }: ArityOptions, length: number): readonly [number, number] {
  if (varargs === true) return [0, LIMITS.columns];
  const [least, most] = typeof arity === 'number' ? [arity, arity] : (arity ?? [length, length]);
  if (Number.isInteger(least) && Number.isInteger(most) && least >= 0 && most >= least && most <= LIMITS.columns) {
    return [least, most];
  }
  throw new HeliosError('MISUSE', `arity is a number from 0 to ${LIMITS.columns}, or the least and the greatest one`);
}
