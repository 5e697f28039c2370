import { HeliosError } from '../../base/errors.ts';
import { finish, type Work } from '../../base/work.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ReadPoint, RowLocation } from '../table/access.ts';
import { RangeScan } from '../table/index-scan.ts';
import { compareRows, hasNull, keysOf, readKey } from '../table/key.ts';
import type { Table } from '../table/table.ts';

/** A set of keys that had no two alike in a state of its table. */
interface Proof {
  readonly revision: number;
  readonly keys: string;
}

const proofs = new WeakMap<Table, Proof>();

/** Throws UNIQUE_VIOLATION when two rows that are visible at that point have the same key without NULL. */
export function assertUniqueKeys(table: Table, index: IndexDefinition, at: ReadPoint): void {
  const proof = proofs.get(table);
  proofs.delete(table);
  if (proof?.revision !== table.revision || proof.keys !== keysOf(index)) finish(uniqueKeys(table, index, at));
}

/** {@link assertUniqueKeys} in steps; as long as nothing changes, the next call of that for the same keys need not look. */
export function* proveUniqueKeys(table: Table, index: IndexDefinition, at: ReadPoint): Work<void> {
  const { revision } = table;
  yield* uniqueKeys(table, index, at);
  proofs.set(table, { revision, keys: keysOf(index) });
}

function* uniqueKeys(table: Table, index: IndexDefinition, at: ReadPoint): Work<void> {
  const scan = new RangeScan(table, at, { index, ranges: [{ equal: [] }], direction: 'forward', also: [] }, [], []);
  const read = (column: number, location: RowLocation) => table.valueAt(location, column);
  let previous = -1;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const locations = batch.locations ?? [];
    for (const location of locations) {
      if (previous >= 0 && compareRows(index, read, previous, read, location) === 0) {
        const key = readKey(index, read, location);
        if (!hasNull(key)) throw duplicateKey(table, index, key);
      }
      previous = location;
    }
    yield locations.length;
  }
}

function duplicateKey(table: Table, index: IndexDefinition, key: readonly unknown[]): HeliosError {
  const { name, columns } = table.definition;
  const where = index.columns.map((column) => `${name}.${columns[column.column].name}`).join(', ');
  const message = `UNIQUE constraint failed: ${where}: several rows have (${key.join(', ')}), so index ${index.name} cannot be unique`;
  return new HeliosError('UNIQUE_VIOLATION', message);
}
