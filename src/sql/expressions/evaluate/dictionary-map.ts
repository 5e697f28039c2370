import { NO_INTS } from '../../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector, DictionaryVector } from '../../../engine/column/vector.ts';
import type { Batch } from '../batch.ts';
import type { BoundExpression } from '../bound-expression.ts';
import type { EvaluationContext } from '../context.ts';
import { physicalKindOf } from '../static-type.ts';
import { dependsOnContext, EntryRow } from './dictionary-predicate.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { Scratch } from './scratch.ts';
import { VectorOutput } from './vector-output.ts';

/** An expression over one text column, computed once per dictionary entry that a row asks for: upper(name). */
export function compileDictionaryMap(
  expression: BoundExpression,
  column: number,
  direct: VectorEvaluator,
): VectorEvaluator {
  const physical = physicalKindOf(expression.type);
  const results = new EntryResults(expression, physical === 'text' ? new TextResults() : new ValueResults(physical));
  return (batch, context) => {
    const vector = batch.column(column);
    return vector.kind === 'dictionary' ? results.of(vector, batch, context) : direct(batch, context);
  };
}

/** Where the results of a batch go: `keep` numbers the results of entries, which `collect` then puts into rows. */
interface ResultKind {
  clear(): void;
  keep(value: SqlValue): number;
  collect(numbers: Int32Array, batch: Batch): ColumnVector;
}

const NOT_ASKED = -1;
const NULL_RESULT = -2;

/** The number of the result per entry of the last dictionary. */
class EntryResults {
  private readonly evaluate: ReturnType<typeof compileScalar>;
  private readonly perContext: boolean;
  private readonly kind: ResultKind;
  private readonly entry = new EntryRow();
  private dictionary: readonly string[] | null = null;
  private context: EvaluationContext | null = null;
  private byCode = NO_INTS;
  private ofNull = NOT_ASKED;
  private byRow = NO_INTS;

  constructor(expression: BoundExpression, kind: ResultKind) {
    this.evaluate = compileScalar(expression);
    this.perContext = dependsOnContext(expression);
    this.kind = kind;
  }

  of({ codes, dictionary, nulls }: DictionaryVector, batch: Batch, context: EvaluationContext): ColumnVector {
    this.begin(dictionary, context);
    if (this.byRow.length < batch.rowCount) this.byRow = new Int32Array(batch.rowCount);
    const { byCode, byRow } = this;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      if (nulls !== null && nulls[row] === 1) {
        if (this.ofNull === NOT_ASKED) this.ofNull = this.compute(null, context);
        byRow[row] = this.ofNull;
        continue;
      }
      const code = codes[row];
      if (byCode[code] === NOT_ASKED) byCode[code] = this.compute(dictionary[code], context);
      byRow[row] = byCode[code];
    }
    return this.kind.collect(byRow, batch);
  }

  private begin(dictionary: readonly string[], context: EvaluationContext): void {
    if (dictionary !== this.dictionary || (this.perContext && context !== this.context)) {
      this.dictionary = dictionary;
      this.context = context;
      this.byCode = new Int32Array(dictionary.length).fill(NOT_ASKED);
      this.ofNull = NOT_ASKED;
      this.kind.clear();
    } else if (this.byCode.length < dictionary.length) {
      const longer = new Int32Array(Math.max(dictionary.length, 2 * this.byCode.length)).fill(NOT_ASKED);
      longer.set(this.byCode);
      this.byCode = longer;
    }
  }

  private compute(value: SqlValue, context: EvaluationContext): number {
    this.entry.value = value;
    return this.kind.keep(this.evaluate(this.entry, context));
  }
}

/** Texts become entries of a dictionary of their own. */
class TextResults implements ResultKind {
  private texts: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly scratch = new Scratch();

  /** Vectors of the batch before may still name the old texts. */
  clear(): void {
    this.texts = [];
    this.numbers.clear();
  }

  keep(value: SqlValue): number {
    if (value === null) return NULL_RESULT;
    const text = value as string;
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }

  collect(numbers: Int32Array, { rowCount, selection, selectedCount }: Batch): ColumnVector {
    const codes = this.scratch.rows(rowCount);
    const nulls = this.scratch.nulls(rowCount);
    let hasNulls = false;
    for (let i = 0; i < selectedCount; i++) {
      const row = selection === null ? i : selection[i];
      const number = numbers[row];
      nulls[row] = number === NULL_RESULT ? 1 : 0;
      if (number === NULL_RESULT) hasNulls = true;
      else codes[row] = number;
    }
    return { kind: 'dictionary', codes, dictionary: this.texts, nulls: hasNulls ? nulls : null };
  }
}

class ValueResults implements ResultKind {
  private readonly values: SqlValue[] = [];
  private readonly output: VectorOutput;

  constructor(physical: PhysicalKind) {
    this.output = new VectorOutput(physical);
  }

  clear(): void {
    this.values.length = 0;
  }

  keep(value: SqlValue): number {
    return this.values.push(value) - 1;
  }

  collect(numbers: Int32Array, { rowCount, selection, selectedCount }: Batch): ColumnVector {
    const { output, values } = this;
    output.begin(rowCount);
    for (let i = 0; i < selectedCount; i++) {
      const row = selection === null ? i : selection[i];
      output.set(row, values[numbers[row]]);
    }
    return output.finish();
  }
}
