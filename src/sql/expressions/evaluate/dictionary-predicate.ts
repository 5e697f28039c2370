import { NO_BYTES } from '../../../base/empty-arrays.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { DictionaryVector } from '../../../engine/column/vector.ts';
import type { ScalarFunctionDefinition } from '../../functions/definition.ts';
import type { Batch, RowValues } from '../batch.ts';
import type { BoundExpression } from '../bound-expression.ts';
import type { EvaluationContext } from '../context.ts';
import { children } from '../inspect.ts';
import { truth } from '../values/numeric.ts';
import type { FilterEvaluator } from './evaluator.ts';
import { TRUE } from './row-kernels.ts';
import { compileScalar } from './scalar.ts';
import { Scratch } from './scratch.ts';
import { maskOf, type TruthEvaluator } from './truth.ts';

const NOT_ASKED = 255;

/** The answers of conditions that must all hold, per dictionary entry, computed when a row first asks. */
class EntryAnswers {
  private readonly conditions: readonly ReturnType<typeof compileScalar>[];
  private readonly dependsOnContext: boolean;
  private readonly row = new EntryRow();
  private dictionary: readonly string[] | null = null;
  private context: EvaluationContext | null = null;
  private answers = NO_BYTES;
  private nullAnswer = NOT_ASKED;

  constructor(conditions: readonly BoundExpression[]) {
    this.conditions = conditions.map(compileScalar);
    this.dependsOnContext = conditions.some(dependsOnContext);
  }

  /** Answers known so far, one byte per entry; NOT_ASKED where none is. */
  of(dictionary: readonly string[], context: EvaluationContext): Uint8Array {
    if (dictionary !== this.dictionary || (this.dependsOnContext && context !== this.context)) {
      this.dictionary = dictionary;
      this.context = context;
      this.answers = new Uint8Array(dictionary.length).fill(NOT_ASKED);
      this.nullAnswer = NOT_ASKED;
    } else if (this.answers.length < dictionary.length) {
      const grown = new Uint8Array(Math.max(dictionary.length, 2 * this.answers.length)).fill(NOT_ASKED);
      grown.set(this.answers);
      this.answers = grown;
    }
    return this.answers;
  }

  ask(code: number, context: EvaluationContext): number {
    const answer = this.compute(this.dictionary![code], context);
    this.answers[code] = answer;
    return answer;
  }

  askNull(context: EvaluationContext): number {
    if (this.nullAnswer === NOT_ASKED) this.nullAnswer = this.compute(null, context);
    return this.nullAnswer;
  }

  /** The first answer that is not TRUE: what comes behind it is not evaluated. */
  private compute(value: SqlValue, context: EvaluationContext): number {
    this.row.value = value;
    for (const evaluate of this.conditions) {
      const answer = maskOf(truth(evaluate(this.row, context)));
      if (answer !== TRUE) return answer;
    }
    return TRUE;
  }
}

/** A row whose only column that counts holds `value`. */
export class EntryRow implements RowValues {
  value: SqlValue = null;

  column(): SqlValue {
    return this.value;
  }
}

/** True when a function's result may depend on more than its arguments; what users register may be anything. */
function dependsOnMore({ readsClock, registered, deterministic }: ScalarFunctionDefinition): boolean {
  return readsClock === true || registered === true || !deterministic;
}

/** True when parameters, outer rows or the clock take part: answers then hold for one execution only. */
export function dependsOnContext(expression: BoundExpression): boolean {
  const { kind } = expression;
  if (kind === 'parameter' || kind === 'outer') return true;
  if (kind === 'function' && dependsOnMore(expression.definition)) return true;
  return children(expression).some(dependsOnContext);
}

export function compileDictionaryTruth(
  expression: BoundExpression,
  column: number,
  direct: TruthEvaluator,
): TruthEvaluator {
  const answers = new EntryAnswers([expression]);
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = batch.column(column);
    if (vector.kind !== 'dictionary') return direct(batch, context);
    const mask = scratch.truths(batch.rowCount);
    const known = answers.of(vector.dictionary, context);
    const { codes, nulls } = vector;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      if (nulls !== null && nulls[row] === 1) {
        mask[row] = answers.askNull(context);
        continue;
      }
      const answer = known[codes[row]];
      mask[row] = answer === NOT_ASKED ? answers.ask(codes[row], context) : answer;
    }
    return mask;
  };
}

/** Rows for which all of the conditions on the one column are true; `direct` does the same for other vectors. */
export function compileDictionaryFilter(
  conditions: readonly BoundExpression[],
  column: number,
  direct: FilterEvaluator,
): FilterEvaluator {
  const answers = new EntryAnswers(conditions);
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = batch.column(column);
    if (vector.kind !== 'dictionary') return direct(batch, context);
    const out = scratch.rows(batch.rowCount);
    if (vector.nulls !== null) return { selection: out, count: filterCodes(vector, answers, batch, context, out) };
    const { selection, selectedCount } = batch;
    const known = answers.of(vector.dictionary, context);
    let count = filterAnswers(vector.codes, known, selection, selectedCount, out);
    if (count < 0) {
      askMissing(vector.codes, answers, known, selection, selectedCount, context);
      count = filterAnswers(vector.codes, known, selection, selectedCount, out);
    }
    return { selection: out, count };
  };
}

/** Asks for the entries of the selected rows that have not been asked yet. */
function askMissing(
  codes: Uint32Array,
  answers: EntryAnswers,
  known: Uint8Array,
  selection: Uint32Array | null,
  count: number,
  context: EvaluationContext,
): void {
  for (let i = 0; i < count; i++) {
    const code = codes[selection === null ? i : selection[i]];
    if (known[code] === NOT_ASKED) answers.ask(code, context);
  }
}

/** Rows whose entry's answer is TRUE; -1 when some entry has not been asked. `out` is not `selection`. */
function filterAnswers(
  codes: Uint32Array,
  answers: Uint8Array,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  let seen = 0;
  if (selection === null) {
    for (let row = 0; row < count; row++) {
      const answer = answers[codes[row]];
      seen |= answer;
      out[kept] = row;
      if (answer === TRUE) kept++;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const row = selection[i];
      const answer = answers[codes[row]];
      seen |= answer;
      out[kept] = row;
      if (answer === TRUE) kept++;
    }
  }
  return seen === NOT_ASKED ? -1 : kept;
}

function filterCodes(
  vector: DictionaryVector,
  answers: EntryAnswers,
  batch: Batch,
  context: EvaluationContext,
  out: Uint32Array,
): number {
  const known = answers.of(vector.dictionary, context);
  const { codes, nulls } = vector;
  const { selection, selectedCount } = batch;
  let kept = 0;
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    let answer: number;
    if (nulls !== null && nulls[row] === 1) answer = answers.askNull(context);
    else {
      answer = known[codes[row]];
      if (answer === NOT_ASKED) answer = answers.ask(codes[row], context);
    }
    out[kept] = row;
    if (answer === TRUE) kept++;
  }
  return kept;
}
