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
    this.values = new Array<SqlValue>(columnCount);
    this.clear();
    this.row = this;
    this.parent = this;
  }

  /** By a loop: for so few values, `fill` takes two to three times as long. */
  clear(): void {
    const { values } = this;
    for (let i = 0; i < values.length; i++) values[i] = null;
  }

  column(id: ColumnId): SqlValue {
    return this.values[id];
  }
}
