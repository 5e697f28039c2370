import type { CatalogEntry } from '../../engine/catalog/catalog.ts';
import type {
  ConflictPolicy,
  IndexDefinition,
  TableDefinition,
  TriggerDefinition,
  ViewDefinition,
} from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { AlterTableAction } from '../ast/ddl.ts';
import type {
  BeginStatement,
  CommitStatement,
  ReleaseStatement,
  RollbackStatement,
  SavepointStatement,
} from '../ast/transactions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ComputedIndex } from './computed-indexes.ts';
import type { ForeignKeySides } from './foreign-keys.ts';
import type { ProjectedColumn, Query } from './logical-plan.ts';

export type BoundStatement =
  | BoundQuery
  | BoundInsert
  | BoundUpdate
  | BoundDelete
  | BoundCreateTable
  | BoundCreateIndex
  | BoundCreateView
  | BoundCreateTrigger
  | BoundAlter
  | BoundPragma
  | BoundVacuum
  | BoundCreateSnapshot
  | BoundDropSnapshot
  | BoundSetLabel
  | BoundFlashback
  | BoundUndrop
  | BoundErase
  | BoundDrop
  | BoundTransactionStatement
  | BoundExplain
  | BoundNothing;

export interface BoundQuery {
  readonly kind: 'query';
  readonly query: Query;
}

/**
 * A table as INSERT, UPDATE and DELETE see it. Expressions read one row: column i of the table is column i of the
 * row, and its rowid column `table.columns.length`.
 */
export interface BoundTarget {
  readonly table: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
  readonly checks: readonly BoundCheck[];
  /** Per column its DEFAULT; null: NULL. */
  readonly defaults: readonly (BoundExpression | null)[];
  /** The generated columns, each behind those that it reads. */
  readonly generated: readonly BoundGenerated[];
  readonly foreignKeys: ForeignKeySides;
  readonly computedIndexes: readonly ComputedIndex[];
  /** In the order in which they fire. */
  readonly triggers: readonly BoundTrigger[];
  /** A view, whose rows are its INSTEAD OF triggers' affair: its columns stand for those of a table. */
  readonly isView: boolean;
  /** Of `sqlite_sequence`, instead of triggers: by name in lower case, the tables whose AUTOINCREMENT its rows tell of. */
  readonly counters?: ReadonlyMap<string, number>;
  /** Empty: no RETURNING. */
  readonly returning: readonly ProjectedColumn[];
}

export interface BoundCheck {
  readonly name: string | null;
  readonly sql: string;
  readonly expression: BoundExpression;
}

export interface BoundGenerated {
  readonly column: number;
  readonly expression: BoundExpression;
}

/** When a trigger fires. What it does is bound when it is first set off: a trigger may set itself off. */
export interface BoundTrigger {
  readonly definition: TriggerDefinition;
  readonly time: 'BEFORE' | 'AFTER' | 'INSTEAD OF';
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE';
  /** UPDATE OF: the numbers of the columns; empty: any. */
  readonly columns: readonly number[];
}

export interface BoundInsert {
  readonly kind: 'insert';
  readonly target: BoundTarget;
  /** The table column of each value: its number, or ROWID_COLUMN for the rowid itself. */
  readonly columns: readonly number[];
  readonly source: InsertSource;
  /** OR …; null: what each constraint says. */
  readonly policy: ConflictPolicy | null;
  readonly upserts: readonly BoundUpsert[];
}

/** A null in a row is the word DEFAULT. DEFAULT VALUES is one row of none. */
export type InsertSource =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly (BoundExpression | null)[])[] }
  | { readonly kind: 'query'; readonly query: Query };

/** Its expressions read the row that is there, and `excluded` in the columns from `table.columns.length + 2` on. */
export interface BoundUpsert {
  /** The uniqueness that it answers: an index, the rowid, or any. */
  readonly constraint: { readonly indexId: number } | 'rowid' | 'any';
  /** null: DO NOTHING. */
  readonly update: { readonly assignments: readonly BoundAssignment[]; readonly where: BoundExpression | null } | null;
}

export interface BoundAssignment {
  /** Number in the table, or ROWID_COLUMN. */
  readonly column: number;
  readonly expression: BoundExpression;
}

export interface BoundUpdate {
  readonly kind: 'update';
  readonly target: BoundTarget;
  /** Yields per row its location (of a view: its columns), then, unless `late`, one value per assigned column. */
  readonly query: Query;
  readonly columns: readonly number[];
  /**
   * The values over the row as it is when its turn comes: triggers and foreign keys may have changed it since it was
   * found. Null: the query yields them.
   */
  readonly late: readonly BoundExpression[] | null;
  readonly policy: ConflictPolicy | null;
}

export interface BoundDelete {
  readonly kind: 'delete';
  readonly target: BoundTarget;
  /** TRUNCATE of several tables: what else the statement deletes. */
  readonly others: readonly BoundDelete[];
  /** Yields the rows' locations; of a view: its columns. */
  readonly query: Query;
}

export interface BoundCreateTable {
  readonly kind: 'create-table';
  readonly definition: Omit<TableDefinition, 'id'>;
  /** Indexes of constraints; `tableId` is filled in when the table exists. */
  readonly indexes: readonly Omit<IndexDefinition, 'id' | 'tableId'>[];
  /** CREATE TABLE … AS: its rows. */
  readonly rows: Query | null;
}

export interface BoundCreateIndex {
  readonly kind: 'create-index';
  /** With a key table, its columns are that table's, and `tableId` is filled in when the key table exists. */
  readonly definition: Omit<IndexDefinition, 'id'>;
  /** For an index over expressions, or over some rows only. */
  readonly keyTable: Omit<TableDefinition, 'id'> | null;
}

export interface BoundCreateView {
  readonly kind: 'create-view';
  readonly definition: Omit<ViewDefinition, 'id'>;
  /** OR REPLACE: the id of the view whose definition this is from now on. */
  readonly replaces: number | null;
}

/** A PRAGMA that is for the session to answer. */
export interface BoundPragma {
  readonly kind: 'pragma';
  /** Lower case. */
  readonly name: string;
  readonly argument: SqlValue;
  readonly hasArgument: boolean;
}

export interface BoundVacuum {
  readonly kind: 'vacuum';
}

export interface BoundCreateSnapshot {
  readonly kind: 'create-snapshot';
  readonly name: string;
  readonly ifNotExists: boolean;
  /** A TIMESTAMP, or a value that says one or how long from now; null: never. */
  readonly expires: { readonly when: BoundExpression; readonly isTime: boolean } | null;
}

export interface BoundDropSnapshot {
  readonly kind: 'drop-snapshot';
  readonly name: string;
  readonly ifExists: boolean;
}

export interface BoundSetLabel {
  readonly kind: 'set-label';
  readonly label: BoundExpression;
}

export interface BoundErase {
  readonly kind: 'erase';
  readonly table: TableDefinition;
  /** Over one version: as the expressions of a {@link BoundTarget}; null: all. */
  readonly where: BoundExpression | null;
  readonly reason: BoundExpression;
}

/** ALTER: definitions and what they need, in the order of the fields. */
export interface BoundAlter {
  readonly kind: 'alter';
  /** Ids of what is no longer there. */
  readonly drops: readonly number[];
  /** New versions of tables, indexes, views and triggers; the altered one first. */
  readonly definitions: readonly CatalogEntry['definition'][];
  /** A new column with a DEFAULT, which older rows hold from now on, or one that no row can hold without being written. */
  readonly added: {
    readonly tableId: number;
    readonly column: number;
    /** Why the column can only be added to a table without rows. */
    readonly needsEmpty: {
      readonly what: string;
      readonly code: 'INVALID_DEFINITION' | 'NOT_NULL_VIOLATION';
    } | null;
  } | null;
  readonly indexes: readonly Omit<IndexDefinition, 'id'>[];
  /** The table whose rows must fulfil constraints that are new, or get values of a new generated column. */
  readonly review: number | null;
  /** Every view and trigger must still mean something: what errors say about the time. null: nothing to look at. */
  readonly verify: string | null;
  /** What the statement, whose text is `sql`, does to the table afterwards. */
  readonly rest?: {
    readonly tableId: number;
    readonly actions: readonly AlterTableAction[];
    readonly sql: string;
  };
}

export interface BoundCreateTrigger {
  readonly kind: 'create-trigger';
  readonly definition: Omit<TriggerDefinition, 'id'>;
}

/** What belongs to a table goes with it. */
export interface BoundDrop {
  readonly kind: 'drop';
  readonly ids: readonly number[];
}

export interface BoundTransactionStatement {
  readonly kind: 'transaction';
  readonly statement: BeginStatement | CommitStatement | RollbackStatement | SavepointStatement | ReleaseStatement;
}

export interface BoundExplain {
  readonly kind: 'explain';
  readonly statement: BoundStatement;
  /** The statement runs, and what its operators did is shown as well. */
  readonly analyze: boolean;
  readonly format: 'TEXT' | 'JSON' | 'QUERY PLAN';
}

/** IF [NOT] EXISTS found nothing to do. */
export interface BoundNothing {
  readonly kind: 'nothing';
}

/** FLASHBACK. */
export interface BoundFlashback {
  readonly kind: 'flashback';
  /** null: the whole database. */
  readonly tables: readonly TableDefinition[] | null;
  /** The number of the point among those that the statement names. */
  readonly instant: number;
}

export interface BoundUndrop {
  readonly kind: 'undrop';
  readonly table: string;
  /** null: its own. */
  readonly name: string | null;
}
