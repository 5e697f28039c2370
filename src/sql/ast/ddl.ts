import type { ConflictAction, DmlStatement } from './dml.ts';
import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange, StorageOption, TypeName } from './node.ts';
import type { OrderingTerm, SelectStatement } from './select.ts';

export type DdlStatement =
  | CreateTableStatement
  | CreateIndexStatement
  | CreateViewStatement
  | CreateTriggerStatement
  | AlterTableStatement
  | AlterViewStatement
  | RefreshViewStatement
  | DropStatement;

export interface CreateTableStatement extends SourceRange {
  readonly kind: 'create-table';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly table: QualifiedName;
  /** Empty for CREATE TABLE … AS SELECT without a column list. */
  readonly columns: readonly ColumnSpecification[];
  readonly constraints: readonly TableConstraint[];
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly options: readonly StorageOption[];
  readonly asSelect: SelectStatement | null;
}

export interface ColumnSpecification extends SourceRange {
  readonly kind: 'column-specification';
  readonly name: string;
  /** null: no type was written. */
  readonly type: TypeName | null;
  readonly constraints: readonly ColumnConstraint[];
}

export type ColumnConstraint =
  | NotNullConstraint
  | NullConstraint
  | PrimaryKeyColumnConstraint
  | UniqueColumnConstraint
  | CheckConstraint
  | DefaultConstraint
  | CollateConstraint
  | ReferencesConstraint
  | GeneratedConstraint;

interface Constraint extends SourceRange {
  /** CONSTRAINT name, or null. */
  readonly name: string | null;
}

export interface NotNullConstraint extends Constraint {
  readonly kind: 'not-null';
  readonly onConflict: ConflictAction | null;
}

/** The word NULL, which says nothing. */
export interface NullConstraint extends Constraint {
  readonly kind: 'null';
}

export interface PrimaryKeyColumnConstraint extends Constraint {
  readonly kind: 'primary-key-column';
  readonly descending: boolean;
  readonly autoincrement: boolean;
  readonly onConflict: ConflictAction | null;
}

export interface UniqueColumnConstraint extends Constraint {
  readonly kind: 'unique-column';
  readonly onConflict: ConflictAction | null;
}

/** The text between the parentheses is `sql.slice(expression.position, expression.end)`. */
export interface CheckConstraint extends Constraint {
  readonly kind: 'check';
  readonly expression: Expression;
}

export interface DefaultConstraint extends Constraint {
  readonly kind: 'default';
  /** Without the outer parentheses of DEFAULT (…). */
  readonly expression: Expression;
}

export interface CollateConstraint extends Constraint {
  readonly kind: 'collate-constraint';
  readonly collation: string;
}

export interface ReferencesConstraint extends Constraint {
  readonly kind: 'references';
  readonly reference: ForeignKeyReference;
}

/** GENERATED ALWAYS AS (…) [STORED | VIRTUAL], or GENERATED … AS IDENTITY where `expression` is null. */
export interface GeneratedConstraint extends Constraint {
  readonly kind: 'generated';
  readonly expression: Expression | null;
  readonly stored: boolean;
}

export type TableConstraint =
  | PrimaryKeyTableConstraint
  | UniqueTableConstraint
  | CheckConstraint
  | ForeignKeyTableConstraint;

export interface PrimaryKeyTableConstraint extends Constraint {
  readonly kind: 'primary-key';
  readonly columns: readonly OrderingTerm[];
  readonly autoincrement: boolean;
  readonly onConflict: ConflictAction | null;
}

export interface UniqueTableConstraint extends Constraint {
  readonly kind: 'unique';
  readonly columns: readonly OrderingTerm[];
  readonly onConflict: ConflictAction | null;
}

export interface ForeignKeyTableConstraint extends Constraint {
  readonly kind: 'foreign-key';
  readonly columns: readonly Identifier[];
  readonly reference: ForeignKeyReference;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface ForeignKeyReference extends SourceRange {
  readonly kind: 'foreign-key-reference';
  readonly table: QualifiedName;
  /** Empty: the parent's primary key. */
  readonly columns: readonly Identifier[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly deferred: boolean;
}

export interface CreateIndexStatement extends SourceRange {
  readonly kind: 'create-index';
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  /** Null: it gets a name from its table and columns. */
  readonly index: QualifiedName | null;
  readonly table: QualifiedName;
  /** Lower case; null: the ordinary ordered index. */
  readonly method: string | null;
  /** A COLLATE of a column is a collate expression around it. */
  readonly columns: readonly OrderingTerm[];
  readonly options: readonly StorageOption[];
  readonly where: Expression | null;
}

export interface CreateViewStatement extends SourceRange {
  readonly kind: 'create-view';
  readonly materialized: boolean;
  readonly temporary: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly view: QualifiedName;
  readonly columns: readonly Identifier[];
  readonly options: readonly StorageOption[];
  readonly query: SelectStatement;
}

export interface CreateTriggerStatement extends SourceRange {
  readonly kind: 'create-trigger';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly trigger: QualifiedName;
  readonly time: 'BEFORE' | 'AFTER' | 'INSTEAD OF';
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE';
  /** UPDATE OF …; empty: any column. */
  readonly columns: readonly Identifier[];
  readonly table: QualifiedName;
  readonly when: Expression | null;
  readonly body: readonly (DmlStatement | SelectStatement)[];
}

export interface AlterTableStatement extends SourceRange {
  readonly kind: 'alter-table';
  readonly ifExists: boolean;
  readonly table: QualifiedName;
  /** One after the other: each finds what those before it have made. */
  readonly actions: readonly AlterTableAction[];
}

export type AlterTableAction =
  | (SourceRange & { readonly kind: 'rename-table'; readonly name: string })
  | (SourceRange & { readonly kind: 'rename-column'; readonly column: Identifier; readonly name: string })
  | (SourceRange & {
      readonly kind: 'add-column';
      readonly ifNotExists: boolean;
      readonly column: ColumnSpecification;
    })
  | (SourceRange & { readonly kind: 'drop-column'; readonly ifExists: boolean; readonly column: Identifier })
  | (SourceRange & { readonly kind: 'add-constraint'; readonly constraint: TableConstraint })
  | (SourceRange & { readonly kind: 'drop-constraint'; readonly ifExists: boolean; readonly constraint: Identifier })
  | (SourceRange & { readonly kind: 'alter-column'; readonly column: Identifier; readonly change: ColumnChange })
  | (SourceRange & { readonly kind: 'set-options'; readonly options: readonly StorageOption[] });

/** What ALTER COLUMN does. */
export type ColumnChange =
  | { readonly kind: 'set-default'; readonly constraint: DefaultConstraint }
  | { readonly kind: 'drop-default' }
  | { readonly kind: 'set-not-null' }
  | { readonly kind: 'drop-not-null' }
  | { readonly kind: 'set-type'; readonly type: TypeName; readonly using: Expression | null };

/** `ALTER [MATERIALIZED] VIEW v SET (…)`, or RENAME TO. */
export interface AlterViewStatement extends SourceRange {
  readonly kind: 'alter-view';
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly view: QualifiedName;
  readonly options: readonly StorageOption[];
  readonly rename: string | null;
}

export interface RefreshViewStatement extends SourceRange {
  readonly kind: 'refresh-materialized-view';
  readonly view: QualifiedName;
  readonly mode: 'FULL' | 'INCREMENTALLY' | null;
}

export interface DropStatement extends SourceRange {
  readonly kind: 'drop';
  readonly what: 'TABLE' | 'INDEX' | 'VIEW' | 'MATERIALIZED VIEW' | 'TRIGGER';
  readonly ifExists: boolean;
  readonly names: readonly QualifiedName[];
  readonly cascade: boolean;
}
