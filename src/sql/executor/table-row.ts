import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import {
  type ColumnValue,
  type PhysicalKind,
  physicalKind,
  type SqlValue,
  toSqlValue,
} from '../../engine/column/types.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { RowValues } from '../expressions/batch.ts';

/**
 * A row on its way into a table, as CHECK, RETURNING and ON CONFLICT read it: the columns, then the rowid; from
 * `columns.length + 2` on the same of the row that was to be inserted (`excluded`).
 */
export class TableRow implements RowValues {
  /** In column order; the slot of a rowid alias is not used. */
  readonly values: ColumnValue[];
  /** null: the next one. */
  rowid: number | null = null;
  excluded: TableRow | null = null;
  private readonly rowidColumn: number;
  private readonly kinds: readonly PhysicalKind[];

  constructor(table: TableDefinition) {
    this.values = new Array<ColumnValue>(table.columns.length).fill(null);
    this.rowidColumn = table.rowidColumn ?? -1;
    this.kinds = table.columns.map((column) => physicalKind(column.type.kind));
  }

  column(i: number): SqlValue {
    const count = this.kinds.length;
    if (i >= count + 2) return (this.excluded as TableRow).column(i - count - 2);
    if (i === this.rowidColumn || i >= count) return this.rowid === null ? null : BigInt(this.rowid);
    return toSqlValue(this.kinds[i], this.values[i]);
  }

  /** Takes those values of a stored row that a statement does not assign. */
  loadOthers(table: Table, location: RowLocation, isAssigned: (column: number) => boolean): void {
    for (let i = 0; i < this.values.length; i++) {
      if (i !== this.rowidColumn && !isAssigned(i)) this.values[i] = table.valueAt(location, i);
    }
  }

  /** Takes the values of a stored row. */
  load(table: Table, location: RowLocation): void {
    for (let i = 0; i < this.values.length; i++) {
      this.values[i] = i === this.rowidColumn ? null : table.valueAt(location, i);
    }
    this.rowid = table.valueAt(location, ROWID_COLUMN) as number;
  }
}
