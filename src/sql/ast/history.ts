import type { Expression } from './expressions.ts';
import type { Identifier, SourceRange } from './node.ts';

/** Statements about the history. */
export type HistoryStatement = CreateSnapshotStatement | DropSnapshotStatement;

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
