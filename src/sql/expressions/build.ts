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
import { bindArithmetic } from './build-arithmetic.ts';
import { bindComparison } from './build-comparison.ts';
import { EXTENDED_TYPES } from './late-parts.ts';
import {
  commonType,
  isDecimal,
  isExtended,
  needsItsType,
  STATIC_TYPES,
  type StaticType,
  sameType,
  staticTypeOfValue,
} from './static-type.ts';
import { MAX_INTEGER, MIN_INTEGER } from './values/integer.ts';
import { castFunction } from './values/typed-cast.ts';

export { bindBetween, bindComparison, bindIn, bindInSubquery, bindIs } from './build-comparison.ts';
export { bindFunction, callOf, mergedColumn } from './build-function.ts';
export { bindArithmetic };

const { INTEGER } = STATIC_TYPES;

/** An INTEGER beyond 64 bits becomes a REAL, as SQLite reads such a numeral. */
export function literal(value: SqlValue, type?: StaticType, numeral?: string): LiteralExpression {
  const inRange = typeof value !== 'bigint' || (value <= MAX_INTEGER && value >= MIN_INTEGER) ? value : Number(value);
  const known = type ?? staticTypeOfValue(inRange);
  return numeral === undefined
    ? { kind: 'literal', value: inRange, type: known }
    : { kind: 'literal', value: inRange, type: known, numeral };
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

/** A parameter for a literal of that type, whose value is `sample` this time. */
export function literalParameter(
  index: number,
  type: StaticType,
  sample: Exclude<SqlValue, null>,
): ParameterExpression {
  return { kind: 'parameter', index, type, sample };
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
  if (isDecimal(operand.type)) return EXTENDED_TYPES.get().negateDecimal(operand);
  if (operand.type.kind === 'ARRAY') return bindArithmetic('-', literal(0n), operand);
  if (operand.kind === 'literal') {
    const { value } = operand;
    // The least INTEGER is written as the negation of a numeral that is one too large, and so a REAL.
    if (value === 2 ** 63) return literal(MIN_INTEGER);
    if (typeof value === 'number') return literal(-value, undefined, negatedNumeral(operand.numeral));
    if (typeof value === 'bigint' && value !== MIN_INTEGER) return literal(-value);
  }
  const { kind } = operand.type;
  const type =
    kind === 'BOOLEAN' ? INTEGER : kind === 'INTEGER' || kind === 'REAL' || kind === 'NULL' ? operand.type : null;
  return { kind: 'unary', operator: '-', operand, type: type ?? STATIC_TYPES.ANY };
}

function negatedNumeral(numeral: string | undefined): string | undefined {
  return numeral?.startsWith('-') === true ? numeral.slice(1) : numeral && `-${numeral}`;
}

export function plus(operand: BoundExpression): BoundExpression {
  return { kind: 'unary', operator: '+', operand, type: operand.type };
}

export function bitNot(operand: BoundExpression): BoundExpression {
  return { kind: 'unary', operator: '~', operand: wholeOf(operand), type: INTEGER };
}

export function bindBitwise(operator: BitwiseOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  return { kind: 'bitwise', operator, left: wholeOf(left), right: wholeOf(right), type: INTEGER };
}

function wholeOf(operand: BoundExpression): BoundExpression {
  return isDecimal(operand.type) ? castTo(operand, INTEGER) : operand;
}

export function bindConcat(left: BoundExpression, right: BoundExpression): BoundExpression {
  if (isExtended(left.type.kind) || isExtended(right.type.kind)) {
    const ofLists = EXTENDED_TYPES.get().concatenation(left, right);
    if (ofLists !== null) return ofLists;
  }
  return { kind: 'concat', left: asText(left), right: asText(right), type: STATIC_TYPES.TEXT };
}

/** Values that need their type to be understood as the text that users write for them; anything else as it is. */
export function asText(operand: BoundExpression): BoundExpression {
  return needsItsType(operand.type) ? bindCast(operand, 'TEXT') : operand;
}

/** A value as WHERE, AND and NOT take it: by its own class. */
export function asCondition(operand: BoundExpression): BoundExpression {
  return isDecimal(operand.type) ? castTo(operand, STATIC_TYPES.BOOLEAN) : operand;
}

/**
 * Operands of which an expression yields one, cast to their common type. Where there is none, values that need their
 * type to be understood become ones that do not; a literal number beside DECIMALs is one, a literal text
 * beside arrays is read as one.
 */
export function united(operands: readonly BoundExpression[]): {
  readonly operands: readonly BoundExpression[];
  readonly type: StaticType;
} {
  const hasDecimal = operands.some(({ type }) => isDecimal(type));
  const array = operands.find(({ type }) => type.kind === 'ARRAY')?.type;
  const written = hasDecimal
    ? operands.map(exactLiteral)
    : array === undefined
      ? operands
      : operands.map((operand) => (isTextLiteral(operand) ? castTo(operand, array) : operand));
  const type = commonType(written.map((operand) => operand.type));
  if (!needsItsType(type) && !written.some((operand) => needsItsType(operand.type))) return { operands, type };
  return { operands: written.map((operand) => asOneOf(operand, type)), type };
}

function isTextLiteral(operand: BoundExpression): boolean {
  return operand.kind === 'literal' && typeof operand.value === 'string' && operand.type.kind === 'TEXT';
}

function exactLiteral(operand: BoundExpression): BoundExpression {
  const { decimalLiteral, decimalOfLiteral } = EXTENDED_TYPES.get();
  const decimal = decimalOfLiteral(operand);
  return decimal === null ? operand : decimalLiteral(decimal);
}

/** A literal number for a column of that type: a DECIMAL takes all the digits that were written. */
export function asWritten(operand: BoundExpression, type: StaticType): BoundExpression {
  const isNumeral = operand.kind === 'literal' && operand.numeral !== undefined;
  return isNumeral && isDecimal(type) ? exactLiteral(operand) : operand;
}

/** A value among others of the common type `type`. */
export function asOneOf(operand: BoundExpression, type: StaticType): BoundExpression {
  if (type.kind !== 'ANY') return castTo(operand, type);
  return needsItsType(operand.type) ? bindCast(operand, isDecimal(operand.type) ? 'NUMERIC' : 'TEXT') : operand;
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
  const flat: BoundExpression[] = [];
  for (const operand of operands) {
    if (operand.kind === kind) flat.push(...operand.operands);
    else flat.push(asCondition(operand));
  }
  if (flat.length === 0) return literal(kind === 'and' ? 1n : 0n);
  return flat.length === 1 ? flat[0] : { kind, operands: flat, type: INTEGER };
}

export function not(operand: BoundExpression): BoundExpression {
  return { kind: 'not', operand: asCondition(operand), type: INTEGER };
}

export function isNull(operand: BoundExpression, negated: boolean): BoundExpression {
  return { kind: 'is-null', operand, negated, type: INTEGER };
}

export function isTruth(operand: BoundExpression, truth: boolean, negated: boolean): BoundExpression {
  return { kind: 'is-truth', operand: asCondition(operand), truth, negated, type: INTEGER };
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
    operand: asText(operand),
    pattern: asText(pattern),
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
  const last = otherwise === null ? [] : [otherwise];
  const { operands, type } = united([...branches.map(({ result }) => result), ...last]);
  return {
    kind: 'case',
    branches: branches.map(({ when }, i) => ({
      when: base === null ? asCondition(when) : bindComparison('=', base, when),
      result: operands[i],
    })),
    otherwise: otherwise === null ? null : operands[branches.length],
    type,
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
