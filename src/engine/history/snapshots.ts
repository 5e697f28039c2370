import type { ColumnValue } from '../column/types.ts';
import type { ReadPoint, RowLocation, TableScan } from '../table/access.ts';
import { columnValueAt } from '../table/delta-column.ts';
import type { ChangeTracker, Table } from '../table/table.ts';
import {
  NAMED_SNAPSHOTS,
  SNAPSHOT_CREATED_AT_COLUMN,
  SNAPSHOT_EXPIRES_AT_COLUMN,
  SNAPSHOT_NAME_COLUMN,
  SNAPSHOT_TXN_COLUMN,
  SNAPSHOTS_BY_EXPIRY,
  SNAPSHOTS_BY_NAME,
} from '../transaction/named-snapshots.ts';

/** A state of the database that has a name, and stays readable for it. Times are microseconds since 1970 UTC. */
export interface NamedSnapshot {
  readonly name: string;
  readonly transaction: number;
  readonly createdMicros: number;
  /** From then on it is as if it had been dropped; null: never. */
  readonly expiresMicros: number | null;
}

/** Where named snapshots are. */
interface Tables {
  table(id: number): Table;
}

/** What {@link snapshotNamed} has found last, which stays so until the table changes. */
const FOUND = new WeakMap<
  Table,
  { readonly revision: number; readonly name: string; readonly found: NamedSnapshot | null }
>();

/** The snapshot of that name, ASCII case ignored, that a reader there sees: an expired one, too. */
export function snapshotNamed(tables: Tables, at: ReadPoint, name: string): NamedSnapshot | null {
  const table = tableOf(tables);
  // A reader in the past may see others.
  if (at.isPast === true || at.transaction < table.changedBy) return readSnapshot(table, at, name);
  const last = FOUND.get(table);
  if (last?.name === name && last.revision === table.revision) return last.found;
  const found = readSnapshot(table, at, name);
  FOUND.set(table, { revision: table.revision, name, found });
  return found;
}

function readSnapshot(table: Table, at: ReadPoint, name: string): NamedSnapshot | null {
  const location = locationOf(table, at, name);
  if (location === null) return null;
  const number = (column: number): number | null => {
    const value = table.valueAt(location, column);
    return value === null ? null : Number(value);
  };
  return {
    name: String(table.valueAt(location, SNAPSHOT_NAME_COLUMN)),
    transaction: number(SNAPSHOT_TXN_COLUMN) ?? 0,
    createdMicros: number(SNAPSHOT_CREATED_AT_COLUMN) ?? 0,
    expiresMicros: number(SNAPSHOT_EXPIRES_AT_COLUMN),
  };
}

export function hasExpired({ expiresMicros }: NamedSnapshot, nowMicros: number): boolean {
  return expiresMicros !== null && expiresMicros <= nowMicros;
}

/** Those that have not expired: all of their names, for messages. */
export function snapshotNames(tables: Tables, at: ReadPoint, nowMicros: number): readonly string[] {
  const names: string[] = [];
  const scan = tableOf(tables).scan(at, [SNAPSHOT_EXPIRES_AT_COLUMN, SNAPSHOT_NAME_COLUMN]);
  for (const [expires, name] of rowsOf(scan, 2)) if (isValid(expires, nowMicros)) names.push(String(name));
  return names;
}

/** A snapshot names the state that this transaction has left. */
export function hasName(tables: Tables, at: ReadPoint, transaction: number, nowMicros: number): boolean {
  const scan = tableOf(tables).scan(at, [SNAPSHOT_EXPIRES_AT_COLUMN, SNAPSHOT_TXN_COLUMN]);
  for (const [expires, named] of rowsOf(scan, 2))
    if (Number(named) === transaction && isValid(expires, nowMicros)) return true;
  return false;
}

/** How many there are in the newest state, expired ones among them. */
export function snapshotCount(tables: Tables): number {
  return tableOf(tables).rowCountEstimate();
}

/** `tracker`: of a write transaction; see UncountedChanges. The name is free. */
export function addSnapshot(tables: Tables, tracker: ChangeTracker, snapshot: NamedSnapshot): void {
  const { name, transaction, createdMicros, expiresMicros } = snapshot;
  tableOf(tables).append(tracker, null, [name, transaction, createdMicros, expiresMicros]);
}

export function removeSnapshot(tables: Tables, tracker: ChangeTracker, name: string): void {
  const table = tableOf(tables);
  const location = locationOf(table, tracker, name);
  if (location !== null) table.end(tracker, location);
}

/** Nothing keeps what they named: their names are free again. */
export function removeExpired(tables: Tables, tracker: ChangeTracker, nowMicros: number): void {
  const table = tableOf(tables);
  const due = { equal: [], high: { value: BigInt(nowMicros), inclusive: true } };
  const found = locationsOf(table.indexScan(tracker, SNAPSHOTS_BY_EXPIRY.id, [due], [], 'forward'));
  for (const location of found) table.end(tracker, location);
}

/** The oldest transaction whose state a snapshot keeps; null: none does. */
export function oldestSnapshot(tables: Tables, at: ReadPoint, nowMicros: number): number | null {
  const table = tableOf(tables);
  if (table.isEmpty) return null;
  // Later ones name later states.
  const scan = table.scan(at, [SNAPSHOT_EXPIRES_AT_COLUMN, SNAPSHOT_TXN_COLUMN], [], 'rowid');
  for (const [expires, transaction] of rowsOf(scan, 2)) if (isValid(expires, nowMicros)) return Number(transaction);
  return null;
}

function tableOf(tables: Tables): Table {
  return tables.table(NAMED_SNAPSHOTS.definition.id);
}

function isValid(expires: ColumnValue, nowMicros: number): boolean {
  return expires === null || Number(expires) > nowMicros;
}

function locationOf(table: Table, at: ReadPoint, name: string): RowLocation | null {
  const [location] = locationsOf(table.indexScan(at, SNAPSHOTS_BY_NAME.id, [{ equal: [name] }], [], 'forward'));
  return location ?? null;
}

function locationsOf(scan: TableScan): RowLocation[] {
  const found: RowLocation[] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      found.push(batch.locations === null ? batch.locationBase + row : batch.locations[row]);
    }
  }
  return found;
}

/** The values of the scan's first columns. */
function* rowsOf(scan: TableScan, columnCount: number): Generator<readonly ColumnValue[]> {
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    if (batch.selectedCount === 0) continue;
    const columns = Array.from({ length: columnCount }, (_, i) => (batch as NonNullable<typeof batch>).column(i));
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      yield columns.map((column) => columnValueAt(column, row));
    }
  }
}
