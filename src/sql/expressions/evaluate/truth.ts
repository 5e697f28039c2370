import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../../engine/column/vector.ts';
import { type Batch, NarrowedBatch } from '../batch.ts';
import type {
  BoundExpression,
  IsNullExpression,
  IsTruthExpression,
  LogicalExpression,
  NotExpression,
} from '../bound-expression.ts';
import type { EvaluationContext } from '../context.ts';
import { isConstant } from '../inspect.ts';
import { DICTIONARY_EVALUATORS } from '../late-parts.ts';
import { physicalKindOf } from '../static-type.ts';
import { truth } from '../values/numeric.ts';
import { compileComparisonTruth } from './comparison.ts';
import { dictionaryColumnOf } from './dictionary-column.ts';
import { compileInListTruth } from './in-list.ts';
import { FALSE, rowsWhereNot, setFlags, TRUE, UNKNOWN } from './row-kernels.ts';
import { Scratch } from './scratch.ts';
import { compileVector } from './vector.ts';
import { compileRowByRow } from './vector-fallback.ts';

/** Computes FALSE, TRUE or UNKNOWN for each selected row. The next call overwrites the mask. */
export type TruthEvaluator = (batch: Batch, context: EvaluationContext) => Uint8Array;

/** Expressions whose values are 0, 1 or NULL, and which are computed as masks. */
export function isCondition(expression: BoundExpression): boolean {
  switch (expression.kind) {
    case 'comparison':
    case 'and':
    case 'or':
    case 'not':
    case 'is-null':
    case 'is-truth':
    case 'in-list':
    case 'like':
      return true;
    default:
      return false;
  }
}

export function compileTruth(expression: BoundExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  const direct = compileDirectTruth(expression, inputs);
  const column = dictionaryColumnOf(expression, inputs);
  return column === null ? direct : DICTIONARY_EVALUATORS.get().compileDictionaryTruth(expression, column, direct);
}

function compileDirectTruth(expression: BoundExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  if (isConstant(expression)) return truthOfVector(expression, inputs);
  switch (expression.kind) {
    case 'comparison':
      return compileComparisonTruth(expression, inputs);
    case 'and':
    case 'or':
      return compileLogicalTruth(expression, inputs);
    case 'not':
      return compileNotTruth(expression, inputs);
    case 'is-null':
      return compileIsNullTruth(expression, inputs);
    case 'is-truth':
      return compileIsTruthTruth(expression, inputs);
    case 'in-list':
      return compileInListTruth(expression, inputs) ?? truthOfVector(expression, inputs);
    default:
      return truthOfVector(expression, inputs);
  }
}

/** The truth of any expression's values. */
function truthOfVector(expression: BoundExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  // compileVector computes conditions from masks, so a condition without a kernel must not go back there.
  const isBare = isCondition(expression) && !isConstant(expression);
  const evaluate = isBare ? compileRowByRow(expression, inputs) : compileVector(expression, inputs);
  const physical = physicalKindOf(expression.type);
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = evaluate(batch, context);
    const mask = scratch.truths(batch.rowCount);
    if (vector.kind === 'number') truthOfNumbers(vector.values, vector.nulls, mask, batch);
    else truthOfValues(vector, physical, mask, batch);
    return mask;
  };
}

function truthOfNumbers(values: Float64Array, nulls: Uint8Array | null, mask: Uint8Array, batch: Batch): void {
  const { selection, selectedCount } = batch;
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    mask[row] = nulls !== null && nulls[row] === 1 ? UNKNOWN : values[row] !== 0 ? TRUE : FALSE;
  }
}

function truthOfValues(vector: ColumnVector, physical: PhysicalKind, mask: Uint8Array, batch: Batch): void {
  for (let i = 0; i < batch.selectedCount; i++) {
    const row = batch.selection === null ? i : batch.selection[i];
    mask[row] = maskOf(truth(valueAt(vector, physical, row)));
  }
}

export function maskOf(value: boolean | null): number {
  return value === null ? UNKNOWN : value ? TRUE : FALSE;
}

/** Each operand is computed on the rows that no earlier one has decided. */
function compileLogicalTruth(expression: LogicalExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  const operands = expression.operands.map((operand) => compileTruth(operand, inputs));
  const deciding = expression.kind === 'or' ? TRUE : FALSE;
  const scratch = new Scratch();
  return (batch, context) => {
    const mask = scratch.truths(batch.rowCount);
    const rows = scratch.rows(batch.rowCount);
    setFlags(mask, deciding === TRUE ? FALSE : TRUE, batch.selection, batch.selectedCount);
    let open: Batch = batch;
    for (const operand of operands) {
      if (open.selectedCount === 0) break;
      mergeTruths(operand(open, context), mask, deciding, open);
      const openCount = rowsWhereNot(mask, deciding, open.selection, open.selectedCount, rows);
      open = new NarrowedBatch(batch, rows, openCount);
    }
    return mask;
  };
}

function mergeTruths(of: Uint8Array, into: Uint8Array, deciding: number, { selection, selectedCount }: Batch): void {
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    if (of[row] === deciding || of[row] === UNKNOWN) into[row] = of[row];
  }
}

function compileNotTruth(expression: NotExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  const operand = compileTruth(expression.operand, inputs);
  const scratch = new Scratch();
  return (batch, context) => {
    const of = operand(batch, context);
    const mask = scratch.truths(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      mask[row] = of[row] === UNKNOWN ? UNKNOWN : 1 - of[row];
    }
    return mask;
  };
}

function compileIsTruthTruth(expression: IsTruthExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  const operand = compileTruth(expression.operand, inputs);
  const wanted = expression.truth ? TRUE : FALSE;
  const { negated } = expression;
  const scratch = new Scratch();
  return (batch, context) => {
    const of = operand(batch, context);
    const mask = scratch.truths(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      mask[row] = (of[row] === wanted) !== negated ? TRUE : FALSE;
    }
    return mask;
  };
}

function compileIsNullTruth(expression: IsNullExpression, inputs: readonly PhysicalKind[]): TruthEvaluator {
  const operand = compileVector(expression.operand, inputs);
  const { negated } = expression;
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = operand(batch, context);
    const mask = scratch.truths(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      mask[row] = isNullAt(vector, row) !== negated ? TRUE : FALSE;
    }
    return mask;
  };
}
