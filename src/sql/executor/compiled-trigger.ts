import type { ReadPoint } from '../../engine/table/access.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { TriggerPlan } from '../planner/plan-statement.ts';
import { buildChange } from './build-change.ts';
import { type Change, type ChangeContext, emptyResult } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { ExecutionContext } from './execution-context.ts';
import { SubqueryRunner } from './subquery-runner.ts';
import type { TriggerProgram, TriggerRow } from './triggers.ts';

/**
 * A trigger's condition and statements, built once and run for each row. They read the row as one of an enclosing query.
 * A program may be run while it runs: everything that it reads is collected before anything is changed.
 */
export class CompiledTrigger implements TriggerProgram {
  private readonly when: ScalarEvaluator | null;
  private readonly steps: readonly (Change | RowCollector)[];
  private readonly instants: readonly (ReadPoint | null)[];
  private readonly subqueries = new SubqueryRunner();

  /** `instants`: what its AS OF clauses name; null: the present, of the statement that sets it off. */
  constructor({ when, steps }: TriggerPlan, instants: readonly (ReadPoint | null)[]) {
    this.instants = instants;
    this.when = when === null ? null : compileScalar(when);
    this.steps = steps.map((step) => (step.kind === 'query' ? new RowCollector(step.query) : buildChange(step)));
  }

  run(row: TriggerRow, change: ChangeContext): void {
    if (this.when !== null && truth(this.when(row, this.contextOver(null, change))) !== true) return;
    const { counters } = change.effects;
    for (const step of this.steps) {
      const inner = { ...change, context: this.contextOver(row, change) };
      if (step instanceof RowCollector) step.run(inner);
      else {
        const result = emptyResult();
        step.run(inner, result);
        counters.changes = result.changes;
        counters.totalChanges += result.changes;
      }
    }
  }

  /** A statement's own context: what subqueries gave is not remembered from one to the next. */
  private contextOver(row: TriggerRow | null, { context }: ChangeContext): ExecutionContext {
    const outer = row === null ? null : { row, parent: null };
    const { parameters, nowMicros, random, session, at, tables, memory, batchRows, interrupt } = context;
    const options = {
      parameters,
      nowMicros,
      random,
      session,
      at,
      instants: this.instants.map((instant) => instant ?? at),
      tables,
      batchRows,
      memory,
      interrupt,
      subqueries: this.subqueries,
    };
    return new ExecutionContext(options, outer);
  }
}
