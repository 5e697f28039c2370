import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import type { ScalarFunctionDefinition, ScalarImplementation } from './definition.ts';

type Options = Partial<Omit<ScalarFunctionDefinition, 'name' | 'minArguments' | 'maxArguments' | 'scalar'>>;

/** How many arguments: a number, or the least and the greatest number. */
type Arity = number | readonly [number, number];

/**
 * A definition with the usual defaults: deterministic, NULL in any argument gives NULL, times arrive as their text, and
 * the result type is `result`, or what it computes from the arguments' types.
 */
export function define(
  name: string,
  arity: Arity,
  result: StaticType['kind'] | ((types: readonly StaticType[]) => StaticType),
  scalar: ScalarImplementation,
  options: Options = {},
): ScalarFunctionDefinition {
  const [minArguments, maxArguments] = typeof arity === 'number' ? [arity, arity] : arity;
  return {
    name,
    minArguments,
    maxArguments,
    deterministic: true,
    nullPropagating: true,
    temporal: 'text',
    resultType: typeof result === 'string' ? () => STATIC_TYPES[result] : result,
    scalar,
    ...options,
  };
}

/** The same function under another name. */
export function alias(definition: ScalarFunctionDefinition, name: string): ScalarFunctionDefinition {
  return { ...definition, name };
}

/** An argument of a null-propagating function, where NULL cannot be. */
export function present(value: SqlValue): Exclude<SqlValue, null> {
  return value as Exclude<SqlValue, null>;
}

/** Call before building a text of that length: a statement of a few words must not fill the memory. */
export function checkTextLength(length: number, name: string): void {
  if (length <= LIMITS.textLength) return;
  throw new HeliosError('LIMIT_EXCEEDED', `${name}() would return more than ${LIMITS.textLength} characters`);
}
