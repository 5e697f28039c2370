import type { ColumnId, ColumnIds, ProjectNode, ValuesNode } from '../binder/logical-plan.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';

/** Computes columns that somebody reads. Those that are only handed on lie in the frame already. */
export class ProjectSink implements RowSink {
  private readonly ids: ColumnId[] = [];
  private readonly evaluators: ScalarEvaluator[] = [];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor({ columns }: ProjectNode, read: ColumnIds, execution: DirectExecution, sink: RowSink) {
    for (const { id, expression } of columns) {
      if (!read.has(id) || (expression.kind === 'column' && expression.index === id)) continue;
      this.ids.push(id);
      this.evaluators.push(compileScalar(expression));
    }
    this.execution = execution;
    this.sink = sink;
  }

  take(): boolean {
    const { ids, evaluators, execution } = this;
    const { values } = execution.frame;
    for (let i = 0; i < ids.length; i++) values[ids[i]] = execution.valueOf(evaluators[i]);
    return this.sink.take();
  }
}

/** Rows of expressions without columns. */
export class Values implements RowSource {
  private readonly ids: readonly ColumnId[];
  private readonly rows: readonly (readonly ScalarEvaluator[])[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor({ columns, rows }: ValuesNode, execution: DirectExecution, sink: RowSink) {
    this.ids = columns.map(({ id }) => id);
    this.rows = rows.map((row) => row.map(compileScalar));
    this.execution = execution;
    this.sink = sink;
  }

  run(): boolean {
    const { ids, rows, execution } = this;
    const { values } = execution.frame;
    for (const row of rows) {
      for (let i = 0; i < ids.length; i++) values[ids[i]] = execution.valueOf(row[i]);
      if (!this.sink.take()) return false;
    }
    return true;
  }
}
