import { compareValues } from '../../engine/column/compare.ts';
import { type ColumnValue, type SqlValue, toSqlValue } from '../../engine/column/types.ts';
import { type ReadPoint, ROWID_COLUMN, type RowLocation, type TableScan } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { BoundForeignKey, KeyPart, ParentKey } from '../binder/foreign-keys.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { valueKey } from '../expressions/values/value-key.ts';
import { rowidOf } from './rowid-lookup.ts';
import type { TableRow } from './table-row.ts';

/** The values of a foreign key's parts, as the parent compares them. */
export type ForeignKeyValues = readonly SqlValue[];

/** A child's key; null: some part is NULL, and so names no parent (MATCH SIMPLE). */
export function childKey(parent: ParentKey, row: TableRow): ForeignKeyValues | null {
  const key = parent.parts.map(({ childColumn, affinity }) => convert(row.column(childColumn), affinity));
  return key.includes(null) ? null : key;
}

/** The key by which children name a parent's row; null: none can. */
export function keyOfParent(parent: ParentKey, row: TableRow): ForeignKeyValues | null {
  const key = parent.parts.map(({ parentColumn }) => row.column(columnOf(parent.table.columns.length, parentColumn)));
  return key.includes(null) ? null : key;
}

export function sameKey(parent: ParentKey, a: ForeignKeyValues, b: ForeignKeyValues): boolean {
  return parent.parts.every((part, i) => compareValues(a[i], b[i], collationOf(parent, part)) === 0);
}

/** A text that is the same for keys that are equal. */
export function keyText(parent: ParentKey, key: ForeignKeyValues): string {
  const texts = key.map((value, i) => {
    const comparable = valueKey(value, collationOf(parent, parent.parts[i]));
    return `${typeof comparable === 'string' ? 's' : 'n'}${comparable}`.replaceAll('|', '||');
  });
  return texts.join('|,');
}

/** Whether a live row of the parent has the key. */
export function hasParent(parent: ParentKey, key: ForeignKeyValues, transaction: WriteTransaction): boolean {
  const table = transaction.table(parent.table.id);
  if (parent.index !== null) return table.findLiveKey(parent.index, key) >= 0;
  const rowid = rowidOf(key[0]);
  return rowid !== null && table.findLive(rowid) >= 0;
}

/** The live children of a key. */
export function childrenOf(
  { child, childIndex }: BoundForeignKey,
  parent: ParentKey,
  key: ForeignKeyValues,
  transaction: WriteTransaction,
): RowLocation[] {
  const table = transaction.table(child.id);
  if (childIndex !== null) {
    const equal = childIndex.parts.map((part) => key[part]);
    return locationsOf(table.indexScan(transaction, childIndex.index.id, [{ equal }], [], 'forward'));
  }
  const [{ childColumn, affinity }] = parent.parts;
  if (parent.parts.length === 1 && childColumn === child.rowidColumn && affinity === null) {
    const rowid = rowidOf(key[0]);
    const location = rowid === null ? -1 : table.findLive(rowid);
    return location < 0 ? [] : [location];
  }
  const found: RowLocation[] = [];
  scanChildren(table, transaction, parent.parts, (other, location) => {
    if (sameKey(parent, other, key)) found.push(location);
    return true;
  });
  return found;
}

/** Visits the children whose keys are whole, until the visitor returns false. */
export function scanChildren(
  child: Table,
  at: ReadPoint,
  parts: readonly Pick<KeyPart, 'childColumn' | 'affinity'>[],
  visit: (key: ForeignKeyValues, location: RowLocation) => boolean,
): void {
  const { rowidColumn } = child.definition;
  const columns = parts.map(({ childColumn }) => (childColumn === rowidColumn ? ROWID_COLUMN : childColumn));
  for (const location of locationsOf(child.scan(at, columns))) {
    const key = parts.map(({ affinity }, i) => convert(storedValue(child, location, columns[i]), affinity));
    if (!key.includes(null) && !visit(key, location)) return;
  }
}

/** The keys of all of a parent's rows, as {@link keyText} writes them. */
export function parentKeyTexts(parent: ParentKey, table: Table, at: ReadPoint): ReadonlySet<string> {
  const columns = parent.parts.map(({ parentColumn }) => parentColumn);
  const locations = locationsOf(table.scan(at, columns));
  return new Set(
    locations.map((location) =>
      keyText(
        parent,
        columns.map((column) => storedValue(table, location, column)),
      ),
    ),
  );
}

function storedValue(table: Table, location: RowLocation, column: number): SqlValue {
  const value: ColumnValue = table.valueAt(location, column);
  return toSqlValue(table.physicalKind(column), value);
}

/** Where the rows of a scan lie, all of them. */
export function locationsOf(scan: TableScan): RowLocation[] {
  const found: RowLocation[] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection, selectedCount, locations, locationBase } = batch;
    for (let k = 0; k < selectedCount; k++) {
      const i = selection === null ? k : selection[k];
      found.push(locations === null ? locationBase + i : locations[i]);
    }
  }
  return found;
}

function convert(value: SqlValue, affinity: KeyPart['affinity']): SqlValue {
  return affinity === null ? value : applyAffinity(value, affinity);
}

function collationOf(parent: ParentKey, { parentColumn }: KeyPart) {
  return parentColumn === ROWID_COLUMN ? 'BINARY' : parent.table.columns[parentColumn].collation;
}

/** A TableRow has the rowid behind the columns. */
function columnOf(columnCount: number, column: number): number {
  return column === ROWID_COLUMN ? columnCount : column;
}
