import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import type { ReturningPlan } from '../planner/plan-statement.ts';
import type { Effects } from './effects.ts';
import { ExecutionContext } from './execution-context.ts';
import type { TableRow } from './table-row.ts';

/** What a change runs in. */
export interface ChangeContext {
  readonly context: ExecutionContext;
  readonly transaction: WriteTransaction;
  /** Called from time to time; throws to stop the statement. */
  readonly interrupt: () => void;
  readonly effects: Effects;
  /** What an enclosing statement says about conflicts, which overrules the change's own policy; null: nothing. */
  readonly policy: ConflictPolicy | null;
}

/** What a change did. */
export interface ChangeResult {
  changes: number;
  /** null: no row was inserted. */
  lastInsertRowid: number | null;
  /** RETURNING's rows, each a value per column. */
  readonly returned: SqlValue[][];
}

/** A running INSERT, UPDATE or DELETE. */
export interface Change {
  /** `result` takes what was done, up to where it fails. */
  run(change: ChangeContext, result: ChangeResult): void;
}

/** Rows between two looks at `interrupt`. */
export const INTERRUPT_ROWS = 1024;

export function emptyResult(): ChangeResult {
  return { changes: 0, lastInsertRowid: null, returned: [] };
}

/** Computes RETURNING for a row. */
export class Returning {
  private readonly evaluators: readonly ScalarEvaluator[];
  private readonly hasSubquery: boolean;

  constructor(plans: readonly ReturningPlan[]) {
    this.evaluators = plans.map((plan) => compileScalar(plan.expression));
    this.hasSubquery = plans.some((plan) => hasSubquery(plan.expression));
  }

  get isEmpty(): boolean {
    return this.evaluators.length === 0;
  }

  add(row: TableRow, context: ExecutionContext, result: ChangeResult): void {
    if (this.evaluators.length === 0) return;
    // A subquery sees what the statement has done so far: nothing of what it gave for the row before is kept.
    const own = this.hasSubquery ? new ExecutionContext(context, context.outer) : context;
    result.returned.push(this.evaluators.map((evaluate) => evaluate(row, own)));
  }
}
