import type { Collation } from '../../engine/column/types.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { KeptRows } from './kept-rows.ts';
import { type Key, rowKey } from './key.ts';

/** The first of the rows that are equal in the columns which are kept. */
export class Distinct implements RowSource, RowSink {
  input!: RowSource;
  private readonly kept: KeptRows;
  private readonly collations: readonly Collation[];
  private readonly sink: RowSink;
  private readonly seen = new Set<Key>();

  constructor(kept: KeptRows, collations: readonly Collation[], sink: RowSink) {
    this.kept = kept;
    this.collations = collations;
    this.sink = sink;
  }

  take(): boolean {
    const { seen } = this;
    const { size } = seen;
    seen.add(rowKey(this.kept.save(), this.collations));
    return seen.size === size || this.sink.take();
  }

  run(): boolean {
    this.seen.clear();
    const wantsMore = this.input.run();
    this.seen.clear();
    return wantsMore;
  }
}
