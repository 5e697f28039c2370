import { LIMITS } from '../../base/limits.ts';
import type { BlockCache } from '../../engine/cache/block-cache.ts';
import { CacheShelf } from '../../engine/cache/cache-shelf.ts';
import type { MemoryBudget } from '../../engine/cache/memory-budget.ts';
import type { IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import { type Collation, physicalKind, type SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import { type ReadPoint, ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import { compareRows } from '../executor/row-order.ts';
import { rowBytes } from '../expressions/values/row-bytes.ts';
import { type RowsByKey, rowsByValue } from './rows-by-value.ts';

export type TableRow = readonly SqlValue[];

/** The rows of a table as plain values. */
export class TableRows {
  /** In the order of a scan; each row has the table's columns, then the rowid. */
  readonly rows: readonly TableRow[];
  private readonly definition: TableDefinition;
  private readonly byIndex = new Map<number, readonly TableRow[]>();
  /** By a column's position and the collation. */
  private byColumn: Map<string, RowsByKey> | null = null;
  private readonly grow: (bytes: number) => void;

  /** `grow`: called with the bytes of what is kept besides. */
  constructor(rows: readonly TableRow[], definition: TableDefinition, grow: (bytes: number) => void) {
    this.rows = rows;
    this.definition = definition;
    this.grow = grow;
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

  /** By what equals the value at a position. */
  byValue(position: number, collation: Collation): RowsByKey {
    const name = position + collation;
    let found = this.byColumn?.get(name);
    if (found === undefined) {
      found = rowsByValue(this.rows, collation, (row) => row[position]);
      this.byColumn ??= new Map();
      this.byColumn.set(name, found);
      let bytes = this.rows.length * KEY_BYTES;
      for (const key of found.keys()) if (typeof key === 'string') bytes += 2 * key.length;
      this.grow(bytes);
    }
    return found;
  }
}

interface CachedRows {
  readonly rows: TableRows;
  /** The state of the table, and the reader. */
  readonly revision: number;
  readonly transaction: number;
}

/** Of memory: a row's place in the order of an index. */
const ORDER_BYTES = 8;
/** A row's place among those of its key, at most: the place in the map, and a list of one. */
const KEY_BYTES = 120;
/** The part of the memory limit that the rows of one table may take: a query holds those of several. */
const TABLE_SHARE = 1 / 64;

/** What is kept of one table. */
interface KeptTable {
  readonly shelf: CacheShelf<CachedRows>;
  /** The state of the table in which its rows were too large. */
  tooLargeAt: number;
}

/** The rows of small tables as plain values, kept in the block cache until the tables change, or others need the room. */
export class RowCache {
  private readonly cache: BlockCache;
  private readonly memory: MemoryBudget;
  private readonly tables = new WeakMap<Table, KeptTable>();

  constructor(cache: BlockCache, memory: MemoryBudget) {
    this.cache = cache;
    this.memory = memory;
  }

  /**
   * What a reader sees of a table; `newest`: the newest committed transaction. null: the table is too large for this, or
   * the reader looks at the past.
   */
  rows(table: Table, at: ReadPoint, newest: number): TableRows | null {
    if (at.isPast === true || at.transaction < newest) return null;
    const kept = this.keptOf(table);
    const { revision } = table;
    const known = kept.shelf.get(0);
    if (known !== undefined && isAsSeenBy(at, known, table)) return known.rows;
    if (table.rowCountEstimate() > LIMITS.directRows || kept.tooLargeAt === revision) return null;
    const mostBytes = Math.min(LIMITS.directTableBytes, this.memory.limitBytes * TABLE_SHARE);
    const found = rowsOf(table, at, mostBytes);
    if (found === null) {
      kept.tooLargeAt = revision;
      return null;
    }
    let bytes = found.bytes + table.indexes.length * found.rows.length * ORDER_BYTES;
    const rows = new TableRows(found.rows, table.definition, (more) => {
      bytes += more;
      if (kept.shelf.get(0) === cached) kept.shelf.put(0, cached, bytes);
    });
    const cached: CachedRows = { rows, revision, transaction: at.transaction };
    kept.shelf.put(0, cached, bytes);
    return rows;
  }

  private keptOf(table: Table): KeptTable {
    let kept = this.tables.get(table);
    if (kept === undefined) {
      kept = { shelf: new CacheShelf<CachedRows>(this.cache, 1), tooLargeAt: -1 };
      this.tables.set(table, kept);
    }
    return kept;
  }
}

/** The same reader of the same state; or a later one, if nobody has changed the table since what the entry has seen. */
function isAsSeenBy({ transaction }: ReadPoint, known: CachedRows, table: Table): boolean {
  if (known.revision !== table.revision) return false;
  return transaction === known.transaction || (transaction > known.transaction && table.changedBy <= known.transaction);
}

/** null: they take more than so many bytes, or some value is so large that it is read only when it is asked for. */
function rowsOf(
  table: Table,
  at: ReadPoint,
  mostBytes: number,
): { readonly rows: readonly TableRow[]; readonly bytes: number } | null {
  const { columns, rowidColumn } = table.definition;
  const stored = columns.map((_, i) => (i === rowidColumn ? ROWID_COLUMN : i));
  const kinds = columns.map(({ type }) => physicalKind(type.kind));
  const scan = table.scan(at, [...stored, ROWID_COLUMN]);
  const rows: SqlValue[][] = [];
  let bytes = 0;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection, selectedCount } = batch;
    const first = rows.length;
    for (let k = 0; k < selectedCount; k++) rows.push(new Array<SqlValue>(columns.length + 1));
    for (let c = 0; c <= columns.length; c++) {
      const vector = batch.column(c);
      if (vector.kind === 'value' && vector.large !== undefined) return null;
      const kind = c === columns.length ? 'integer' : kinds[c];
      for (let k = 0; k < selectedCount; k++) {
        rows[first + k][c] = valueAt(vector, kind, selection === null ? k : selection[k]);
      }
    }
    for (let k = first; k < rows.length; k++) bytes += rowBytes(rows[k]);
    if (bytes > mostBytes) return null;
  }
  return { rows, bytes };
}
