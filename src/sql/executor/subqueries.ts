import type { SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { InSubqueryExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { EvaluationContext, SubqueryEvaluator } from '../expressions/context.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { ValueSet } from '../expressions/values/value-set.ts';
import type { PlannedSubquery } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import { containsRow } from './contains-row.ts';
import type { ExecutionContext } from './execution-context.ts';
import { IdentifiedRow } from './identified-row.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory, type StatementMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { rowKey } from './row-key.ts';
import type { PlanWatcher } from './subquery-runner.ts';

/** Results that one subquery keeps for different rows of its enclosing query. */
const MEMO_ENTRIES = 4096;

/** Of memory: a row of a result that is kept, and each of its values. */
const ROW_BYTES = 64;
const VALUE_BYTES = 32;

/** How much of a subquery's result somebody needs. */
type Need = 'first-row' | 'existence' | 'all-rows';

/** What {@link SubqueryRunner} does where there is a subquery to run. */
export class Subqueries implements SubqueryEvaluator {
  private readonly operators = new Map<PlannedSubquery, Operator>();
  private readonly watcher: PlanWatcher | null;
  private readonly memory = new OperatorMemory('subquery');
  /** Of the execution that is running. */
  private statement: StatementMemory | null = null;
  /** Of the results that are remembered. */
  private keptBytes = 0;

  constructor(watcher: PlanWatcher | null) {
    this.watcher = watcher;
  }

  scalar(handle: SubqueryHandle, column: number, row: RowValues, context: EvaluationContext): SqlValue {
    const rows = this.remembered(handle, 'first-row', row, context, (inner) => this.rows(planned(handle), inner, 1));
    return rows.length === 0 ? null : rows[0][column];
  }

  exists(handle: SubqueryHandle, row: RowValues, context: EvaluationContext): boolean {
    return this.remembered(handle, 'existence', row, context, (inner) => this.hasRow(planned(handle), inner));
  }

  contains(
    node: InSubqueryExpression,
    operands: readonly SqlValue[],
    row: RowValues,
    context: EvaluationContext,
  ): boolean | null {
    if (operands.length === 1) {
      const set = this.remembered(node.subquery, 'all-rows', row, context, (inner) => this.valueSet(node, inner));
      return set.contains(operands[0]);
    }
    const rows = this.remembered(node.subquery, 'all-rows', row, context, (inner) => this.convertedRows(node, inner));
    return containsRow(rows, operands, node);
  }

  private valueSet(node: InSubqueryExpression, context: ExecutionContext): ValueSet {
    const set = new ValueSet(node.collations[0]);
    for (const [value] of this.convertedRows(node, context)) set.add(value);
    return set;
  }

  private convertedRows(node: InSubqueryExpression, context: ExecutionContext): readonly (readonly SqlValue[])[] {
    const rows = this.rows(planned(node.subquery), context, Number.POSITIVE_INFINITY);
    return rows.map((values) => values.map((value, i) => applyAffinity(value, node.affinities[i])));
  }

  /** The result for this row: computed, or remembered from a row that had the same values in the columns it reads. */
  private remembered<Result>(
    handle: SubqueryHandle,
    need: Need,
    row: RowValues,
    context: EvaluationContext,
    compute: (inner: ExecutionContext) => Result,
  ): Result {
    const subquery = planned(handle);
    const outer = context as ExecutionContext;
    const keeper = subquery.correlated ? outer : outer.root;
    let results = keeper.memo.get(subquery);
    if (results === undefined) {
      results = new Map();
      keeper.memo.set(subquery, results);
    }
    const key = need + rowKey(row, subquery.slots.values());
    if (results.has(key)) return results.get(key) as Result;
    const result = compute(subquery.correlated ? outer.within(new IdentifiedRow(row, subquery.slots)) : outer.root);
    if (results.size >= MEMO_ENTRIES) results.clear();
    results.set(key, result);
    return result;
  }

  private open(subquery: PlannedSubquery, context: ExecutionContext): Operator {
    let operator = this.operators.get(subquery);
    if (operator === undefined) {
      const { plan } = subquery.query;
      operator = buildOperator(this.watcher === null ? plan : this.watcher.watch(plan));
      this.operators.set(subquery, operator);
    }
    operator.open(context);
    return operator;
  }

  private hasRow(subquery: PlannedSubquery, context: ExecutionContext): boolean {
    const operator = this.open(subquery, context);
    for (let batch = operator.next(); batch !== null; batch = operator.next()) {
      if (batch.selectedCount > 0) return true;
      context.interrupt();
    }
    return false;
  }

  private rows(subquery: PlannedSubquery, context: ExecutionContext, limit: number): readonly (readonly SqlValue[])[] {
    this.begin(context);
    const operator = this.open(subquery, context);
    const { slots, plan } = subquery.query;
    let bytes = 0;
    const kinds = inputKinds(plan);
    const rows: SqlValue[][] = [];
    for (let batch = operator.next(); batch !== null && rows.length < limit; batch = operator.next()) {
      const { selection, selectedCount } = batch;
      for (let k = 0; k < selectedCount && rows.length < limit; k++) {
        const i = selection === null ? k : selection[k];
        rows.push(slots.map((slot) => valueAt(batch.column(slot), kinds[slot], i)));
      }
      if (rows.length >= limit) break;
      bytes += selectedCount * (ROW_BYTES + slots.length * VALUE_BYTES);
      this.makeRoom(bytes, context);
      context.interrupt();
    }
    this.keptBytes += bytes;
    return rows;
  }

  /** The operators of a plan serve one execution after the other. */
  private begin({ memory }: ExecutionContext): void {
    if (this.statement === memory) return;
    this.statement = memory;
    this.memory.open({ memory });
    this.keptBytes = 0;
  }

  /** Forgets other results rather than failing for want of memory. */
  private makeRoom(bytes: number, { root }: ExecutionContext): void {
    if (this.memory.has(this.keptBytes + bytes)) return;
    this.keptBytes = 0;
    root.memo.clear();
    this.memory.need(bytes);
  }
}

function planned(handle: SubqueryHandle): PlannedSubquery {
  return handle as PlannedSubquery;
}
