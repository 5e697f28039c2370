import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { OuterFrame } from '../expressions/context.ts';

/**
 * The rows that a statement is looking at, as one array by column id. Ids are unique in a statement: rows of all tables of a
 * join, and those of the queries around a subquery, lie side by side, and nothing is copied from one operator to the next.
 */
export class Frame implements RowValues, OuterFrame {
  readonly values: SqlValue[];
  readonly row: RowValues;
  /** However far out an expression looks, it finds this frame. */
  readonly parent: OuterFrame;

  constructor(columnCount: number) {
    this.values = new Array<SqlValue>(columnCount).fill(null);
    this.row = this;
    this.parent = this;
  }

  column(id: ColumnId): SqlValue {
    return this.values[id];
  }
}
