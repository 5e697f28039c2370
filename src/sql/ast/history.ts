import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from './node.ts';
import type { AsOfPoint } from './table-references.ts';

/** Statements about the history. */
export type HistoryStatement =
  | CreateSnapshotStatement
  | DropSnapshotStatement
  | FlashbackTableStatement
  | FlashbackDatabaseStatement
  | UndropStatement
  | SetLocalStatement
  | EraseStatement
  | VerifyLedgerStatement;

/** `CREATE SNAPSHOT name [EXPIRES when]`. */
export interface CreateSnapshotStatement extends SourceRange {
  readonly kind: 'create-snapshot';
  readonly ifNotExists: boolean;
  readonly snapshot: Identifier;
  /** A time, or a text that says how long from now; null: never. */
  readonly expires: Expression | null;
}

export interface DropSnapshotStatement extends SourceRange {
  readonly kind: 'drop-snapshot';
  readonly ifExists: boolean;
  readonly snapshot: Identifier;
}

/** `FLASHBACK TABLE t, u TO point`; PREVIEW, of one table: the rows that it would change. */
export interface FlashbackTableStatement extends SourceRange {
  readonly kind: 'flashback-table';
  readonly tables: readonly QualifiedName[];
  readonly to: AsOfPoint;
  readonly preview: boolean;
}

/** `FLASHBACK DATABASE TO point`; PREVIEW: the objects that it would change. */
export interface FlashbackDatabaseStatement extends SourceRange {
  readonly kind: 'flashback-database';
  readonly to: AsOfPoint;
  readonly preview: boolean;
}

/** `UNDROP TABLE t [AS name]`. */
export interface UndropStatement extends SourceRange {
  readonly kind: 'undrop';
  readonly table: QualifiedName;
  /** null: its own. */
  readonly name: Identifier | null;
}

/** `SET LOCAL name = value`: for the open transaction. */
export interface SetLocalStatement extends SourceRange {
  readonly kind: 'set-local';
  readonly setting: Identifier;
  readonly value: Expression;
}

/** `ERASE FROM table [AS alias] [WHERE condition] REASON text`. */
export interface EraseStatement extends SourceRange {
  readonly kind: 'erase';
  readonly table: QualifiedName;
  readonly alias: string | null;
  readonly where: Expression | null;
  readonly reason: Expression;
}

/** `VERIFY LEDGER [table]`. */
export interface VerifyLedgerStatement extends SourceRange {
  readonly kind: 'verify-ledger';
  /** null: all ledger tables. */
  readonly table: QualifiedName | null;
}
