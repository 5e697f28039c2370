import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { RowValues } from '../expressions/batch.ts';

/** A row of an enclosing query as `outer` expressions read it: by column id. */
export class IdentifiedRow implements RowValues {
  private readonly row: RowValues;
  private readonly slots: ReadonlyMap<ColumnId, number>;

  constructor(row: RowValues, slots: ReadonlyMap<ColumnId, number>) {
    this.row = row;
    this.slots = slots;
  }

  column(id: ColumnId): SqlValue {
    return this.row.column(this.slots.get(id) as number);
  }
}
