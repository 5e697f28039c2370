import type { LimitNode } from '../binder/logical-plan.ts';
import { type CountEvaluator, compileCount } from '../executor/limit.ts';
import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';

/** Rows offset to offset + limit of its input. */
export class Limit implements RowSource, RowSink {
  input!: RowSource;
  private readonly limit: CountEvaluator;
  private readonly offset: CountEvaluator;
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;
  private toSkip = 0;
  private toYield = 0;
  private isRefused = false;

  constructor({ limit, offset }: LimitNode, execution: DirectExecution, sink: RowSink) {
    this.limit = compileCount(limit, 'LIMIT', Number.POSITIVE_INFINITY);
    this.offset = compileCount(offset, 'OFFSET', 0);
    this.execution = execution;
    this.sink = sink;
  }

  take(): boolean {
    if (this.toSkip > 0) {
      this.toSkip--;
      return true;
    }
    this.toYield--;
    this.isRefused = !this.sink.take();
    return !this.isRefused && this.toYield > 0;
  }

  run(): boolean {
    const { context } = this.execution;
    this.toYield = this.limit(context);
    this.toSkip = this.offset(context);
    this.isRefused = false;
    if (this.toYield > 0) this.input.run();
    return !this.isRefused;
  }
}
