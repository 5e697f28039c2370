import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from './node.ts';
import type { Statement } from './statements.ts';

export type UtilityStatement =
  | ExplainStatement
  | PragmaStatement
  | AnalyzeStatement
  | VacuumStatement
  | ReindexStatement;

export interface ExplainStatement extends SourceRange {
  readonly kind: 'explain';
  /** EXPLAIN QUERY PLAN, SQLite's shape of the answer. */
  readonly queryPlan: boolean;
  /** EXPLAIN ANALYZE: run it, and show what was counted and timed. */
  readonly analyze: boolean;
  readonly format: 'TEXT' | 'JSON';
  readonly statement: Statement;
}

/** `PRAGMA name`, `PRAGMA name = value`, `PRAGMA name(value)`. */
export interface PragmaStatement extends SourceRange {
  readonly kind: 'pragma';
  readonly schema: string | null;
  /** Lower case. */
  readonly name: string;
  /** A bare word arrives as an identifier; null: no argument. */
  readonly argument: Expression | Identifier | null;
  /** Written with `=`. */
  readonly assigned: boolean;
}

export interface AnalyzeStatement extends SourceRange {
  readonly kind: 'analyze';
  /** null: everything. */
  readonly target: QualifiedName | null;
}

export interface VacuumStatement extends SourceRange {
  readonly kind: 'vacuum';
  readonly target: QualifiedName | null;
  /** VACUUM INTO file. */
  readonly into: Expression | null;
}

export interface ReindexStatement extends SourceRange {
  readonly kind: 'reindex';
  readonly target: QualifiedName | null;
}
