import { LIMITS } from '../../base/limits.ts';
import {
  type PhysicalKind,
  physicalKind,
  type SqlValue,
  type TypeDetails,
  type TypeKind,
  type ValueType,
} from '../../engine/column/types.ts';

/** What the binder knows of an expression's values. ANY: each value carries its own type. NULL: always NULL. */
export interface StaticType extends TypeDetails {
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
  DECIMAL: { kind: 'DECIMAL', precision: 18, scale: 0 },
  BIGDECIMAL: { kind: 'BIGDECIMAL' },
  JSON: { kind: 'JSON' },
  UUID: { kind: 'UUID' },
  ARRAY: { kind: 'ARRAY', element: { kind: 'ANY' } },
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

/** The same kind with the same details, so that values of one are values of the other as they are. */
export function sameType(a: StaticType, b: StaticType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.precision !== b.precision || a.scale !== b.scale) return false;
  if ((a.binary ?? false) !== (b.binary ?? false)) return false;
  return (
    a.element === b.element || (a.element !== undefined && b.element !== undefined && sameType(a.element, b.element))
  );
}

export function isDecimal({ kind }: StaticType): boolean {
  return kind === 'DECIMAL' || kind === 'BIGDECIMAL';
}

/**
 * True when a value alone does not say what it means: a TIMESTAMP is just an integer. Before it goes where each value
 * must speak for itself (ANY), it is cast.
 */
/** Kinds whose values are understood by a part that is loaded on demand: see EXTENDED_TYPES. */
export type ExtendedKind = 'TIMESTAMP' | 'DATE' | 'DECIMAL' | 'BIGDECIMAL' | 'JSON' | 'UUID' | 'ARRAY';

/** Asked for both sides of every comparison: a list would be searched from end to end. */
export function isExtended(kind: string): kind is ExtendedKind {
  switch (kind as ExtendedKind) {
    case 'TIMESTAMP':
    case 'DATE':
    case 'DECIMAL':
    case 'BIGDECIMAL':
    case 'JSON':
    case 'UUID':
    case 'ARRAY':
      return true;
    default:
      return false;
  }
}

export function needsItsType({ kind }: StaticType): boolean {
  return kind === 'TIMESTAMP' || kind === 'DATE' || kind === 'DECIMAL' || kind === 'BIGDECIMAL' || kind === 'ARRAY';
}

/** How messages, EXPLAIN and result columns name a type: DECIMAL(10,2), TEXT[]. */
export function typeName(type: StaticType): string {
  const { kind, precision, scale, element, binary } = type;
  if (isDecimal(type)) return precision === undefined ? 'DECIMAL' : `DECIMAL(${precision},${scale ?? 0})`;
  if (element !== undefined) return `${typeName(element)}[]`;
  return binary === true ? 'JSONB' : kind;
}

/** Digits that a DECIMAL holds in 64 bits. */
export const SHORT_PRECISION = 18;

/** The type of exact numbers with that many places; BIGDECIMAL where 18 digits are too few. */
export function decimalType(precision: number, scale: number): StaticType {
  return precision <= SHORT_PRECISION
    ? { kind: 'DECIMAL', precision, scale }
    : { kind: 'BIGDECIMAL', precision: Math.min(precision, LIMITS.decimalPrecision), scale };
}

export function arrayOf(element: StaticType): StaticType {
  return { kind: 'ARRAY', element: element.kind === 'NULL' ? { kind: 'ANY' } : (element as ValueType) };
}

/**
 * The type of an expression that yields one of several (CASE, coalesce, UNION columns): the common one; NULL gives way
 * to any other. Different types stay self-typed (ANY), because SQLite converts none of them; only exact numbers widen,
 * and a DATE beside a TIMESTAMP is one.
 */
export function commonType(types: readonly StaticType[]): StaticType {
  let common: StaticType = STATIC_TYPES.NULL;
  for (const type of types) {
    if (type.kind === 'NULL' || sameType(type, common)) continue;
    common = common.kind === 'NULL' ? type : commonOfTwo(common, type);
  }
  return common;
}

function commonOfTwo(a: StaticType, b: StaticType): StaticType {
  if (isDecimal(a) || isDecimal(b)) return commonDecimal(a, b);
  if (isWhole(a) && isWhole(b)) return STATIC_TYPES.INTEGER;
  if (a.kind === 'TIMESTAMP' && b.kind === 'DATE') return a;
  if (b.kind === 'TIMESTAMP' && a.kind === 'DATE') return b;
  if (a.element !== undefined && b.element !== undefined) return arrayOf(commonType([a.element, b.element]));
  return a.kind === 'JSON' && b.kind === 'JSON' ? STATIC_TYPES.JSON : STATIC_TYPES.ANY;
}

function isWhole({ kind }: StaticType): boolean {
  return kind === 'INTEGER' || kind === 'BOOLEAN';
}

/** Exact as long as both are; REAL makes REAL. INTEGERs need 19 digits. */
function commonDecimal(a: StaticType, b: StaticType): StaticType {
  if (a.kind === 'REAL' || b.kind === 'REAL') return STATIC_TYPES.REAL;
  const [left, right] = [digitsOf(a), digitsOf(b)];
  if (left === null || right === null) return STATIC_TYPES.ANY;
  if (left.scale === undefined || right.scale === undefined) return STATIC_TYPES.BIGDECIMAL;
  const scale = Math.max(left.scale, right.scale);
  return decimalType(Math.max(left.whole, right.whole) + scale, scale);
}

/** Digits before the point and places behind it; places are undefined where each value has its own. */
export function digitsOf(type: StaticType): { readonly whole: number; readonly scale: number | undefined } | null {
  if (isWhole(type)) return { whole: type.kind === 'INTEGER' ? 19 : 1, scale: 0 };
  if (!isDecimal(type)) return null;
  const { scale, precision = LIMITS.decimalPrecision } = type;
  return { whole: precision - (scale ?? 0), scale };
}
