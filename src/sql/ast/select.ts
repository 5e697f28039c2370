import type { Expression } from './expressions.ts';
import type { Identifier, SourceRange } from './node.ts';
import type { TableReference } from './table-references.ts';
import type { NamedWindow } from './windows.ts';

/** A whole query: WITH, one or more operands of a compound, and what applies to all of it. */
export interface SelectStatement extends SourceRange {
  readonly kind: 'select';
  readonly with: WithClause | null;
  readonly first: QueryOperand;
  /** The rest of a compound, applied from left to right: all set operators have one precedence, as in SQLite. */
  readonly compound: readonly CompoundPart[];
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  /** FETCH FIRST … WITH TIES: rows that ORDER BY cannot tell from the last one come too. */
  readonly withTies: boolean;
}

export type QueryOperand = SelectCore | ValuesCore | NestedQuery;

export interface CompoundPart extends SourceRange {
  readonly kind: 'compound-part';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly operand: QueryOperand;
}

export interface SelectCore extends SourceRange {
  readonly kind: 'select-core';
  readonly distinct: boolean;
  /** DISTINCT ON (…); null otherwise. `distinct` is true as well. */
  readonly distinctOn: readonly Expression[] | null;
  readonly columns: readonly ResultColumn[];
  /** null: no FROM, one row. */
  readonly from: TableReference | null;
  readonly where: Expression | null;
  /** Empty: no GROUP BY. */
  readonly groupBy: readonly GroupingElement[];
  readonly having: Expression | null;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | null;
}

/** `VALUES (1, 2), (3, 4)`: at least one row, of at least one value each. */
export interface ValuesCore extends SourceRange {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

/** A query in parentheses as an operand: its ORDER BY and LIMIT are its own. */
export interface NestedQuery extends SourceRange {
  readonly kind: 'nested-query';
  readonly query: SelectStatement;
}

export type ResultColumn = ExpressionColumn | StarColumn;

export interface ExpressionColumn extends SourceRange {
  readonly kind: 'expression-column';
  readonly expression: Expression;
  /** null: the column is named by {@link Expression}: a column's own name, otherwise the expression's text. */
  readonly alias: string | null;
}

/** `*`, `t.*` or `schema.t.*`. */
export interface StarColumn extends SourceRange {
  readonly kind: 'star-column';
  readonly schema: string | null;
  readonly table: string | null;
}

export type GroupingElement = Expression | GroupingSet;

/** Each item of ROLLUP and CUBE is one or more expressions; of GROUPING SETS one set, which may be nested. */
export interface GroupingSet extends SourceRange {
  readonly kind: 'grouping-set';
  readonly operator: 'ROLLUP' | 'CUBE' | 'GROUPING SETS';
  readonly items: readonly (readonly GroupingElement[])[];
}

export interface OrderingTerm extends SourceRange {
  readonly kind: 'ordering-term';
  readonly expression: Expression;
  readonly descending: boolean;
  /** null: not written; NULLs are the smallest values then. */
  readonly nulls: 'FIRST' | 'LAST' | null;
}

export interface WithClause extends SourceRange {
  readonly kind: 'with';
  readonly recursive: boolean;
  readonly tables: readonly CommonTable[];
}

export interface CommonTable extends SourceRange {
  readonly kind: 'common-table';
  readonly name: string;
  /** Empty: named by the query. */
  readonly columns: readonly Identifier[];
  /** true MATERIALIZED, false NOT MATERIALIZED, null not written. */
  readonly materialized: boolean | null;
  readonly query: SelectStatement;
}
