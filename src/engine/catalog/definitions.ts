import type { Collation, ColumnType } from '../column/types.ts';

export type { Collation };

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly notNull: boolean;
  /** The DEFAULT expression's SQL text, without outer parentheses; null where there is none. */
  readonly defaultSql: string | null;
  readonly collation: Collation;
}

export interface CheckDefinition {
  readonly name: string | null;
  readonly sql: string;
}

/**
 * A table as stored. Every table has a 64-bit rowid (kept within safe integers). An INTEGER PRIMARY KEY column *is* the
 * rowid: it is not stored twice. Any other primary key is a unique index of origin 'primary-key'.
 */
export interface TableDefinition {
  readonly id: number;
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  /** The column that is an alias of the rowid, or null. */
  readonly rowidColumn: number | null;
  readonly autoincrement: boolean;
  readonly checks: readonly CheckDefinition[];
  /** The CREATE TABLE text, for catalogue views. */
  readonly sql: string;
}

export interface IndexColumn {
  readonly column: number;
  readonly descending: boolean;
  readonly collation: Collation;
}

export interface IndexDefinition {
  readonly id: number;
  readonly name: string;
  readonly tableId: number;
  readonly columns: readonly IndexColumn[];
  readonly unique: boolean;
  readonly origin: 'index' | 'unique' | 'primary-key';
  /** The CREATE INDEX text; null for the index of a constraint. */
  readonly sql: string | null;
}
