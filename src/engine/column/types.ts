/** The types that a column can have. How values lie in memory: see {@link ColumnVector}. */
export type TypeKind =
  | 'INTEGER'
  | 'REAL'
  | 'TEXT'
  | 'BLOB'
  | 'BOOLEAN'
  | 'TIMESTAMP'
  | 'DATE'
  | 'DECIMAL'
  | 'BIGDECIMAL'
  | 'JSON'
  | 'UUID'
  | 'ARRAY'
  | 'ANY';

/** What a type says beyond its kind. */
export interface TypeDetails {
  /** Of DECIMAL and BIGDECIMAL: digits in all; absent where only the computation bounds them. */
  readonly precision?: number;
  /** Of DECIMAL and BIGDECIMAL: digits behind the point. A BIGDECIMAL without it shows as many as each value has. */
  readonly scale?: number;
  /** Of ARRAY: what the elements are. */
  readonly element?: ValueType;
  /** Of JSON: true for JSONB, whose objects' keys are sorted, so that equal values are equal texts. */
  readonly binary?: boolean;
}

export interface ValueType extends TypeDetails {
  readonly kind: TypeKind;
}

/** How text compares: by code point, without regard to ASCII case, or without trailing spaces. */
export type Collation = 'BINARY' | 'NOCASE' | 'RTRIM';

export interface ColumnType extends ValueType {
  /** The type as the user wrote it, for catalogue views and EXPLAIN: `VARCHAR(20)`. */
  readonly declared: string;
}

/**
 * A value inside the engine. It carries its own storage class:
 *   null = NULL, bigint = INTEGER (64-bit), number = REAL, string = TEXT, Uint8Array = BLOB.
 * BOOLEAN is an INTEGER 0 or 1; TIMESTAMP an INTEGER of microseconds since 1970 UTC; DATE an INTEGER of days since 1970;
 * DECIMAL (to 18 digits) an INTEGER of units in the last place. BIGDECIMAL and ARRAY are TEXT that sorts as the values do
 * (values/big-decimal.ts, values/array.ts); JSON and UUID are their canonical TEXT.
 * What users see of a value (number for a safe integer, Date…) is decided at the door, from the column's static type.
 */
export type SqlValue = null | bigint | number | string | Uint8Array;

/** How values of a type lie in a vector. */
export type PhysicalKind = 'integer' | 'real' | 'text' | 'blob' | 'any';

export function physicalKind(kind: TypeKind): PhysicalKind {
  switch (kind) {
    case 'INTEGER':
    case 'BOOLEAN':
    case 'TIMESTAMP':
    case 'DATE':
    case 'DECIMAL':
      return 'integer';
    case 'REAL':
      return 'real';
    case 'TEXT':
    case 'BIGDECIMAL':
    case 'JSON':
    case 'UUID':
    case 'ARRAY':
      return 'text';
    case 'BLOB':
      return 'blob';
    case 'ANY':
      return 'any';
  }
}

/**
 * A value as a column of known physical kind holds it, which costs no allocation for integers:
 *   integer = number while it is a safe integer, bigint beyond; real = number; text = string; blob = Uint8Array;
 *   any = the self-typed SqlValue.
 */
export type ColumnValue = null | number | bigint | string | Uint8Array;

/** A column's value as a self-typed one. */
export function toSqlValue(physical: PhysicalKind, value: ColumnValue): SqlValue {
  return physical === 'integer' && typeof value === 'number' ? BigInt(value) : value;
}

/** A 64-bit integer as an integer column holds it. */
export function integerColumnValue(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}
