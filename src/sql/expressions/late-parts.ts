import { LatePart } from '../../base/late-part.ts';

/**
 * TIMESTAMP, DATE, DECIMAL, JSON, UUID and arrays. The binder asks for it when it reads a table that has a column of such a type, or an
 * expression that is of one; so it is there when values of these types are met.
 */
export const EXTENDED_TYPES = new LatePart<
  typeof import('../functions/aggregates/decimal-sum.ts') &
    typeof import('./build-array.ts') &
    typeof import('./build-decimal.ts') &
    typeof import('./build-typed-sides.ts') &
    typeof import('./coercion/extended-column.ts') &
    typeof import('./coercion/extended-convert.ts') &
    typeof import('./values/extended-affinity.ts') &
    typeof import('./values/extended-cast.ts') &
    typeof import('./values/json-text.ts')
>('types');

/** Expressions over one text column, computed once per entry of its dictionary. */
export const DICTIONARY_EVALUATORS = new LatePart<
  typeof import('./evaluate/dictionary-map.ts') & typeof import('./evaluate/dictionary-predicate.ts')
>('kernels');
