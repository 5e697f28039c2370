import type { SourceRange } from './node.ts';

export type TransactionStatement =
  | BeginStatement
  | CommitStatement
  | RollbackStatement
  | SavepointStatement
  | ReleaseStatement;

export interface BeginStatement extends SourceRange {
  readonly kind: 'begin';
  readonly mode: 'DEFERRED' | 'IMMEDIATE' | 'EXCLUSIVE' | null;
  /** READ ONLY, as PostgreSQL writes it. */
  readonly readOnly: boolean;
}

/** COMMIT or END. */
export interface CommitStatement extends SourceRange {
  readonly kind: 'commit';
}

export interface RollbackStatement extends SourceRange {
  readonly kind: 'rollback';
  /** ROLLBACK TO name; null: the whole transaction. */
  readonly savepoint: string | null;
}

export interface SavepointStatement extends SourceRange {
  readonly kind: 'savepoint';
  readonly name: string;
}

export interface ReleaseStatement extends SourceRange {
  readonly kind: 'release';
  readonly name: string;
}
