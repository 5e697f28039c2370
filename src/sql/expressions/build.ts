import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { type Affinity, affinityOfType } from './affinity-kind.ts';
import type {
  BitwiseOperator,
  BoundExpression,
  CaseBranch,
  CastTarget,
  ColumnExpression,
  LiteralExpression,
  OuterExpression,
  ParameterExpression,
  ScalarSubqueryExpression,
  SubqueryHandle,
} from './bound-expression.ts';
import { bindComparison } from './build-comparison.ts';
import { commonType, STATIC_TYPES, type StaticType, sameType, staticTypeOfValue } from './static-type.ts';
import { MAX_INTEGER, MIN_INTEGER } from './values/integer.ts';
import { castFunction } from './values/typed-cast.ts';

export { bindArithmetic } from './build-arithmetic.ts';
export { bindBetween, bindComparison, bindIn, bindInSubquery, bindIs } from './build-comparison.ts';
export { bindFunction, callOf } from './build-function.ts';

const { INTEGER } = STATIC_TYPES;

/** An INTEGER beyond 64 bits becomes a REAL, as SQLite reads such a numeral. */
export function literal(value: SqlValue, type?: StaticType): LiteralExpression {
  const inRange = typeof value !== 'bigint' || (value <= MAX_INTEGER && value >= MIN_INTEGER) ? value : Number(value);
  return { kind: 'literal', value: inRange, type: type ?? staticTypeOfValue(inRange) };
}

/** `affinity` is NONE for the column of a computed expression. */
export function columnRef(
  index: number,
  name: string,
  type: StaticType,
  collation: Collation = 'BINARY',
  affinity: Affinity = affinityOfType(type),
): ColumnExpression {
  return { kind: 'column', index, name, type, collation, affinity };
}

/** `index` counts from 0. */
export function parameter(index: number): ParameterExpression {
  return { kind: 'parameter', index, type: STATIC_TYPES.ANY };
}

export function outer(
  depth: number,
  index: number,
  name: string,
  type: StaticType,
  collation: Collation = 'BINARY',
  affinity: Affinity = affinityOfType(type),
): OuterExpression {
  return { kind: 'outer', depth, index, name, type, collation, affinity };
}

export function negate(operand: BoundExpression): BoundExpression {
  if (operand.kind === 'literal') {
    const { value } = operand;
    // The least INTEGER is written as the negation of a numeral that is one too large, and so a REAL.
    if (value === 2 ** 63) return literal(MIN_INTEGER);
    if (typeof value === 'number') return literal(-value);
    if (typeof value === 'bigint' && value !== MIN_INTEGER) return literal(-value);
  }
  const { kind } = operand.type;
  const type =
    kind === 'BOOLEAN' ? INTEGER : kind === 'INTEGER' || kind === 'REAL' || kind === 'NULL' ? operand.type : null;
  return { kind: 'unary', operator: '-', operand, type: type ?? STATIC_TYPES.ANY };
}

export function plus(operand: BoundExpression): BoundExpression {
  return { kind: 'unary', operator: '+', operand, type: operand.type };
}

export function bitNot(operand: BoundExpression): BoundExpression {
  return { kind: 'unary', operator: '~', operand, type: INTEGER };
}

export function bindBitwise(operator: BitwiseOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  return { kind: 'bitwise', operator, left, right, type: INTEGER };
}

export function bindConcat(left: BoundExpression, right: BoundExpression): BoundExpression {
  return { kind: 'concat', left: timeAsText(left), right: timeAsText(right), type: STATIC_TYPES.TEXT };
}

/** TIMESTAMP and DATE as the text that users write for them; anything else as it is. */
export function timeAsText(operand: BoundExpression): BoundExpression {
  return operand.type.kind === 'TIMESTAMP' || operand.type.kind === 'DATE' ? bindCast(operand, 'TEXT') : operand;
}

/** True when all hold; of none, true. */
export function and(operands: readonly BoundExpression[]): BoundExpression {
  return flattened('and', operands);
}

/** True when one holds; of none, false. */
export function or(operands: readonly BoundExpression[]): BoundExpression {
  return flattened('or', operands);
}

function flattened(kind: 'and' | 'or', operands: readonly BoundExpression[]): BoundExpression {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  if (flat.length === 0) return literal(kind === 'and' ? 1n : 0n);
  return flat.length === 1 ? flat[0] : { kind, operands: flat, type: INTEGER };
}

export function not(operand: BoundExpression): BoundExpression {
  return { kind: 'not', operand, type: INTEGER };
}

export function isNull(operand: BoundExpression, negated: boolean): BoundExpression {
  return { kind: 'is-null', operand, negated, type: INTEGER };
}

export function isTruth(operand: BoundExpression, truth: boolean, negated: boolean): BoundExpression {
  return { kind: 'is-truth', operand, truth, negated, type: INTEGER };
}

export function bindLike(
  operator: 'LIKE' | 'ILIKE' | 'GLOB',
  operand: BoundExpression,
  pattern: BoundExpression,
  escapeCharacter: BoundExpression | null,
  negated: boolean,
): BoundExpression {
  return {
    kind: 'like',
    operator: operator === 'ILIKE' ? 'LIKE' : operator,
    operand: timeAsText(operand),
    pattern: timeAsText(pattern),
    escape: escapeCharacter,
    negated,
    type: INTEGER,
  };
}

/** `base` is evaluated once per branch that is tried. */
export function bindCase(
  base: BoundExpression | null,
  branches: readonly CaseBranch[],
  otherwise: BoundExpression | null,
): BoundExpression {
  const searched =
    base === null ? branches : branches.map(({ when, result }) => ({ when: bindComparison('=', base, when), result }));
  const results = searched.map(({ result }) => result);
  return {
    kind: 'case',
    branches: searched,
    otherwise,
    type: commonType([...results, ...(otherwise === null ? [] : [otherwise])].map(({ type }) => type)),
  };
}

/** `details` says what `target` alone does not. TYPE_MISMATCH where no value of the operand's type can be one of it. */
export function bindCast(operand: BoundExpression, target: CastTarget, details?: StaticType): BoundExpression {
  const type = details ?? (target === 'NUMERIC' ? STATIC_TYPES.ANY : STATIC_TYPES[target]);
  castFunction(operand.type, target, type);
  return { kind: 'cast', operand, target, type: operand.type.kind === 'NULL' ? STATIC_TYPES.NULL : type };
}

/** The operand as a value of that type; itself if it is one already. */
export function castTo(operand: BoundExpression, type: StaticType): BoundExpression {
  if (type.kind === 'NULL' || operand.type.kind === 'NULL' || sameType(operand.type, type)) return operand;
  return bindCast(operand, type.kind, type);
}

export function collate(operand: BoundExpression, collation: Collation): BoundExpression {
  return { kind: 'collate', operand, collation, type: operand.type };
}

export interface SubqueryColumn {
  readonly type: StaticType;
  readonly affinity: Affinity;
  readonly collation: Collation;
}

export function scalarSubquery(subquery: SubqueryHandle, column: number, of: SubqueryColumn): ScalarSubqueryExpression {
  return { kind: 'scalar-subquery', subquery, column, ...of };
}

export function exists(subquery: SubqueryHandle, negated: boolean): BoundExpression {
  return { kind: 'exists', subquery, negated, type: INTEGER };
}
