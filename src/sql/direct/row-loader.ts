import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { Frame } from './frame.ts';
import type { TableRow } from './row-cache.ts';

/** Puts rows into the frame, of which somebody reads some columns. */
export class RowLoader {
  readonly ids: readonly ColumnId[];
  /** Where a row has each of them. */
  readonly positions: readonly number[];
  private readonly values: SqlValue[];

  constructor(ids: readonly ColumnId[], positions: readonly number[], { values }: Frame) {
    this.ids = ids;
    this.positions = positions;
    this.values = values;
  }

  /** Where a row has the value of the expression; null: it is to be computed. */
  positionOf(expression: BoundExpression): number | null {
    return expression.kind === 'column' ? this.positions[this.ids.indexOf(expression.index)] : null;
  }

  load(row: TableRow): void {
    const { ids, positions, values } = this;
    for (let k = 0; k < ids.length; k++) values[ids[k]] = row[positions[k]];
  }
}
