import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { areTrue, type DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { JoinSide } from './join-side.ts';

/** Inner joins of all sides, one after the other. */
export class InnerJoins implements RowSource {
  private readonly sides: readonly JoinSide[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor(sides: readonly JoinSide[], execution: DirectExecution, sink: RowSink) {
    this.sides = sides;
    this.execution = execution;
    this.sink = sink;
  }

  run(): boolean {
    const wantsMore = this.from(0);
    for (const side of this.sides) side.forget();
    return wantsMore;
  }

  /** Goes through the rows of a side, and for each through those of all behind it. */
  private from(level: number): boolean {
    if (level === this.sides.length) return this.sink.take();
    const side = this.sides[level];
    const { conditions } = side;
    const rows = side.candidates();
    this.execution.spend(rows.length);
    for (let i = 0; i < rows.length; i++) {
      side.load(rows[i]);
      if (areTrue(conditions, this.execution) && !this.from(level + 1)) return false;
    }
    return true;
  }
}

/** Every row of the left side with those of the right one that the conditions admit; a left row without any comes with NULLs. */
export class LeftJoin implements RowSink {
  right!: RowSource;
  /** Takes the rows of the right side. */
  readonly pairs: RowSink;
  private hasPartner = false;
  private readonly conditions: readonly ScalarEvaluator[];
  private readonly rightIds: readonly ColumnId[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor(
    conditions: readonly BoundExpression[],
    rightIds: readonly ColumnId[],
    execution: DirectExecution,
    sink: RowSink,
  ) {
    this.conditions = conditions.map(compileScalar);
    this.rightIds = rightIds;
    this.execution = execution;
    this.sink = sink;
    this.pairs = { take: () => this.takePair() };
  }

  take(): boolean {
    this.hasPartner = false;
    if (!this.right.run()) return false;
    if (this.hasPartner) return true;
    const { values } = this.execution.frame;
    for (const id of this.rightIds) values[id] = null;
    return this.sink.take();
  }

  private takePair(): boolean {
    if (!areTrue(this.conditions, this.execution)) return true;
    this.hasPartner = true;
    return this.sink.take();
  }
}
