import { type PhysicalKind, physicalKind, type SqlValue, type TypeKind } from '../../engine/column/types.ts';

/** What the binder knows of an expression's values. ANY: each value carries its own type. NULL: always NULL. */
export interface StaticType {
  readonly kind: TypeKind | 'NULL';
}

export const STATIC_TYPES: { readonly [K in TypeKind | 'NULL']: StaticType } = {
  INTEGER: { kind: 'INTEGER' },
  REAL: { kind: 'REAL' },
  TEXT: { kind: 'TEXT' },
  BLOB: { kind: 'BLOB' },
  BOOLEAN: { kind: 'BOOLEAN' },
  TIMESTAMP: { kind: 'TIMESTAMP' },
  DATE: { kind: 'DATE' },
  ANY: { kind: 'ANY' },
  NULL: { kind: 'NULL' },
};

/** How an expression of this type lies in a vector. An expression that is always NULL is a 'value' vector. */
export function physicalKindOf(type: StaticType): PhysicalKind {
  return type.kind === 'NULL' ? 'any' : physicalKind(type.kind);
}

/** The type of a value that stands alone: a literal or a parameter. */
export function staticTypeOfValue(value: SqlValue): StaticType {
  if (value === null) return STATIC_TYPES.NULL;
  switch (typeof value) {
    case 'bigint':
      return STATIC_TYPES.INTEGER;
    case 'number':
      return STATIC_TYPES.REAL;
    case 'string':
      return STATIC_TYPES.TEXT;
    default:
      return STATIC_TYPES.BLOB;
  }
}

/**
 * The type of an expression that yields one of several (CASE, coalesce, UNION columns): the common one; NULL gives way
 * to any other. Different types stay self-typed (ANY), because SQLite converts none of them.
 */
export function commonType(types: readonly StaticType[]): StaticType {
  let common: StaticType = STATIC_TYPES.NULL;
  for (const type of types) {
    if (type.kind === 'NULL' || type.kind === common.kind) continue;
    if (common.kind !== 'NULL') return commonOfDifferent(types);
    common = type;
  }
  return common;
}

/** INTEGER and BOOLEAN share values and become INTEGER; everything else that differs is ANY. */
function commonOfDifferent(types: readonly StaticType[]): StaticType {
  const integers = types.every(({ kind }) => kind === 'INTEGER' || kind === 'BOOLEAN' || kind === 'NULL');
  return integers ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}
