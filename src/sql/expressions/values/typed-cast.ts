import type { SqlValue } from '../../../engine/column/types.ts';
import type { CastTarget } from '../bound-expression.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { isExtended, STATIC_TYPES, type StaticType, sameType } from '../static-type.ts';
import { castValue } from './cast.ts';

export type Caster = (value: Exclude<SqlValue, null>) => SqlValue;

/**
 * CAST of values of a static type. `type` holds the details of a `target` that has some. The function is made once;
 * TYPE_MISMATCH at once where no value of the source can be one of the target.
 */
export function castFunction(source: StaticType, target: CastTarget, type?: StaticType): (value: SqlValue) => SqlValue {
  const cast = casterOf(source, target, type ?? (target === 'NUMERIC' ? STATIC_TYPES.ANY : STATIC_TYPES[target]));
  return (value) => (value === null ? null : cast(value));
}

function casterOf(source: StaticType, target: CastTarget, type: StaticType): Caster {
  const { kind } = source;
  if (target !== 'NUMERIC' && sameType(source, type)) return (value) => value;
  if (isExtended(kind) || isExtended(target)) return EXTENDED_TYPES.get().extendedCaster(source, target, type);
  return (value) => castValue(value, target);
}
