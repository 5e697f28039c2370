import type { SqlValue } from '../../engine/column/types.ts';
import type { Random } from '../../engine/host.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { EvaluationContext, SessionCounters, SubqueryEvaluator } from '../expressions/context.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { RowSink } from './flow.ts';
import { Frame } from './frame.ts';
import type { TableRows } from './row-cache.ts';

/** What an execution is given. */
export interface DirectArguments {
  readonly parameters: readonly SqlValue[];
  readonly nowMicros: number;
  readonly random: Random;
  readonly session: SessionCounters;
  readonly at: ReadPoint;
  /** Rows that may be looked at. */
  readonly mostRows: number;
}

const NO_TABLES: readonly TableRows[] = [];

/** What all operators of a statement share: the frame, and what expressions may ask of the execution at hand. */
export class DirectExecution {
  readonly frame: Frame;
  context!: EvaluationContext;
  /** What the statement's tables hold, in the order of {@link Survey.tables}. */
  tables = NO_TABLES;
  private spent = 0;
  private mostRows = 0;
  private readonly subqueries: SubqueryEvaluator;

  constructor(columnCount: number, subqueries: SubqueryEvaluator) {
    this.frame = new Frame(columnCount);
    this.subqueries = subqueries;
  }

  /** Counts rows that are looked at. Throws {@link TooMuchWork}. */
  spend(rows: number): void {
    this.spent += rows;
    if (this.spent > this.mostRows) throw new TooMuchWork();
  }

  begin(tables: readonly TableRows[], { parameters, nowMicros, random, session, at, mostRows }: DirectArguments): void {
    this.tables = tables;
    this.mostRows = mostRows;
    this.spent = 0;
    const { subqueries, frame: outer } = this;
    this.context = { parameters, nowMicros, random, session, at, outer, subqueries };
  }

  /** Lets go of the tables' rows. */
  end(): void {
    this.tables = NO_TABLES;
    this.frame.clear();
  }

  /** The value of a compiled expression for the rows in the frame. */
  valueOf(evaluate: ScalarEvaluator): SqlValue {
    return evaluate(this.frame, this.context);
  }
}

/** Hands on the rows for which all of the conditions are true. */
export class FilterSink implements RowSink {
  private readonly conditions: readonly ScalarEvaluator[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor(conditions: readonly BoundExpression[], execution: DirectExecution, sink: RowSink) {
    this.conditions = conditions.map(compileScalar);
    this.execution = execution;
    this.sink = sink;
  }

  take(): boolean {
    return !areTrue(this.conditions, this.execution) || this.sink.take();
  }
}

/** All of the conditions, for the rows in the frame. */
export function areTrue(conditions: readonly ScalarEvaluator[], execution: DirectExecution): boolean {
  for (let i = 0; i < conditions.length; i++) if (truth(execution.valueOf(conditions[i])) !== true) return false;
  return true;
}

/** More rows have been looked at than was foreseen: the query is to be planned. Never leaves {@link DirectQuery}. */
export class TooMuchWork extends Error {}
