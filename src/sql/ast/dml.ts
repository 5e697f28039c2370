import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from './node.ts';
import type { OrderingTerm, ResultColumn, SelectStatement, WithClause } from './select.ts';
import type { NamedTable, TableReference } from './table-references.ts';

export type DmlStatement = InsertStatement | UpdateStatement | DeleteStatement | TruncateStatement;

/** What to do about a violated constraint: OR … of INSERT and UPDATE, ON CONFLICT … of a constraint. */
export type ConflictAction = 'ROLLBACK' | 'ABORT' | 'FAIL' | 'IGNORE' | 'REPLACE';

/** REPLACE INTO is INSERT OR REPLACE INTO. */
export interface InsertStatement extends SourceRange {
  readonly kind: 'insert';
  readonly with: WithClause | null;
  readonly conflictAction: ConflictAction | null;
  readonly table: QualifiedName;
  readonly alias: string | null;
  /** Empty: every column, in the table's order. */
  readonly columns: readonly Identifier[];
  readonly source: InsertSource;
  /** ON CONFLICT clauses, in order. */
  readonly upserts: readonly UpsertClause[];
  /** Empty: no RETURNING. */
  readonly returning: readonly ResultColumn[];
}

export type InsertSource = InsertValues | SelectStatement | InsertDefaults;

/** `VALUES (…), (…)`. */
export interface InsertValues extends SourceRange {
  readonly kind: 'insert-values';
  readonly rows: readonly (readonly AssignedValue[])[];
}

/** `DEFAULT VALUES`. */
export interface InsertDefaults extends SourceRange {
  readonly kind: 'insert-defaults';
}

export type AssignedValue = Expression | DefaultValue;

/** The word DEFAULT in place of a value. */
export interface DefaultValue extends SourceRange {
  readonly kind: 'default-value';
}

/** `ON CONFLICT [(target) [WHERE …] | ON CONSTRAINT name] DO NOTHING | DO UPDATE SET … [WHERE …]`. */
export interface UpsertClause extends SourceRange {
  readonly kind: 'upsert';
  /** Empty: any uniqueness constraint. */
  readonly target: readonly OrderingTerm[];
  readonly targetWhere: Expression | null;
  readonly constraint: string | null;
  /** null: DO NOTHING. */
  readonly update: UpsertUpdate | null;
}

export interface UpsertUpdate extends SourceRange {
  readonly kind: 'upsert-update';
  readonly assignments: readonly Assignment[];
  readonly where: Expression | null;
}

/** `a = 1`, or `(a, b) = (1, 2)` and `(a, b) = (SELECT …)` with more than one column. */
export interface Assignment extends SourceRange {
  readonly kind: 'assignment';
  readonly columns: readonly Identifier[];
  readonly value: AssignedValue;
}

export interface UpdateStatement extends SourceRange {
  readonly kind: 'update';
  readonly with: WithClause | null;
  readonly conflictAction: ConflictAction | null;
  readonly table: NamedTable;
  readonly assignments: readonly Assignment[];
  readonly from: TableReference | null;
  readonly where: Expression | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  readonly returning: readonly ResultColumn[];
}

export interface DeleteStatement extends SourceRange {
  readonly kind: 'delete';
  readonly with: WithClause | null;
  readonly table: NamedTable;
  readonly using: TableReference | null;
  readonly where: Expression | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  readonly returning: readonly ResultColumn[];
}

export interface TruncateStatement extends SourceRange {
  readonly kind: 'truncate';
  readonly tables: readonly QualifiedName[];
}
