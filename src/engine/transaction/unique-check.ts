import { HeliosError } from '../../base/errors.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ReadPoint, RowLocation } from '../table/access.ts';
import { compareRows, hasNull, readKey } from '../table/key.ts';
import type { Table } from '../table/table.ts';

/** Throws UNIQUE_VIOLATION when two rows that are visible at that point have the same key without NULL. */
export function assertUniqueKeys(table: Table, index: IndexDefinition, at: ReadPoint): void {
  const scan = table.indexScan(at, index.id, [{ equal: [] }], [], 'forward');
  const read = (column: number, location: RowLocation) => table.valueAt(location, column);
  let previous = -1;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (const location of batch.locations ?? []) {
      if (previous >= 0 && compareRows(index, read, previous, read, location) === 0) {
        const key = readKey(index, read, location);
        if (!hasNull(key)) throw duplicateKey(table, index, key);
      }
      previous = location;
    }
  }
}

function duplicateKey(table: Table, index: IndexDefinition, key: readonly unknown[]): HeliosError {
  const { name, columns } = table.definition;
  const where = index.columns.map((column) => `${name}.${columns[column.column].name}`).join(', ');
  const message = `UNIQUE constraint failed: ${where}: several rows have (${key.join(', ')}), so index ${index.name} cannot be unique`;
  return new HeliosError('UNIQUE_VIOLATION', message);
}
