import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import { physicalKind, type SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import { type ReadPoint, ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import { compareRows } from './sort.ts';

export type TableRow = readonly SqlValue[];

/** The rows of a table as plain values. */
export class TableRows {
  /** In the order of a scan; each row has the table's columns, then the rowid. */
  readonly rows: readonly TableRow[];
  private readonly definition: TableDefinition;
  private readonly byIndex = new Map<number, readonly TableRow[]>();

  constructor(rows: readonly TableRow[], definition: TableDefinition) {
    this.rows = rows;
    this.definition = definition;
  }

  /** Where a row has a column of the table's. */
  positionOf(column: number): number {
    const { columns, rowidColumn } = this.definition;
    return column === rowidColumn ? columns.length : column;
  }

  /** In the order of an index. */
  inOrderOf({ id, columns }: IndexDefinition): readonly TableRow[] {
    const known = this.byIndex.get(id);
    if (known !== undefined) return known;
    const terms = columns.map(({ column, collation, descending }) => ({
      position: this.positionOf(column),
      collation,
      descending,
      nullsFirst: !descending,
    }));
    const sorted = [...this.rows].sort((a, b) => compareRows(a, b, terms));
    this.byIndex.set(id, sorted);
    return sorted;
  }
}

interface CachedRows {
  readonly rows: TableRows;
  /** The state of the table, and the reader. */
  readonly revision: number;
  readonly transaction: number;
  readonly bytes: number;
}

/** Of memory, roughly: a row, and each of its values. */
const ROW_BYTES = 32;
const VALUE_BYTES = 32;

/** The rows of small tables as plain values, kept until the tables change. */
export class RowCache {
  private readonly tables = new Map<Table, CachedRows>();
  private bytes = 0;

  /**
   * What a reader sees of a table; `newest`: the newest committed transaction. null: the table is too large for this, or
   * the reader looks at the past.
   */
  rows(table: Table, at: ReadPoint, newest: number): TableRows | null {
    if (at.isPast === true || at.transaction < newest) return null;
    const known = this.tables.get(table);
    if (known !== undefined) {
      if (isAsSeenBy(at, known, table)) return known.rows;
      this.forget(table, known);
    }
    if (table.rowCountEstimate() > LIMITS.directRows) return null;
    const rows = rowsOf(table, at);
    if (rows === null) return null;
    const { revision } = table;
    const found = new TableRows(rows, table.definition);
    this.keep(table, { rows: found, revision, transaction: at.transaction, bytes: bytesOf(rows) });
    return found;
  }

  private keep(table: Table, entry: CachedRows): void {
    if (entry.bytes > LIMITS.directCacheBytes / 8) return;
    this.tables.set(table, entry);
    this.bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.tables) {
      if (this.bytes <= LIMITS.directCacheBytes) break;
      this.tables.delete(oldest);
      this.bytes -= bytes;
    }
  }

  private forget(table: Table, { bytes }: CachedRows): void {
    this.tables.delete(table);
    this.bytes -= bytes;
  }
}

/** The same reader of the same state; or a later one, if nobody has changed the table since what the entry has seen. */
function isAsSeenBy({ transaction }: ReadPoint, known: CachedRows, table: Table): boolean {
  if (known.revision !== table.revision) return false;
  return transaction === known.transaction || (transaction > known.transaction && table.changedBy <= known.transaction);
}

/** null: some value is so large that it is read only when it is asked for. */
function rowsOf(table: Table, at: ReadPoint): readonly TableRow[] | null {
  const { columns, rowidColumn } = table.definition;
  const stored = columns.map((_, i) => (i === rowidColumn ? ROWID_COLUMN : i));
  const kinds = columns.map(({ type }) => physicalKind(type.kind));
  const scan = table.scan(at, [...stored, ROWID_COLUMN]);
  const rows: SqlValue[][] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection, selectedCount } = batch;
    const first = rows.length;
    for (let k = 0; k < selectedCount; k++) rows.push([]);
    for (let c = 0; c <= columns.length; c++) {
      const vector = batch.column(c);
      if (vector.kind === 'value' && vector.large !== undefined) return null;
      const kind = c === columns.length ? 'integer' : kinds[c];
      for (let k = 0; k < selectedCount; k++) {
        rows[first + k].push(valueAt(vector, kind, selection === null ? k : selection[k]));
      }
    }
  }
  return rows;
}

function bytesOf(rows: readonly TableRow[]): number {
  let bytes = 0;
  for (const row of rows) {
    bytes += ROW_BYTES + row.length * VALUE_BYTES;
    for (const value of row) {
      if (typeof value === 'string') bytes += 2 * value.length;
      else if (value instanceof Uint8Array) bytes += value.length;
    }
  }
  return bytes;
}
