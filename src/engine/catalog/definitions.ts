import type { Collation, ColumnType } from '../column/types.ts';
import type { StoredValue } from './stored-value.ts';

export type { Collation };

/** What happens when a constraint is violated, if the statement does not say: SQLite's ON CONFLICT. None: abort. */
export type ConflictPolicy = 'abort' | 'fail' | 'ignore' | 'replace' | 'rollback';

/**
 * A generated column. Values of VIRTUAL columns are stored as well: the history, indexes and zone maps then know them
 * like any other's, and what a version of a row held stays what it was.
 */
export interface GeneratedDefinition {
  readonly sql: string;
  readonly stored: boolean;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly notNull: boolean;
  /** Of NOT NULL. */
  readonly onConflict?: ConflictPolicy;
  readonly generated?: GeneratedDefinition;
  /** The DEFAULT expression's SQL text, without outer parentheses; null where there is none. */
  readonly defaultSql: string | null;
  readonly collation: Collation;
  /** What rows hold that are older than the column, since ALTER TABLE ADD COLUMN rewrites none; left out: NULL. */
  readonly missing?: StoredValue;
  /** ALTER TABLE DROP COLUMN leaves the column's place, so that columns keep their numbers for good. */
  readonly dropped?: true;
}

/** The place of a column that the table no longer has, without a name: its values stay in the history. */
export function droppedColumn({ type, collation, missing }: ColumnDefinition): ColumnDefinition {
  const kept = missing === undefined ? {} : { missing };
  return { name: '', type, notNull: false, defaultSql: null, collation, ...kept, dropped: true };
}

export interface CheckDefinition {
  readonly name: string | null;
  readonly sql: string;
}

/**
 * What a hidden table holds: the keys of an index over expressions, or over some rows only. It has a row for each row of
 * the indexed table that is in the index, under the same rowid, and an ordinary index over its columns. So the engine
 * stores, versions, recovers and searches such keys like any others and knows nothing of expressions: the SQL layer
 * computes them and keeps them in step.
 */
export interface KeyTableDefinition {
  /** The indexed table. */
  readonly tableId: number;
  /** The SQL text of each column. */
  readonly keys: readonly string[];
  /** Rows for which this is true are in the index; null: all. */
  readonly where: string | null;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

/** A foreign key of a child table. The parent goes by its name: it may be made later, and made anew. */
export interface ForeignKeyDefinition {
  readonly name: string | null;
  /** The child's columns. */
  readonly columns: readonly number[];
  readonly parent: string;
  /** As many names of the parent's columns; empty: its primary key. */
  readonly parentColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** Checked at COMMIT, not at the end of each statement. */
  readonly deferred: boolean;
}

/** What tables, indexes, views and triggers have in common. */
interface ObjectDefinition {
  readonly id: number;
  readonly name: string;
  /** It lives in one session's memory and is nothing to other sessions, the log and the files. */
  readonly temporary?: true;
}

/**
 * A table as stored. A column's number is its place in `columns`: it never changes, for segments, indexes and readers of
 * the history name columns by it. ALTER TABLE makes a new version under the same id. Every table has a 64-bit rowid (kept
 * within safe integers). An INTEGER PRIMARY KEY column *is* the rowid: it is not stored twice. Any other primary key is a
 * unique index of origin 'primary-key'.
 */
export interface TableDefinition extends ObjectDefinition {
  readonly columns: readonly ColumnDefinition[];
  /** The column that is an alias of the rowid, or null. */
  readonly rowidColumn: number | null;
  readonly autoincrement: boolean;
  /** WITHOUT ROWID: its rowid has no name. */
  readonly withoutRowid?: true;
  /** Of the INTEGER PRIMARY KEY. */
  readonly onConflict?: ConflictPolicy;
  /** The name of the INTEGER PRIMARY KEY constraint, if it was given one. */
  readonly rowidConstraint?: string;
  readonly checks: readonly CheckDefinition[];
  readonly foreignKeys?: readonly ForeignKeyDefinition[];
  /** For how many seconds old versions of its rows stay readable, 0: not at all; left out: as long as the database's. */
  readonly historySeconds?: number;
  /** Each transaction that changes it extends a chain of hashes over all of its history. */
  readonly ledger?: true;
  /** Of a hidden table: it holds the keys of an index over expressions or over some rows. */
  readonly keysOf?: KeyTableDefinition;
  /** The CREATE TABLE text, for catalogue views. */
  readonly sql: string;
}

export interface IndexColumn {
  readonly column: number;
  readonly descending: boolean;
  readonly collation: Collation;
}

export interface IndexDefinition extends ObjectDefinition {
  readonly tableId: number;
  readonly columns: readonly IndexColumn[];
  readonly unique: boolean;
  readonly onConflict?: ConflictPolicy;
  readonly origin: 'index' | 'unique' | 'primary-key';
  /** The name of the constraint, if it was given one. */
  readonly constraint?: string;
  /** The CREATE INDEX text; null for the index of a constraint. */
  readonly sql: string | null;
}

/** A view: its SELECT is parsed and bound anew for each statement that reads it. */
export interface ViewDefinition extends ObjectDefinition {
  /** The CREATE VIEW text, all of it. */
  readonly sql: string;
}

/** A number that the file keeps for its users, by name: PRAGMA user_version and its like. */
export interface SettingDefinition extends ObjectDefinition {
  readonly value: number;
}

export interface TriggerDefinition extends ObjectDefinition {
  /** The table's id, or the view's. */
  readonly tableId: number;
  /** The CREATE TRIGGER text, all of it. */
  readonly sql: string;
}
