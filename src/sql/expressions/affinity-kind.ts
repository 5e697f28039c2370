import type { StaticType } from './static-type.ts';

/**
 * What a comparison does to the other side's values. The first six are SQLite's ("Datatypes in SQLite", section 3 and
 * 4.2); NONE is an expression that has no affinity, BLOB a column that has none. TIMESTAMP and DATE are ours: text is
 * read as a date, a number as seconds since 1970 (TIMESTAMP) or days since 1970 (DATE).
 */
export type Affinity = 'NONE' | 'BLOB' | 'TEXT' | 'NUMERIC' | 'INTEGER' | 'REAL' | 'TIMESTAMP' | 'DATE';

/** The affinity of a column, or of a CAST, of this type. */
export function affinityOfType(type: StaticType): Affinity {
  switch (type.kind) {
    case 'INTEGER':
    case 'REAL':
    case 'TEXT':
    case 'BLOB':
    case 'TIMESTAMP':
    case 'DATE':
      return type.kind;
    case 'BOOLEAN':
      return 'NUMERIC';
    case 'ANY':
      return 'BLOB';
    case 'NULL':
      return 'NONE';
  }
}
