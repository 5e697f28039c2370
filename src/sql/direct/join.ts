import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { Frame } from './frame.ts';

/** Every row of the left side with every row of the right one, which runs once for each. */
export class InnerJoin implements RowSink {
  right!: RowSource;

  take(): boolean {
    return this.right.run();
  }
}

/** As {@link InnerJoin}; a left row without a partner comes with NULLs. */
export class LeftJoin implements RowSink {
  right!: RowSource;
  /** Takes the pairs that the join's conditions have let through. */
  readonly pairs: RowSink;
  private hasPartner = false;
  private readonly rightIds: readonly ColumnId[];
  private readonly values: SqlValue[];
  private readonly sink: RowSink;

  constructor(rightIds: readonly ColumnId[], frame: Frame, sink: RowSink) {
    this.rightIds = rightIds;
    this.values = frame.values;
    this.sink = sink;
    this.pairs = { take: () => this.takePair() };
  }

  take(): boolean {
    this.hasPartner = false;
    if (!this.right.run()) return false;
    if (this.hasPartner) return true;
    for (const id of this.rightIds) this.values[id] = null;
    return this.sink.take();
  }

  private takePair(): boolean {
    this.hasPartner = true;
    return this.sink.take();
  }
}
