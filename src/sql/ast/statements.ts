import type { DdlStatement } from './ddl.ts';
import type { DmlStatement } from './dml.ts';
import type { HistoryStatement } from './history.ts';
import type { SourceRange } from './node.ts';
import type { SelectStatement } from './select.ts';
import type { TransactionStatement } from './transactions.ts';
import type { UtilityStatement } from './utility.ts';

export type Statement =
  | SelectStatement
  | DmlStatement
  | DdlStatement
  | HistoryStatement
  | TransactionStatement
  | UtilityStatement;

/** One statement of a text with its parameters. The range leaves out the semicolon and the space around. */
export interface ParsedStatement extends SourceRange {
  readonly statement: Statement;
  /** The highest parameter number: how many values an execution needs. Numbers may be skipped (`?3` alone makes 3). */
  readonly parameterCount: number;
  /**
   * The name of parameter i + 1, without its sigil, or null. `:a` and `@a` are two parameters of one name, and a
   * record of values fills both.
   */
  readonly parameterNames: readonly (string | null)[];
}
