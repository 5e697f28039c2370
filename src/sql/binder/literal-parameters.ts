import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { literalParameter } from '../expressions/build.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { ExpressionContext } from './expression-context.ts';

/** A literal of the text whose value an execution is given, as it is given parameters. */
export interface LiteralParameter {
  /** Which literal of the statement. */
  readonly literal: number;
  /** Written behind a minus sign. */
  readonly isNegated: boolean;
}

/** Where a value decides nothing but which rows are found, or what is stored. */
const PLACES: ReadonlySet<string> = new Set(['WHERE', 'ON', 'SET', 'VALUES']);

/**
 * Which literals of a statement become parameters, so that the plan holds for texts with other values in their place.
 * A literal that is also read as it stands, by the name of a result column for example, stays part of the plan.
 */
export class LiteralParameters {
  readonly parameters: LiteralParameter[] = [];
  private readonly positions: readonly number[];
  private readonly varies: readonly boolean[];
  private readonly firstParameter: number;
  /** Of each literal, how often it is read as it stands. */
  private readonly uses: number[];
  private isClosed = false;

  /**
   * `positions`: where the literals stand. `varies`: those that may become parameters. `firstParameter`: the index of the
   * first parameter that is no user's.
   */
  constructor(positions: readonly number[], varies: readonly boolean[], firstParameter: number) {
    this.positions = positions;
    this.varies = varies;
    this.firstParameter = firstParameter;
    this.uses = positions.map(() => 0);
  }

  /** No more parameters: what is read from here on may be proven from values of literals. */
  close(): void {
    this.isClosed = true;
  }

  /** The literal at a position has been read as it stands. */
  use(position: number): void {
    const literal = this.positions.indexOf(position);
    if (literal >= 0) this.uses[literal]++;
  }

  /** The text of a range is read as it stands. */
  useText(start: number, end: number): void {
    this.positions.forEach((position, literal) => {
      if (position >= start && position < end) this.uses[literal]++;
    });
  }

  /** True when the plan holds for any value of the literal. */
  isFree(literal: number): boolean {
    return this.uses[literal] === 0 && this.parameters.some((known) => known.literal === literal);
  }

  /** `bound`, which was bound from `node`, or the parameter in its place where it meets values of type `other`. */
  beside(
    node: Ast.Expression,
    bound: BoundExpression,
    other: StaticType,
    { place }: ExpressionContext,
  ): BoundExpression {
    return PLACES.has(place) && comparesAsItIs(bound.type, other) ? this.inPlaceOf(node, bound) : bound;
  }

  /** `bound`, which was bound from `node`, or the parameter in its place if the node is a literal. */
  inPlaceOf(node: Ast.Expression, bound: BoundExpression): BoundExpression {
    const isNegated = node.kind === 'unary' && node.operator === '-';
    const inner = isNegated ? node.operand : node;
    if (this.isClosed || inner.kind !== 'literal' || bound.kind !== 'literal' || bound.value === null) return bound;
    const literal = this.positions.indexOf(inner.position);
    if (literal < 0 || !this.varies[literal]) return bound;
    this.uses[literal]--;
    let index = this.parameters.findIndex((known) => known.literal === literal);
    if (index < 0) index = this.parameters.push({ literal, isNegated }) - 1;
    return literalParameter(this.firstParameter + index, bound.type, bound.value);
  }
}

/** True when how the sides meet depends on their types alone: numbers beside numbers, text beside text. */
function comparesAsItIs(literal: StaticType, other: StaticType): boolean {
  if (other.kind === 'ANY') return isNumber(literal) || literal.kind === 'TEXT';
  return isNumber(literal) ? isNumber(other) : literal.kind === 'TEXT' && other.kind === 'TEXT';
}

function isNumber({ kind }: StaticType): boolean {
  return kind === 'INTEGER' || kind === 'REAL';
}
