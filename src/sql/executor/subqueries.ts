import type { SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { InSubqueryExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { EvaluationContext, SubqueryEvaluator } from '../expressions/context.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { rowBytes } from '../expressions/values/row-bytes.ts';
import { ValueSet } from '../expressions/values/value-set.ts';
import type { PlannedSubquery } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import { containsRow } from './contains-row.ts';
import type { ExecutionContext, SubqueryResults } from './execution-context.ts';
import { IdentifiedRow } from './identified-row.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory, type StatementMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { rowKey } from './row-key.ts';
import type { PlanWatcher } from './subquery-runner.ts';

/** Results that one subquery keeps for different rows of its enclosing query. */
const MEMO_ENTRIES = 4096;

/** Of memory: a result that is kept, without its key and its rows. */
const ENTRY_BYTES = 96;
/** What a value of a set takes, beside a text. */
const SET_ENTRY_BYTES = 48;

/** How much of a subquery's result somebody needs. */
type Need = 'first-row' | 'existence' | 'all-rows';

/** A context that keeps results of subqueries, and what they take. */
interface Keeper {
  readonly context: ExecutionContext;
  bytes: number;
}

/** What {@link SubqueryRunner} does where there is a subquery to run. */
export class Subqueries implements SubqueryEvaluator {
  private readonly operators = new Map<PlannedSubquery, Operator>();
  private readonly watcher: PlanWatcher | null;
  private readonly memory = new OperatorMemory('subquery');
  /** Of the execution that is running. */
  private statement: StatementMemory | null = null;
  /** Contexts that keep results: the statement's, and those of subqueries that are being run. */
  private keepers: Keeper[] = [];
  /** Subqueries that are being run, each for a row of the one before. */
  private depth = 0;
  /** Of the results that are kept, and of those that are being read. */
  private keptBytes = 0;
  private pendingBytes = 0;

  constructor(watcher: PlanWatcher | null) {
    this.watcher = watcher;
  }

  scalar(handle: SubqueryHandle, column: number, row: RowValues, context: EvaluationContext): SqlValue {
    const first = this.remembered(handle, 'first-row', row, context, (inner) => this.firstRow(planned(handle), inner));
    return first === null ? null : first[column];
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
    this.read(planned(node.subquery), context, ([value]) => {
      const added = applyAffinity(value, node.affinities[0]);
      set.add(added);
      return SET_ENTRY_BYTES + textBytes(added);
    });
    return set;
  }

  private convertedRows(node: InSubqueryExpression, context: ExecutionContext): readonly (readonly SqlValue[])[] {
    const rows: SqlValue[][] = [];
    this.read(planned(node.subquery), context, (values) => {
      const row = values.map((value, i) => applyAffinity(value, node.affinities[i]));
      rows.push(row);
      return rowBytes(row);
    });
    return rows;
  }

  private firstRow(subquery: PlannedSubquery, context: ExecutionContext): readonly SqlValue[] | null {
    let first: readonly SqlValue[] | null = null;
    this.read(subquery, context, (values) => {
      first = values;
      return null;
    });
    if (first !== null) this.need(rowBytes(first));
    return first;
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
    this.begin(outer);
    const keeper = this.keeperOf(subquery.correlated ? outer : outer.root);
    const { memo } = keeper.context;
    let results = memo.get(subquery);
    if (results === undefined) {
      results = { byKey: new Map(), bytes: 0 };
      memo.set(subquery, results);
    }
    const key = need + rowKey(row, subquery.slots.values());
    if (results.byKey.has(key)) return results.byKey.get(key) as Result;
    const keeperCount = this.keepers.length;
    const pendingBefore = this.pendingBytes;
    this.depth++;
    try {
      const result = compute(subquery.correlated ? outer.within(new IdentifiedRow(row, subquery.slots)) : outer.root);
      this.need(ENTRY_BYTES + 2 * key.length);
      if (results.byKey.size >= MEMO_ENTRIES) this.forgetResults(keeper, results);
      // Otherwise it has been forgotten meanwhile, with what was there.
      if (memo.get(subquery) === results) this.keep(keeper, results, key, result, this.pendingBytes - pendingBefore);
      return result;
    } finally {
      this.depth--;
      this.pendingBytes = pendingBefore;
      this.forgetKeepers(keeperCount);
    }
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

  /** Hands on row after row; `take` returns what it keeps of one in bytes, or null where it wants no more. */
  private read(
    subquery: PlannedSubquery,
    context: ExecutionContext,
    take: (row: readonly SqlValue[]) => number | null,
  ): void {
    const operator = this.open(subquery, context);
    const { slots, plan } = subquery.query;
    const kinds = inputKinds(plan);
    for (let batch = operator.next(); batch !== null; batch = operator.next()) {
      const { selection, selectedCount } = batch;
      for (let k = 0; k < selectedCount; k++) {
        const i = selection === null ? k : selection[k];
        const bytes = take(slots.map((slot) => valueAt(batch.column(slot), kinds[slot], i)));
        if (bytes === null) return;
        this.need(bytes);
      }
      context.interrupt();
    }
  }

  /** The operators of a plan serve one execution after the other. */
  private begin({ memory, root }: ExecutionContext): void {
    if (this.statement !== memory) {
      this.statement = memory;
      this.memory.open({ memory });
      this.depth = 0;
      this.pendingBytes = 0;
    }
    if (this.depth > 0 || this.keepers[0]?.context === root) return;
    // What went before is done with: it was another execution, or another row of a RETURNING.
    this.keepers = [{ context: root, bytes: 0 }];
    this.keptBytes = 0;
  }

  private keeperOf(context: ExecutionContext): Keeper {
    let keeper = this.keepers.find((known) => known.context === context);
    if (keeper === undefined) {
      keeper = { context, bytes: 0 };
      this.keepers.push(keeper);
    }
    return keeper;
  }

  private keep(keeper: Keeper, results: SubqueryResults, key: string, result: unknown, bytes: number): void {
    results.byKey.set(key, result);
    results.bytes += bytes;
    keeper.bytes += bytes;
    this.keptBytes += bytes;
  }

  private forgetResults(keeper: Keeper, results: SubqueryResults): void {
    keeper.bytes -= results.bytes;
    this.keptBytes -= results.bytes;
    results.byKey.clear();
    results.bytes = 0;
  }

  /** Those of subqueries that have been run: nobody comes back to their results. */
  private forgetKeepers(from: number): void {
    for (const { bytes } of this.keepers.splice(from)) this.keptBytes -= bytes;
  }

  /** Makes room for more of the result that is being read: forgets other results rather than failing for want of memory. */
  private need(bytes: number): void {
    this.pendingBytes += bytes;
    if (this.memory.has(this.keptBytes + this.pendingBytes)) return;
    for (const keeper of this.keepers) {
      keeper.context.memo.clear();
      keeper.bytes = 0;
    }
    this.keptBytes = 0;
    this.memory.need(this.pendingBytes);
  }
}

/** What the key of a value in a set takes. */
function textBytes(value: SqlValue): number {
  return typeof value === 'object' || typeof value === 'string' ? 2 * (value?.length ?? 0) : 0;
}

function planned(handle: SubqueryHandle): PlannedSubquery {
  return handle as PlannedSubquery;
}
