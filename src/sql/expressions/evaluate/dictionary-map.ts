import type { SqlValue } from '../../../engine/column/types.ts';
import { isNullAt } from '../../../engine/column/vector.ts';
import type { BoundExpression } from '../bound-expression.ts';
import type { EvaluationContext } from '../context.ts';
import { physicalKindOf } from '../static-type.ts';
import { dependsOnContext, EntryRow } from './dictionary-predicate.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { VectorOutput } from './vector-output.ts';

/** An expression over one text column, computed once per dictionary entry that a row asks for: upper(name). */
export function compileDictionaryMap(
  expression: BoundExpression,
  column: number,
  direct: VectorEvaluator,
): VectorEvaluator {
  const evaluate = compileScalar(expression);
  const perContext = dependsOnContext(expression);
  const output = new VectorOutput(physicalKindOf(expression.type));
  const entry = new EntryRow();
  let lastDictionary: readonly string[] | null = null;
  let lastContext: EvaluationContext | null = null;
  let results: (SqlValue | undefined)[] = [];
  return (batch, context) => {
    const vector = batch.column(column);
    if (vector.kind !== 'dictionary') return direct(batch, context);
    const { codes, dictionary } = vector;
    if (dictionary !== lastDictionary || (perContext && context !== lastContext)) {
      results = new Array<SqlValue | undefined>(dictionary.length).fill(undefined);
      lastDictionary = dictionary;
      lastContext = context;
    }
    output.begin(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      const isNull = isNullAt(vector, row);
      let result = isNull ? undefined : results[codes[row]];
      if (result === undefined) {
        entry.value = isNull ? null : dictionary[codes[row]];
        result = evaluate(entry, context);
        if (!isNull) results[codes[row]] = result;
      }
      output.set(row, result);
    }
    return output.finish();
  };
}
