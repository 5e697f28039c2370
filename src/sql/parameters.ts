import { HeliosError } from '../base/errors.ts';
import type { SqlValue } from '../engine/column/types.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import { bindParameter } from './expressions/coercion/parameter.ts';

/** Values by position, or by name. */
export type Params = readonly unknown[] | Readonly<Record<string, unknown>>;

/** What a statement's text says of its parameters: the i-th one's name without sigil, or null. */
export type ParameterNames = readonly (string | null)[];

/** What one execution of a statement is given. */
export interface Arguments {
  /** As users pass them, in the order of the parameters. */
  readonly values: readonly unknown[];
  readonly names: ParameterNames;
  /** Those of the text's literals that its plan holds parameters for, behind those of the users. */
  readonly literals: readonly SqlValue[];
  /** What the statement's AS OF clauses name, for these values. */
  readonly instants: readonly ReadPoint[];
}

export const NO_ARGUMENTS: Arguments = { values: [], names: [], literals: [], instants: [] };

/** Characters of a parameter's name that messages show. */
const SHOWN_NAME = 60;
const NO_VALUES: readonly unknown[] = [];

/** The values in the order of the parameters; PARAMETER_COUNT names one that is missing. */
export function orderParameters(params: Params | undefined, names: ParameterNames): readonly unknown[] {
  if (params === undefined) return names.length === 0 ? NO_VALUES : missing(names, 0);
  if (typeof params !== 'object' || params === null) {
    throw new HeliosError('MISUSE', 'parameters are an array of values, or an object of values by name');
  }
  if (!Array.isArray(params))
    return names.map((name, i) => named(params as Readonly<Record<string, unknown>>, name, i, names));
  if (params.length < names.length) return missing(names, params.length);
  if (params.length > names.length) {
    const message = `the statement has ${counted(names.length)}, and ${params.length} values were given`;
    throw new HeliosError('PARAMETER_COUNT', message);
  }
  return params;
}

function named(
  params: Readonly<Record<string, unknown>>,
  name: string | null,
  i: number,
  names: ParameterNames,
): unknown {
  if (name !== null) {
    if (Object.hasOwn(params, name)) return params[name];
    // Other libraries want it as the text has it.
    for (const sigil of ':@$') if (Object.hasOwn(params, sigil + name)) return params[sigil + name];
  }
  // `?3` alone makes parameters 1 and 2, which nobody reads.
  return missing(names, i);
}

function parameterLabel(names: ParameterNames, i: number): string {
  const name = names[i];
  if (name === null || name === undefined) return `?${i + 1}`;
  return name.length > SHOWN_NAME ? `:${name.slice(0, SHOWN_NAME)}…` : `:${name}`;
}

function counted(count: number): string {
  return count === 1 ? '1 parameter' : `${count} parameters`;
}

function missing(names: ParameterNames, i: number): never {
  throw new HeliosError('PARAMETER_COUNT', `no value for parameter ${parameterLabel(names, i)}`, {
    hint: `The statement has ${counted(names.length)}.`,
  });
}

/** All values as self-typed ones. */
export function bindParameters({ values, names, literals }: Arguments): readonly SqlValue[] {
  if (values.length === 0) return literals;
  const bound = values.map((value, i) => bindParameter(value, parameterLabel(names, i)));
  return literals.length === 0 ? bound : [...bound, ...literals];
}
