import type { PresentOptions } from '../../expressions/coercion/present.ts';
import { type StaticType, typeName } from '../../expressions/static-type.ts';
import { define } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import type { UserFunctions } from '../user-functions.ts';
import { type ArityOptions, arityOf, checkedOptions } from './options.ts';
import { argumentReader, namedType, resultReader } from './values.ts';

const OPTIONS = ['arity', 'varargs', 'deterministic', 'nullPropagating', 'returns'];

/** A scalar function of a user. What it is given depends on the arguments' types: it is made anew for each list of them. */
export function userScalar(
  name: string,
  options: unknown,
  body: (...args: unknown[]) => unknown,
  functions: UserFunctions,
  present: PresentOptions,
): ScalarFunctionDefinition {
  const given = checkedOptions(options, 'function()', OPTIONS);
  const type = namedType(given.returns, 'returns');
  const read = resultReader(name, type);
  const made = new Map<string, ScalarFunctionDefinition>();
  const base: ScalarFunctionDefinition = {
    ...define(
      name,
      arityOf(given as ArityOptions, body.length),
      () => type,
      () => null,
      {
        deterministic: given.deterministic === true,
        nullPropagating: given.nullPropagating === true,
        temporal: 'keep',
      },
    ),
    registered: true,
  };
  const specialize = (types: readonly StaticType[]): ScalarFunctionDefinition => {
    const key = types.map(typeName).join(',');
    const known = made.get(key);
    if (known !== undefined) return known;
    const values = argumentReader(types, present);
    const definition: ScalarFunctionDefinition = {
      ...base,
      scalar: (args) => read(functions.call(name, () => body(...values(args)))),
    };
    made.set(key, definition);
    return definition;
  };
  return { ...base, specialize };
}
