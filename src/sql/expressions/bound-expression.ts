import type { Collation, SqlValue, TypeKind } from '../../engine/column/types.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import type { Affinity } from './affinity-kind.ts';
import type { StaticType } from './static-type.ts';

/**
 * An expression whose names are resolved and whose conversions are explicit: frozen data, evaluated by
 * `compileScalar`, `compileVector` and `compileFilter`. Build nodes with the functions of `build.ts`: they infer types
 * and apply SQLite's affinity and collation rules. Aggregates and window functions never occur here; the binder puts
 * columns in their place.
 *
 * `type` is what the values are known to be; a node of type INTEGER never yields REAL. Truth values are INTEGER 0, 1.
 */
export type BoundExpression =
  | LiteralExpression
  | ColumnExpression
  | ParameterExpression
  | OuterExpression
  | UnaryExpression
  | ArithmeticExpression
  | BitwiseExpression
  | ConcatExpression
  | ComparisonExpression
  | LogicalExpression
  | NotExpression
  | IsNullExpression
  | IsTruthExpression
  | InListExpression
  | LikeExpression
  | CaseExpression
  | CoalesceExpression
  | CastExpression
  | AffinityExpression
  | CollateExpression
  | FunctionExpression
  | ScalarSubqueryExpression
  | ExistsExpression
  | InSubqueryExpression;

export interface LiteralExpression {
  readonly kind: 'literal';
  readonly value: SqlValue;
  readonly type: StaticType;
  /** Of a REAL: the digits as written, for a DECIMAL beside it. */
  readonly numeral?: string;
}

/** Column `index` of the operator's input. */
export interface ColumnExpression {
  readonly kind: 'column';
  readonly index: number;
  /** For messages and result column names. */
  readonly name: string;
  readonly type: StaticType;
  readonly collation: Collation;
  /** Affinity of the table column that it stands for; NONE for the column of a computed expression. */
  readonly affinity: Affinity;
}

/**
 * Statement parameter, `index` from 0 into {@link EvaluationContext.parameters}. Its type is ANY; that of one which stands
 * for a literal is the literal's.
 */
export interface ParameterExpression {
  readonly kind: 'parameter';
  readonly index: number;
  readonly type: StaticType;
  /** The literal's value when the statement was planned. Other values come later: only estimates may use it. */
  readonly sample?: Exclude<SqlValue, null>;
}

/** Column of a row of an enclosing query: depth 0 is the query directly around. Constant while the subquery runs. */
export interface OuterExpression {
  readonly kind: 'outer';
  readonly depth: number;
  readonly index: number;
  readonly name: string;
  readonly type: StaticType;
  readonly collation: Collation;
  readonly affinity: Affinity;
}

/** `+` only takes away the operand's affinity. */
export interface UnaryExpression {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | '~';
  readonly operand: BoundExpression;
  readonly type: StaticType;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

export interface ArithmeticExpression {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly type: StaticType;
}

export type BitwiseOperator = '&' | '|' | '<<' | '>>';

export interface BitwiseExpression {
  readonly kind: 'bitwise';
  readonly operator: BitwiseOperator;
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly type: StaticType;
}

export interface ConcatExpression {
  readonly kind: 'concat';
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly type: StaticType;
}

/** IS is IS NOT DISTINCT FROM: never NULL. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS' | 'IS NOT';

/** Affinity has been applied to both sides already (by `affinity` nodes or by folding literals). */
export interface ComparisonExpression {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly collation: Collation;
  readonly type: StaticType;
}

/** Flat: no operand is a node of the same kind. Two operands or more. */
export interface LogicalExpression {
  readonly kind: 'and' | 'or';
  readonly operands: readonly BoundExpression[];
  readonly type: StaticType;
}

export interface NotExpression {
  readonly kind: 'not';
  readonly operand: BoundExpression;
  readonly type: StaticType;
}

export interface IsNullExpression {
  readonly kind: 'is-null';
  readonly operand: BoundExpression;
  readonly negated: boolean;
  readonly type: StaticType;
}

/** IS [NOT] TRUE, IS [NOT] FALSE: never NULL. */
export interface IsTruthExpression {
  readonly kind: 'is-truth';
  readonly operand: BoundExpression;
  readonly truth: boolean;
  readonly negated: boolean;
  readonly type: StaticType;
}

export interface InListExpression {
  readonly kind: 'in-list';
  readonly operand: BoundExpression;
  readonly items: readonly BoundExpression[];
  readonly collation: Collation;
  readonly negated: boolean;
  readonly type: StaticType;
}

/** LIKE (and ILIKE) folds ASCII case, GLOB does not. */
export interface LikeExpression {
  readonly kind: 'like';
  readonly operator: 'LIKE' | 'GLOB';
  readonly operand: BoundExpression;
  readonly pattern: BoundExpression;
  readonly escape: BoundExpression | null;
  readonly negated: boolean;
  readonly type: StaticType;
}

export interface CaseBranch {
  readonly when: BoundExpression;
  readonly result: BoundExpression;
}

/** Searched CASE: `CASE x WHEN y` is built as `WHEN x = y`. */
export interface CaseExpression {
  readonly kind: 'case';
  readonly branches: readonly CaseBranch[];
  readonly otherwise: BoundExpression | null;
  readonly type: StaticType;
}

/** The first operand that is not NULL; those after it are not evaluated. Two operands or more. */
export interface CoalesceExpression {
  readonly kind: 'coalesce';
  readonly operands: readonly BoundExpression[];
  readonly type: StaticType;
  /** The column that a FULL JOIN merges: it compares as the left side's does, with its affinity and collation. */
  readonly isMergedColumn?: true;
}

export type CastTarget = TypeKind | 'NUMERIC';

export interface CastExpression {
  readonly kind: 'cast';
  readonly operand: BoundExpression;
  readonly target: CastTarget;
  readonly type: StaticType;
}

/** Converts as a column of that affinity would where it can, and leaves the value alone where it cannot. */
export interface AffinityExpression {
  readonly kind: 'affinity';
  readonly operand: BoundExpression;
  readonly affinity: Affinity;
  readonly type: StaticType;
}

export interface CollateExpression {
  readonly kind: 'collate';
  readonly operand: BoundExpression;
  readonly collation: Collation;
  readonly type: StaticType;
}

export interface FunctionExpression {
  readonly kind: 'function';
  readonly definition: ScalarFunctionDefinition;
  readonly arguments: readonly BoundExpression[];
  /** Collation of the first argument that has one: min, max, nullif, instr compare with it. */
  readonly collation: Collation;
  readonly type: StaticType;
}

/**
 * What a subquery node knows of its plan: nothing. The binder owns the object behind it, the executor's
 * {@link SubqueryEvaluator} runs it. Identity is the handle's identity.
 */
export interface SubqueryHandle {
  /** True when the plan refers to rows of an enclosing query through `outer` nodes. */
  readonly correlated: boolean;
}

/** One column of the first row, NULL when there is no row. */
export interface ScalarSubqueryExpression {
  readonly kind: 'scalar-subquery';
  readonly subquery: SubqueryHandle;
  readonly column: number;
  readonly affinity: Affinity;
  readonly type: StaticType;
}

export interface ExistsExpression {
  readonly kind: 'exists';
  readonly subquery: SubqueryHandle;
  readonly negated: boolean;
  readonly type: StaticType;
}

/** `(a, b) IN (SELECT …)`; one operand for the plain form. Per operand: collation, and affinity for the subquery's values. */
export interface InSubqueryExpression {
  readonly kind: 'in-subquery';
  readonly subquery: SubqueryHandle;
  readonly operands: readonly BoundExpression[];
  readonly collations: readonly Collation[];
  readonly affinities: readonly Affinity[];
  readonly negated: boolean;
  readonly type: StaticType;
}
