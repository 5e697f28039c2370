import type { StaticType } from './static-type.ts';

/**
 * What a comparison does to the other side's values. The first six are SQLite's ("Datatypes in SQLite", section 3 and
 * 4.2); NONE is an expression that has no affinity, BLOB a column that has none. TIMESTAMP and DATE are ours: text is
 * read as a date, a number as seconds since 1970 (TIMESTAMP) or days since 1970 (DATE). Numbers and text that is one
 * become units of a DECIMAL of that scale, or BIGDECIMALs; text that is JSON or a UUID becomes canonical. ARRAY columns
 * have none: comparisons cast to them.
 */
export type Affinity =
  | 'NONE'
  | 'BLOB'
  | 'TEXT'
  | 'NUMERIC'
  | 'INTEGER'
  | 'REAL'
  | 'TIMESTAMP'
  | 'DATE'
  | `DECIMAL ${number}`
  | 'BIGDECIMAL'
  | 'JSON'
  | 'JSONB'
  | 'UUID';

/** The scale of a DECIMAL affinity; null for others. */
export function decimalScale(affinity: Affinity): number | null {
  return affinity.startsWith('DECIMAL ') ? Number(affinity.slice(8)) : null;
}

/** The affinity of a column, or of a CAST, of this type. */
export function affinityOfType(type: StaticType): Affinity {
  switch (type.kind) {
    case 'INTEGER':
    case 'REAL':
    case 'TEXT':
    case 'BLOB':
    case 'TIMESTAMP':
    case 'DATE':
    case 'BIGDECIMAL':
    case 'UUID':
      return type.kind;
    case 'DECIMAL':
      return `DECIMAL ${type.scale ?? 0}`;
    case 'JSON':
      return type.binary === true ? 'JSONB' : 'JSON';
    case 'BOOLEAN':
      return 'NUMERIC';
    case 'ANY':
    case 'ARRAY':
      return 'BLOB';
    case 'NULL':
      return 'NONE';
  }
}
