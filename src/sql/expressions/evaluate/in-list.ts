import type { PhysicalKind } from '../../../engine/column/types.ts';
import { valueAt } from '../../../engine/column/vector.ts';
import type { Batch } from '../batch.ts';
import type { InListExpression } from '../bound-expression.ts';
import { physicalKindOf } from '../static-type.ts';
import { FALSE, TRUE, UNKNOWN } from './row-kernels.ts';
import { literalSet } from './scalar-comparison.ts';
import { Scratch } from './scratch.ts';
import { maskOf, type TruthEvaluator } from './truth.ts';
import { compileVector } from './vector.ts';

/** IN over literals; null when an item is none. */
export function compileInListTruth(
  expression: InListExpression,
  inputs: readonly PhysicalKind[],
): TruthEvaluator | null {
  if (!expression.items.every(({ kind }) => kind === 'literal')) return null;
  const operand = compileVector(expression.operand, inputs);
  const physical = physicalKindOf(expression.operand.type);
  const set = literalSet(expression);
  const numbers = numberSet(expression);
  const found = expression.negated ? FALSE : TRUE;
  const missing = set.hasNull ? UNKNOWN : expression.negated ? TRUE : FALSE;
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = operand(batch, context);
    const mask = scratch.truths(batch.rowCount);
    if (vector.kind === 'number') {
      numbersIn(vector.values, vector.nulls, numbers, found, missing, mask, batch);
      return mask;
    }
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      const contained = set.contains(valueAt(vector, physical, row));
      mask[row] = contained === null ? UNKNOWN : maskOf(contained !== expression.negated);
    }
    return mask;
  };
}

/** The items that a number vector can contain. */
function numberSet(expression: InListExpression): Set<number> {
  const numbers = new Set<number>();
  for (const item of expression.items) {
    if (item.kind !== 'literal') continue;
    const { value } = item;
    if (typeof value === 'number') numbers.add(value);
    else if (typeof value === 'bigint' && BigInt(Number(value)) === value) numbers.add(Number(value));
  }
  return numbers;
}

function numbersIn(
  values: Float64Array,
  nulls: Uint8Array | null,
  set: ReadonlySet<number>,
  found: number,
  missing: number,
  mask: Uint8Array,
  { selection, selectedCount }: Batch,
): void {
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) mask[row] = UNKNOWN;
    else mask[row] = set.has(values[row]) ? found : missing;
  }
}
