import { HeliosError } from '../../../base/errors.ts';
import { type SqlValue, toSqlValue } from '../../../engine/column/types.ts';
import { converterOf } from '../../expressions/coercion/convert.ts';
import { describe } from '../../expressions/coercion/parameter.ts';
import { type Presenter, type PresentOptions, presenter } from '../../expressions/coercion/present.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType, typeName } from '../../expressions/static-type.ts';

/** What makes JavaScript values of arguments of these types: those that a query would show. */
export function argumentReader(
  types: readonly StaticType[],
  options: PresentOptions,
): (args: readonly SqlValue[]) => unknown[] {
  const present: readonly Presenter[] = types.map((type) => presenter(type, options));
  return (args) =>
    args.map((value, i) => {
      const shown = present[i](value);
      // The engine's own bytes may be shared with its cache.
      return shown instanceof Uint8Array ? new Uint8Array(shown) : shown;
    });
}

/** What makes SQL values of what a function of a user returns. `undefined` is NULL. */
export function resultReader(name: string, type: StaticType): (value: unknown) => SqlValue {
  const physical = physicalKindOf(type);
  const convert = converterOf(
    type,
    (value) => {
      const shown =
        typeof value === 'string'
          ? `the text '${value.slice(0, 60)}'`
          : `${describe(value)} (${String(value).slice(0, 60)})`;
      const wanted = type.kind === 'ANY' ? 'a value that SQL has' : typeName(type);
      throw new HeliosError('TYPE_MISMATCH', `${name}() is to return ${wanted}, and not ${shown}`);
    },
    true,
  );
  return (value) => toSqlValue(physical, convert(checked(value ?? null, name)));
}

function checked(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function') {
    throw new HeliosError('USER_FUNCTION_ERROR', `${name}() returned a promise: SQL cannot wait for it`);
  }
  return value;
}

const TYPE_NAMES = ['INTEGER', 'REAL', 'TEXT', 'BLOB', 'BOOLEAN', 'TIMESTAMP', 'DATE', 'JSON', 'UUID', 'ANY'] as const;

/** A type that users name in options. */
export function namedType(value: unknown, option: string): StaticType {
  if (value === undefined) return STATIC_TYPES.ANY;
  const name = TYPE_NAMES.find((known) => known === String(value).toUpperCase());
  if (name !== undefined) return STATIC_TYPES[name];
  throw new HeliosError('MISUSE', `${option} is ${String(value)}, and not one of ${TYPE_NAMES.join(', ')}`);
}
