import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { Frame } from './frame.ts';

/** Rows that are kept, and come back into the frame. */
export class KeptRows {
  readonly ids: readonly ColumnId[];
  private readonly values: SqlValue[];

  constructor(ids: readonly ColumnId[], frame: Frame) {
    this.ids = ids;
    this.values = frame.values;
  }

  /** The row in the frame. */
  save(): SqlValue[] {
    const { ids, values } = this;
    // One that grows by push has room for 17.
    const row = new Array<SqlValue>(ids.length);
    for (let i = 0; i < ids.length; i++) row[i] = values[ids[i]];
    return row;
  }

  restore(row: readonly SqlValue[]): void {
    const { ids, values } = this;
    for (let i = 0; i < ids.length; i++) values[ids[i]] = row[i];
  }
}
