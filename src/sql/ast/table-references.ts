import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from './node.ts';
import type { SelectStatement } from './select.ts';

export type TableReference = NamedTable | FunctionTable | SubqueryTable | JoinedTable;

export interface NamedTable extends SourceRange {
  readonly kind: 'table';
  readonly table: QualifiedName;
  readonly alias: string | null;
  /** `t AS a (x, y)`. */
  readonly columnAliases: readonly Identifier[];
  readonly asOf: AsOfPoint | VersionsBetween | null;
  /** INDEXED BY name, false for NOT INDEXED, null where nothing was written. */
  readonly indexedBy: string | false | null;
}

/** A table-valued function in FROM. */
export interface FunctionTable extends SourceRange {
  readonly kind: 'table-function';
  readonly name: QualifiedName;
  readonly arguments: readonly Expression[];
  readonly lateral: boolean;
  readonly withOrdinality: boolean;
  readonly alias: string | null;
  readonly columnAliases: readonly Identifier[];
}

export interface SubqueryTable extends SourceRange {
  readonly kind: 'subquery-table';
  readonly query: SelectStatement;
  readonly lateral: boolean;
  readonly alias: string | null;
  readonly columnAliases: readonly Identifier[];
}

/** Chains are left-deep; a comma is a CROSS join. */
export interface JoinedTable extends SourceRange {
  readonly kind: 'join';
  readonly join: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
  readonly natural: boolean;
  /** Nearest earlier row by the inequality in ON. */
  readonly asof: boolean;
  readonly left: TableReference;
  readonly right: TableReference;
  /** Of a join in parentheses: one more name for its columns, which keep those of their tables. */
  readonly alias: string | null;
  /** At most one of `on` and `using` is set. */
  readonly on: Expression | null;
  readonly using: readonly Identifier[] | null;
}

/** `VERSIONS BETWEEN TRANSACTION 3 AND 9`: every version that was in force at some time of it. */
export interface VersionsBetween extends SourceRange {
  readonly kind: 'versions-between';
  readonly from: AsOfPoint;
  readonly to: AsOfPoint;
}

/**
 * MINVALUE and MAXVALUE, which count nothing, are the oldest state that can be read and what the statement sees. BY VALUE,
 * which is not written: a number is a transaction, a text a time or `snapshot:name`.
 */
export type PointUnit = NamedUnit | 'MINVALUE' | 'MAXVALUE' | 'BY VALUE';
export type NamedUnit = 'TIMESTAMP' | 'TRANSACTION' | 'SCN' | 'SNAPSHOT';

/** `AS OF TIMESTAMP '…'`, `AS OF TRANSACTION 42`, `AS OF SCN 1000`, `AS OF SNAPSHOT 'name'`. */
export interface AsOfPoint extends SourceRange {
  readonly kind: 'as-of';
  readonly unit: PointUnit;
  /** A snapshot's name arrives as a text literal even where it was written as a name. */
  readonly point: Expression;
}
