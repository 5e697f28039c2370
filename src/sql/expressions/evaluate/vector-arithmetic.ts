import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type ColumnVector, type NumberVector, valueAt } from '../../../engine/column/vector.ts';
import type { Batch } from '../batch.ts';
import type { ArithmeticExpression, ArithmeticOperator, UnaryExpression } from '../bound-expression.ts';
import { physicalKindOf } from '../static-type.ts';
import { type BinaryFunction, negateValue } from '../values/arithmetic.ts';
import {
  addNumbers,
  divideIntegers,
  divideReals,
  mergeNulls,
  multiplyNumbers,
  type NumberKernel,
  remainderIntegers,
  subtractNumbers,
} from './arithmetic-kernels.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { arithmeticOf } from './scalar-arithmetic.ts';
import { Scratch } from './scratch.ts';
import { compileVector } from './vector.ts';
import { VectorOutput } from './vector-output.ts';

/** Whether a number kernel computes this operator on these types. */
export function hasArithmeticKernel(expression: ArithmeticExpression): boolean {
  const operands = [expression.left, expression.right].map(({ type }) => physicalKindOf(type));
  if (!operands.every((kind) => kind === 'integer' || kind === 'real')) return false;
  return expression.operator !== '%' || physicalKindOf(expression.type) === 'integer';
}

function kernelOf(operator: ArithmeticOperator, isInteger: boolean): NumberKernel {
  switch (operator) {
    case '+':
      return addNumbers;
    case '-':
      return subtractNumbers;
    case '*':
      return multiplyNumbers;
    case '/':
      return isInteger ? divideIntegers : divideReals;
    case '%':
      return remainderIntegers;
  }
}

export function compileVectorArithmetic(
  expression: ArithmeticExpression,
  inputs: readonly PhysicalKind[],
): VectorEvaluator {
  const left = compileVector(expression.left, inputs);
  const right = compileVector(expression.right, inputs);
  const leftPhysical = physicalKindOf(expression.left.type);
  const rightPhysical = physicalKindOf(expression.right.type);
  const isInteger = physicalKindOf(expression.type) === 'integer';
  const { operator } = expression;
  const kernel = kernelOf(operator, isInteger);
  const mayOutgrow = isInteger && operator !== '/' && operator !== '%';
  const exact = arithmeticOf(expression);
  const scratch = new Scratch();
  const output = new VectorOutput(physicalKindOf(expression.type));
  return (batch, context) => {
    const a = left(batch, context);
    const b = right(batch, context);
    if (a.kind === 'number' && b.kind === 'number') {
      const result = computeNumbers(kernel, mayOutgrow, a, b, batch, scratch);
      if (result !== null) return result;
    }
    return computeExactly(exact, a, leftPhysical, b, rightPhysical, batch, output);
  };
}

/** null when an integer result may be beyond 2^53. Garbage in NULL rows may say so too: that costs time only. */
function computeNumbers(
  kernel: NumberKernel,
  mayOutgrow: boolean,
  a: NumberVector,
  b: NumberVector,
  batch: Batch,
  scratch: Scratch,
): ColumnVector | null {
  const values = scratch.numbers(batch.rowCount);
  const { selection, selectedCount } = batch;
  const isOdd = kernel(a.values, b.values, values, selection, selectedCount);
  if (isOdd && mayOutgrow) return null;
  if (!isOdd && (a.nulls === null || b.nulls === null)) return { kind: 'number', values, nulls: a.nulls ?? b.nulls };
  const nulls = scratch.nulls(batch.rowCount);
  const hasNulls = mergeNulls(a.nulls, b.nulls, values, nulls, selection, selectedCount);
  return { kind: 'number', values, nulls: hasNulls ? nulls : null };
}

function computeExactly(
  compute: BinaryFunction,
  a: ColumnVector,
  aPhysical: PhysicalKind,
  b: ColumnVector,
  bPhysical: PhysicalKind,
  batch: Batch,
  output: VectorOutput,
): ColumnVector {
  output.begin(batch.rowCount);
  for (let i = 0; i < batch.selectedCount; i++) {
    const row = batch.selection === null ? i : batch.selection[i];
    output.set(row, compute(valueAt(a, aPhysical, row), valueAt(b, bPhysical, row)));
  }
  return output.finish();
}

/** -x of a number column. */
export function compileVectorNegation(expression: UnaryExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  const operand = compileVector(expression.operand, inputs);
  const physical = physicalKindOf(expression.operand.type);
  const scratch = new Scratch();
  const output = new VectorOutput(physical);
  return (batch, context) => {
    const vector = operand(batch, context);
    if (vector.kind === 'number') {
      const out = scratch.numbers(batch.rowCount);
      negateNumbers(vector.values, out, batch.selection, batch.selectedCount);
      return { kind: 'number', values: out, nulls: vector.nulls };
    }
    output.begin(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      output.set(row, negateValue(valueAt(vector, physical, row)));
    }
    return output.finish();
  };
}

function negateNumbers(values: Float64Array, out: Float64Array, selection: Uint32Array | null, count: number): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    out[row] = 0 - values[row];
  }
}
