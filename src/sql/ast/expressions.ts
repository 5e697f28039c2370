import type { SqlValue } from '../../engine/column/types.ts';
import type { SourceRange, TypeName } from './node.ts';
import type { OrderingTerm, SelectStatement } from './select.ts';
import type { WindowReference } from './windows.ts';

export type Expression =
  | LiteralExpression
  | CurrentTimeExpression
  | ParameterExpression
  | ColumnExpression
  | UnaryExpression
  | BinaryExpression
  | ComparisonExpression
  | LogicalExpression
  | NotExpression
  | IsExpression
  | NullTestExpression
  | TruthTestExpression
  | BetweenExpression
  | InListExpression
  | InSubqueryExpression
  | InArrayExpression
  | MatchExpression
  | CaseExpression
  | CastExpression
  | CollateExpression
  | FunctionExpression
  | ExistsExpression
  | SubqueryExpression
  | QuantifiedExpression
  | RowExpression
  | ArrayExpression
  | SubscriptExpression
  | SliceExpression
  | RaiseExpression;

/** TRUE and FALSE are INTEGER 1 and 0 whose `literalType` remembers how they were written. */
export interface LiteralExpression extends SourceRange {
  readonly kind: 'literal';
  readonly literalType: 'null' | 'boolean' | 'integer' | 'real' | 'text' | 'blob';
  /** bigint = INTEGER, number = REAL, and so on. An integer numeral beyond 64 bits is a REAL, as in SQLite. */
  readonly value: SqlValue;
  /** Of a REAL: the digits as written, which a DECIMAL beside it keeps all of. */
  readonly numeral?: string;
}

export interface CurrentTimeExpression extends SourceRange {
  readonly kind: 'current-time';
  readonly what: 'CURRENT_DATE' | 'CURRENT_TIME' | 'CURRENT_TIMESTAMP';
}

/** `index` counts from 1. `?`, `?7`, `$7` have no name; `:a`, `@a`, `$a` are named `a` and numbered as SQLite does. */
export interface ParameterExpression extends SourceRange {
  readonly kind: 'parameter';
  readonly index: number;
  readonly name: string | null;
}

/** `name`, `table.name` or `schema.table.name`. */
export interface ColumnExpression extends SourceRange {
  readonly kind: 'column';
  readonly schema: string | null;
  readonly table: string | null;
  readonly name: string;
  /** Written as a lone "name": where no such column exists, SQLite reads it as the text 'name'. */
  readonly doubleQuoted: boolean;
}

/** `-x`, `+x`, `~x`. */
export interface UnaryExpression extends SourceRange {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | '~';
  readonly operand: Expression;
}

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '&'
  | '|'
  | '<<'
  | '>>'
  | '->'
  | '->>'
  | '<->'
  | '<=>'
  | '<#>'
  | '&&'
  | '@>'
  | '<@'
  | '~'
  | '~*'
  | '!~'
  | '!~*';

/** Arithmetic, bits, concatenation, JSON, distances, containment, patterns: left-deep where chained. */
export interface BinaryExpression extends SourceRange {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  /** Where the operator itself stands. */
  readonly operatorPosition: number;
  readonly left: Expression;
  readonly right: Expression;
}

/** `==` and `!=` have become `=` and `<>`. Operands may be rows. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface ComparisonExpression extends SourceRange {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly operatorPosition: number;
  readonly left: Expression;
  readonly right: Expression;
}

/** A whole chain of AND, or of OR: two or more operands, in order. A chain of thousands is one node. */
export interface LogicalExpression extends SourceRange {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly Expression[];
}

export interface NotExpression extends SourceRange {
  readonly kind: 'not';
  readonly operand: Expression;
}

/** NULL-safe equality: `a IS b`, `a IS NOT DISTINCT FROM b`; negated: `a IS NOT b`, `a IS DISTINCT FROM b`. */
export interface IsExpression extends SourceRange {
  readonly kind: 'is';
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
}

/** `x IS [NOT] NULL`, `x ISNULL`, `x NOTNULL`, `x NOT NULL`. */
export interface NullTestExpression extends SourceRange {
  readonly kind: 'null-test';
  readonly operand: Expression;
  readonly negated: boolean;
}

/** `x IS [NOT] TRUE`, `x IS [NOT] FALSE`: never NULL. */
export interface TruthTestExpression extends SourceRange {
  readonly kind: 'truth-test';
  readonly operand: Expression;
  readonly value: boolean;
  readonly negated: boolean;
}

export interface BetweenExpression extends SourceRange {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

/** `x IN (a, b)`; the list may be empty. `x` and the items may be rows. */
export interface InListExpression extends SourceRange {
  readonly kind: 'in-list';
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

/** `x IN (SELECT …)`. SQLite's `x IN table` and `x IN function(…)` arrive here as SELECT * FROM that table. */
export interface InSubqueryExpression extends SourceRange {
  readonly kind: 'in-subquery';
  readonly operand: Expression;
  readonly query: SelectStatement;
  readonly negated: boolean;
}

/** `x IN ?1`: the parameter is an array. */
export interface InArrayExpression extends SourceRange {
  readonly kind: 'in-array';
  readonly operand: Expression;
  readonly array: ParameterExpression;
  readonly negated: boolean;
}

export interface MatchExpression extends SourceRange {
  readonly kind: 'match';
  readonly operator: 'LIKE' | 'ILIKE' | 'GLOB' | 'REGEXP' | 'MATCH';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | null;
  readonly negated: boolean;
}

export interface CaseBranch extends SourceRange {
  readonly when: Expression;
  readonly then: Expression;
}

export interface CaseExpression extends SourceRange {
  readonly kind: 'case';
  /** `CASE operand WHEN …`; null for `CASE WHEN condition …`. */
  readonly operand: Expression | null;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | null;
}

/** `CAST(x AS t)`, `x::t`, `DATE '…'`, `TIMESTAMP '…'`. */
export interface CastExpression extends SourceRange {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeName;
}

export interface CollateExpression extends SourceRange {
  readonly kind: 'collate';
  readonly operand: Expression;
  readonly collation: string;
}

/** A scalar, aggregate or window function call. `EXTRACT(f FROM x)` arrives as extract('f', x). */
export interface FunctionExpression extends SourceRange {
  readonly kind: 'function';
  /** As written; names compare ASCII case-insensitively. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** ORDER BY inside the parentheses, or of WITHIN GROUP (ORDER BY …). */
  readonly orderBy: readonly OrderingTerm[];
  readonly withinGroup: boolean;
  readonly filter: Expression | null;
  /** IGNORE NULLS or RESPECT NULLS. */
  readonly nulls?: 'IGNORE' | 'RESPECT';
  /** Present for a window function. */
  readonly over: WindowReference | null;
}

export interface ExistsExpression extends SourceRange {
  readonly kind: 'exists';
  readonly query: SelectStatement;
}

/** `(SELECT …)` as a value or as a row value. */
export interface SubqueryExpression extends SourceRange {
  readonly kind: 'subquery';
  readonly query: SelectStatement;
}

/**
 * `x = ANY (SELECT …)`, `x > ALL (?1)`. SOME is ANY. Exactly one of `query` and `array` is set: `query`, where patterns are
 * compared with.
 */
export interface QuantifiedExpression extends SourceRange {
  readonly kind: 'quantified';
  readonly operator: ComparisonOperator | 'LIKE' | 'ILIKE' | 'GLOB';
  /** NOT LIKE. */
  readonly negated: boolean;
  readonly quantifier: 'ANY' | 'ALL';
  readonly operand: Expression;
  readonly query: SelectStatement | null;
  readonly array: Expression | null;
}

/** `(a, b)`: two or more items; `ROW(a)` may have fewer. */
export interface RowExpression extends SourceRange {
  readonly kind: 'row';
  readonly items: readonly Expression[];
}

/** `ARRAY[a, b]`. */
export interface ArrayExpression extends SourceRange {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}

/** `x[i]`. */
export interface SubscriptExpression extends SourceRange {
  readonly kind: 'subscript';
  readonly operand: Expression;
  readonly index: Expression;
}

/** `x[i:j]`; null: from the first element, to the last one. */
export interface SliceExpression extends SourceRange {
  readonly kind: 'slice';
  readonly operand: Expression;
  readonly from: Expression | null;
  readonly to: Expression | null;
}

/** `RAISE(IGNORE)`, `RAISE(ABORT, 'why')` in a trigger's body. */
export interface RaiseExpression extends SourceRange {
  readonly kind: 'raise';
  readonly action: 'IGNORE' | 'ROLLBACK' | 'ABORT' | 'FAIL';
  readonly message: Expression | null;
}
