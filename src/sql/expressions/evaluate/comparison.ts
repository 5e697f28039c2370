import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../../engine/column/vector.ts';
import { type Batch, EMPTY_ROW } from '../batch.ts';
import type { BoundExpression, ComparisonExpression } from '../bound-expression.ts';
import type { EvaluationContext } from '../context.ts';
import { isConstant } from '../inspect.ts';
import { physicalKindOf } from '../static-type.ts';
import { compareValues } from '../values/compare.ts';
import { filterNumberConstant, filterNumberNumber, type OrderOperator } from './comparison-kernels.ts';
import type { FilterEvaluator } from './evaluator.ts';
import { DictionaryRanker, RankColumn } from './joint-ranks.ts';
import { FALSE, rowsWhere, setFlags, TRUE, UNKNOWN } from './row-kernels.ts';
import { compileScalar } from './scalar.ts';
import { orderTest } from './scalar-comparison.ts';
import { Scratch } from './scratch.ts';
import type { TruthEvaluator } from './truth.ts';
import { compileVector } from './vector.ts';

/** Fills `out` with the rows whose operands, none of them NULL, compare so; returns how many. */
type RowFilter = (selection: Uint32Array | null, count: number, out: Uint32Array) => number;

/** Both sides of a comparison, computed for a batch. */
interface Sides {
  /** NULL bytes that make a row unknown; null where there are none. */
  readonly nulls: readonly Uint8Array[];
  /** True when a side is NULL for every row. */
  readonly allNull: boolean;
  readonly filter: RowFilter;
}

type SidesEvaluator = (batch: Batch, context: EvaluationContext) => Sides;

const FLIPPED: { readonly [K in OrderOperator]: OrderOperator } = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** A condition as a filter: NULL rows are dropped first, then the loop knows nothing of NULL. */
export function compileComparisonFilter(
  expression: ComparisonExpression,
  inputs: readonly PhysicalKind[],
): FilterEvaluator {
  const { operator } = expression;
  if (operator === 'IS' || operator === 'IS NOT') return compileIsFilter(expression, inputs);
  const sides = compileSides(expression, operator, inputs);
  const scratch = new Scratch();
  return (batch, context) => {
    if (batch.selectedCount === 0) return { selection: batch.selection, count: 0 };
    const { nulls, allNull, filter } = sides(batch, context);
    const out = scratch.rows(batch.rowCount);
    if (allNull) return { selection: out, count: 0 };
    let { selection, selectedCount: count } = batch;
    for (const flags of nulls) {
      count = rowsWhere(flags, 0, selection, count, out);
      selection = out;
    }
    return { selection: out, count: filter(selection, count, out) };
  };
}

export function compileComparisonTruth(
  expression: ComparisonExpression,
  inputs: readonly PhysicalKind[],
): TruthEvaluator {
  const { operator } = expression;
  const scratch = new Scratch();
  if (operator === 'IS' || operator === 'IS NOT') {
    const filter = compileIsFilter(expression, inputs);
    return (batch, context) => {
      const mask = scratch.truths(batch.rowCount);
      setFlags(mask, FALSE, batch.selection, batch.selectedCount);
      const { selection, count } = filter(batch, context);
      setFlags(mask, TRUE, selection, count);
      return mask;
    };
  }
  const sides = compileSides(expression, operator, inputs);
  return (batch, context) => {
    const mask = scratch.truths(batch.rowCount);
    if (batch.selectedCount === 0) return mask;
    const { nulls, allNull, filter } = sides(batch, context);
    setFlags(mask, allNull ? UNKNOWN : FALSE, batch.selection, batch.selectedCount);
    if (allNull) return mask;
    const out = scratch.rows(batch.rowCount);
    let { selection, selectedCount: count } = batch;
    for (const flags of nulls) {
      setFlagsWhere(flags, mask, batch);
      count = rowsWhere(flags, 0, selection, count, out);
      selection = out;
    }
    setFlags(mask, TRUE, out, filter(selection, count, out));
    return mask;
  };
}

function setFlagsWhere(nulls: Uint8Array, mask: Uint8Array, { selection, selectedCount }: Batch): void {
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls[row] === 1) mask[row] = UNKNOWN;
  }
}

function compileSides(
  expression: ComparisonExpression,
  operator: OrderOperator,
  inputs: readonly PhysicalKind[],
): SidesEvaluator {
  const { left, right, collation } = expression;
  if (isConstant(right)) return compileConstantSide(left, right, operator, expression, inputs);
  if (isConstant(left)) return compileConstantSide(right, left, FLIPPED[operator], expression, inputs);
  const evaluateLeft = compileVector(left, inputs);
  const evaluateRight = compileVector(right, inputs);
  const [leftPhysical, rightPhysical] = [physicalKindOf(left.type), physicalKindOf(right.type)];
  const holds = orderTest(operator);
  const ranker = new DictionaryRanker(collation);
  const leftRanks = new RankColumn();
  const rightRanks = new RankColumn();
  return (batch, context) => {
    const a = evaluateLeft(batch, context);
    const b = evaluateRight(batch, context);
    const nulls = [...nullBytes(a, batch), ...nullBytes(b, batch)];
    if (a.kind === 'number' && b.kind === 'number') {
      const filter: RowFilter = (selection, count, out) =>
        filterNumberNumber(operator, a.values, b.values, selection, count, out);
      return { nulls, allNull: false, filter };
    }
    if (a.kind === 'dictionary' && b.kind === 'dictionary') {
      const ranks = ranker.ranksFor(a, b, batch.selectedCount);
      if (ranks !== null) {
        const filter: RowFilter = (selection, count, out) => {
          const left = leftRanks.of(a, ranks.left, selection, count);
          const right = rightRanks.of(b, ranks.right, selection, count);
          return filterNumberNumber(operator, left, right, selection, count, out);
        };
        return { nulls, allNull: false, filter };
      }
    }
    const keep = (row: number) =>
      holds(compareValues(valueAt(a, leftPhysical, row), valueAt(b, rightPhysical, row), collation));
    return { nulls, allNull: false, filter: rowByRow(keep) };
  };
}

function compileConstantSide(
  operand: BoundExpression,
  constant: BoundExpression,
  operator: OrderOperator,
  { collation }: ComparisonExpression,
  inputs: readonly PhysicalKind[],
): SidesEvaluator {
  const evaluate = compileVector(operand, inputs);
  const evaluateConstant = compileScalar(constant);
  const physical = physicalKindOf(operand.type);
  const holds = orderTest(operator);
  const isBinaryEquality = collation === 'BINARY' && (operator === '=' || operator === '<>');
  return (batch, context) => {
    const vector = evaluate(batch, context);
    const value = evaluateConstant(EMPTY_ROW, context);
    const allNull = value === null;
    const nulls = nullBytes(vector, batch);
    if (vector.kind === 'number') {
      const number = exactNumber(value);
      if (number !== null) {
        const filter: RowFilter = (selection, count, out) =>
          filterNumberConstant(operator, vector.values, number, selection, count, out);
        return { nulls, allNull, filter };
      }
    }
    if (vector.kind === 'value' && typeof value === 'string' && isBinaryEquality) {
      const wanted = operator === '=';
      return { nulls, allNull, filter: rowByRow((row) => (vector.values[row] === value) === wanted) };
    }
    const keep = (row: number) => holds(compareValues(valueAt(vector, physical, row), value, collation));
    return { nulls, allNull, filter: rowByRow(keep) };
  };
}

/** The double that equals a number, or null when there is none. */
function exactNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** NULL flags of a vector, as a list of none or one. */
function nullBytes(vector: ColumnVector, batch: Batch): readonly Uint8Array[] {
  if (vector.kind !== 'value') return vector.nulls === null ? [] : [vector.nulls];
  const flags = new Uint8Array(batch.rowCount);
  let any = false;
  for (let i = 0; i < batch.selectedCount; i++) {
    const row = batch.selection === null ? i : batch.selection[i];
    if (vector.values[row] !== null) continue;
    flags[row] = 1;
    any = true;
  }
  return any ? [flags] : [];
}

function rowByRow(keep: (row: number) => boolean): RowFilter {
  return (selection, count, out) => {
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      if (keep(row)) out[kept++] = row;
    }
    return kept;
  };
}

/** IS and IS NOT, where NULL equals NULL. */
function compileIsFilter(expression: ComparisonExpression, inputs: readonly PhysicalKind[]): FilterEvaluator {
  const left = compileVector(expression.left, inputs);
  const right = compileVector(expression.right, inputs);
  const [leftPhysical, rightPhysical] = [physicalKindOf(expression.left.type), physicalKindOf(expression.right.type)];
  const wanted = expression.operator === 'IS';
  const { collation } = expression;
  const scratch = new Scratch();
  return (batch, context) => {
    const a = left(batch, context);
    const b = right(batch, context);
    const same = (row: number) => {
      if (isNullAt(a, row) || isNullAt(b, row)) return isNullAt(a, row) && isNullAt(b, row);
      return compareValues(valueAt(a, leftPhysical, row), valueAt(b, rightPhysical, row), collation) === 0;
    };
    const out = scratch.rows(batch.rowCount);
    const filter = rowByRow((row) => same(row) === wanted);
    return { selection: out, count: filter(batch.selection, batch.selectedCount, out) };
  };
}
