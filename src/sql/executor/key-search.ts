import type { SqlValue } from '../../engine/column/types.ts';
import type { NumberVector } from '../../engine/column/vector.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { KeySearchPlan } from '../planner/physical-plan.ts';
import { type CompiledRange, compileBound, evaluateRange } from './bounds.ts';
import type { ExecutionContext } from './execution-context.ts';

/** Finds the rowids of rows by their computed keys. */
export class KeySearch {
  private readonly plan: KeySearchPlan;
  private readonly equal: readonly ScalarEvaluator[];
  private readonly range: CompiledRange;

  constructor(plan: KeySearchPlan) {
    this.plan = plan;
    this.equal = plan.equal.map(compileScalar);
    this.range = { low: compileBound(plan.low), high: compileBound(plan.high) };
  }

  /** In the order of the index. */
  rowids(context: ExecutionContext): readonly number[] {
    const { index, instant, keyTable } = this.plan;
    const equal: SqlValue[] = this.equal.map((evaluate) => evaluate(EMPTY_ROW, context));
    const ends = evaluateRange(this.range, context);
    if (equal.includes(null) || ends === null) return [];
    const table = context.tables.table(keyTable.id);
    const scan = table.indexScan(context.pointOf(instant), index.id, [{ equal, ...ends }], [ROWID_COLUMN], 'forward');
    const found: number[] = [];
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      const { values } = batch.column(0) as NumberVector;
      const { selection, selectedCount } = batch;
      for (let k = 0; k < selectedCount; k++) found.push(values[selection === null ? k : selection[k]]);
    }
    return found;
  }
}
