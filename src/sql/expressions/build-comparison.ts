import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { type Affinity, decimalScale } from './affinity-kind.ts';
import type { BoundExpression, ComparisonExpression, ComparisonOperator, SubqueryHandle } from './bound-expression.ts';
import { and, literal, not, or, type SubqueryColumn } from './build.ts';
import { affinityOf, collationOf, comparisonCollation, sameExpression } from './inspect.ts';
import { EXTENDED_TYPES } from './late-parts.ts';
import { isExtended, STATIC_TYPES, type StaticType } from './static-type.ts';
import { applyAffinity } from './values/affinity.ts';

const { INTEGER } = STATIC_TYPES;

export type Sides = readonly [left: BoundExpression, right: BoundExpression];

/** A comparison with SQLite's conversions ("Datatypes in SQLite", section 4.2) and choice of collation. */
export function bindComparison(
  operator: ComparisonOperator,
  left: BoundExpression,
  right: BoundExpression,
): ComparisonExpression {
  const [convertedLeft, convertedRight] = comparable(left, right);
  return {
    kind: 'comparison',
    operator,
    left: convertedLeft,
    right: convertedRight,
    collation: comparisonCollation(left, right),
    type: INTEGER,
  };
}

/** IS and IS NOT between two values: NULL is like any other value. */
export function bindIs(left: BoundExpression, right: BoundExpression, negated: boolean): BoundExpression {
  return bindComparison(negated ? 'IS NOT' : 'IS', left, right);
}

export function bindBetween(
  operand: BoundExpression,
  low: BoundExpression,
  high: BoundExpression,
  negated: boolean,
): BoundExpression {
  const inside = [bindComparison('>=', operand, low), bindComparison('<=', operand, high)];
  if (!negated) return and(inside);
  return or([bindComparison('<', operand, low), bindComparison('>', operand, high)]);
}

/** `x IN (a, b)`: as `x = +a OR x = +b`, so only the left side's affinity and collation count. */
export function bindIn(operand: BoundExpression, items: readonly BoundExpression[], negated: boolean): BoundExpression {
  if (items.length === 0) return literal(negated ? 1n : 0n);
  const [common, first] = comparable(operand, withoutAffinity(items[0]));
  const converted = new Array<BoundExpression>(items.length);
  converted[0] = first;
  for (let i = 1; i < items.length; i++) {
    const [left, item] = comparable(operand, withoutAffinity(items[i]));
    if (!sameExpression(left, common)) return bindInOneByOne(operand, items, negated);
    converted[i] = item;
  }
  const collation = collationOf(operand)?.collation ?? 'BINARY';
  return { kind: 'in-list', operand: common, items: converted, collation, negated, type: INTEGER };
}

/** Where the operand is converted in one way for some items, and in another way for others. */
function bindInOneByOne(
  operand: BoundExpression,
  items: readonly BoundExpression[],
  negated: boolean,
): BoundExpression {
  const anyOf = or(items.map((item) => bindComparison('=', operand, withoutAffinity(item))));
  return negated ? not(anyOf) : anyOf;
}

export function bindInSubquery(
  operands: readonly BoundExpression[],
  subquery: SubqueryHandle,
  columns: readonly SubqueryColumn[],
  negated: boolean,
): BoundExpression {
  const affinities = operands.map((operand, i) => subqueryAffinities(operand, columns[i]));
  return {
    kind: 'in-subquery',
    subquery,
    operands: operands.map((operand, i) => withAffinity(operand, affinities[i].left)),
    collations: operands.map((operand, i): Collation => collationOf(operand)?.collation ?? columns[i].collation),
    affinities: affinities.map(({ right }) => right),
    negated,
    type: INTEGER,
  };
}

interface SideAffinities {
  readonly left: Affinity;
  readonly right: Affinity;
}

const UNCHANGED: SideAffinities = { left: 'NONE', right: 'NONE' };

function subqueryAffinities(operand: BoundExpression, column: SubqueryColumn): SideAffinities {
  return sideAffinities(operand.type, affinityOf(operand), column.type, column.affinity);
}

function comparisonAffinities(left: BoundExpression, right: BoundExpression): SideAffinities {
  return sideAffinities(left.type, affinityOf(left), right.type, affinityOf(right));
}

/** Both sides as they are compared: with casts and affinities in place. */
export function comparable(left: BoundExpression, right: BoundExpression): Sides {
  if (isExtended(left.type.kind) || isExtended(right.type.kind)) {
    const typed = EXTENDED_TYPES.get().typedSides(left, right);
    if (typed !== null) return typed;
  }
  const affinities = comparisonAffinities(left, right);
  return [withAffinity(left, affinities.left), withAffinity(right, affinities.right)];
}

/** What has to be applied to each side before the values are compared. */
function sideAffinities(leftType: StaticType, left: Affinity, rightType: StaticType, right: Affinity): SideAffinities {
  if (isExtended(leftType.kind) || isExtended(rightType.kind)) {
    const { typedAffinity } = EXTENDED_TYPES.get();
    const typed = typedAffinity(leftType, rightType);
    if (typed !== null) return { left: 'NONE', right: typed };
    const flipped = typedAffinity(rightType, leftType);
    if (flipped !== null) return { left: flipped, right: 'NONE' };
  }
  if (isTime(leftType) || isTime(rightType)) return timeAffinities(leftType, rightType);
  if (left !== 'NONE' && right !== 'NONE') {
    return isNumeric(left) || isNumeric(right) ? { left: 'NUMERIC', right: 'NUMERIC' } : UNCHANGED;
  }
  const only = left === 'NONE' ? right : left;
  if (isNumeric(only)) return { left: 'NUMERIC', right: 'NUMERIC' };
  return only === 'TEXT' ? { left: 'TEXT', right: 'TEXT' } : UNCHANGED;
}

/** A time beside anything else: the other side is read as a time of the same kind; DATE beside TIMESTAMP is widened. */
function timeAffinities(left: StaticType, right: StaticType): SideAffinities {
  if (left.kind === right.kind) return UNCHANGED;
  const target = left.kind === 'TIMESTAMP' || right.kind === 'TIMESTAMP' ? 'TIMESTAMP' : 'DATE';
  return { left: left.kind === target ? 'NONE' : target, right: right.kind === target ? 'NONE' : target };
}

function isTime(type: StaticType): boolean {
  return type.kind === 'TIMESTAMP' || type.kind === 'DATE';
}

function isNumeric(affinity: Affinity): boolean {
  return affinity === 'NUMERIC' || affinity === 'INTEGER' || affinity === 'REAL';
}

function withoutAffinity(operand: BoundExpression): BoundExpression {
  return affinityOf(operand) === 'NONE' ? operand : { kind: 'unary', operator: '+', operand, type: operand.type };
}

/** The operand as `affinity` leaves it: folded for literals, untouched where the type says that nothing can change. */
export function withAffinity(operand: BoundExpression, affinity: Affinity): BoundExpression {
  const type = typeAfterAffinity(operand.type, affinity);
  if (type === null) return operand;
  if (affinity === 'TIMESTAMP' && operand.type.kind === 'DATE') {
    return { kind: 'cast', operand, target: 'TIMESTAMP', type: STATIC_TYPES.TIMESTAMP };
  }
  if (operand.kind === 'literal') return foldedAffinity(operand.value, affinity);
  return { kind: 'affinity', operand, affinity, type };
}

function foldedAffinity(value: Parameters<typeof applyAffinity>[0], affinity: Affinity): BoundExpression {
  const converted = applyAffinity(value, affinity);
  return literal(converted, typeOfConverted(converted, affinity));
}

/** The type of a literal that an affinity has made a value of its own; undefined for one that stays what it is. */
function typeOfConverted(value: SqlValue, affinity: Affinity): StaticType | undefined {
  if ((affinity === 'TIMESTAMP' || affinity === 'DATE') && typeof value === 'bigint') return STATIC_TYPES[affinity];
  if (affinity === 'BIGDECIMAL' && typeof value === 'string') return STATIC_TYPES.BIGDECIMAL;
  const scale = decimalScale(affinity);
  return scale !== null && typeof value === 'bigint' ? { kind: 'DECIMAL', precision: 18, scale } : undefined;
}

/** The type of values after conversion; null when the conversion changes none. */
function typeAfterAffinity(type: StaticType, affinity: Affinity): StaticType | null {
  switch (affinity) {
    case 'NONE':
    case 'BLOB':
      return null;
    case 'TEXT':
      if (type.kind === 'ANY') return type;
      return type.kind === 'INTEGER' || type.kind === 'REAL' || type.kind === 'BOOLEAN' ? STATIC_TYPES.TEXT : null;
    case 'NUMERIC':
    case 'INTEGER':
    case 'REAL':
      return type.kind === 'TEXT' || type.kind === 'ANY' ? STATIC_TYPES.ANY : null;
    default:
      return type.kind === 'BLOB' || type.kind === 'NULL' ? null : STATIC_TYPES.ANY;
  }
}
