import type { Batch } from '../../expressions/batch.ts';
import { BatchSlices } from '../batch-slices.ts';
import type { ExecutionContext } from '../execution-context.ts';
import type { Operator } from '../operator.ts';
import type { SpilledRows } from './spilled-rows.ts';

/** Reads spilled rows once, and releases them. */
export class SpilledSource implements Operator {
  private readonly rows: SpilledRows | null;
  private readonly slices = new BatchSlices();
  private batchRows = 0;
  private block = 0;

  /** null: there are none. */
  constructor(rows: SpilledRows | null) {
    this.rows = rows;
  }

  open({ batchRows }: ExecutionContext): void {
    this.batchRows = batchRows;
  }

  next(): Batch | null {
    const rest = this.slices.rest(this.batchRows);
    if (rest !== null) return rest;
    const { rows } = this;
    if (rows === null) return null;
    if (this.block < rows.blockCount) return this.slices.first(rows.block(this.block++), this.batchRows);
    rows.release();
    return null;
  }
}
