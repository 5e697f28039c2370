import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnValue } from '../../engine/column/types.ts';
import { type ColumnVector, isNullAt } from '../../engine/column/vector.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { columnValueAt } from '../../engine/table/delta-column.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { bindTarget } from '../binder/bind-target.ts';
import { Binder } from '../binder/binder.ts';
import { columnNamed, isRowidName } from '../binder/names.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { executionContext, runEffects } from '../execution.ts';
import { type ChangeContext, type ChangeResult, emptyResult } from '../executor/change.ts';
import { DefaultValues } from '../executor/default-values.ts';
import { CHANGE_OPERATORS } from '../executor/late-parts.ts';
import { inRow, RowChecks } from '../executor/row-checks.ts';
import { refusedRowid } from '../executor/rowid-value.ts';
import { isPlainTarget } from '../executor/short-insert.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { TableRow } from '../executor/table-row.ts';
import { NO_ARGUMENTS } from '../parameters.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import type { Session } from '../session.ts';
import { columnVectorFrom } from './bulk-vector.ts';

/** Inserts many rows at once, column by column: no statement, no row of its own for each. */
export class BulkInsert {
  private readonly session: Session;
  private readonly table: TableDefinition;
  private readonly binder: Binder;

  constructor(session: Session, name: string) {
    const { catalog } = session;
    const at = session.readPoint;
    const table = catalog.table(at, name);
    if (table === null) {
      const near = didYouMean(
        name,
        catalog.tables(at).map((other) => other.name),
      );
      throw new HeliosError('TABLE_NOT_FOUND', `no such table "${name}"${near}`);
    }
    this.session = session;
    this.table = table;
    this.binder = new Binder(catalog, at, '');
  }

  /** Every row an object; the columns are those that any of the rows names. */
  rows(transaction: WriteTransaction, rows: readonly Readonly<Record<string, unknown>>[]): ChangeResult {
    rows.forEach((row, i) => {
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return;
      throw new HeliosError('MISUSE', `row ${i + 1} is ${kindOf(row)}; a row is an object of values by column name`);
    });
    const namesByColumn = new Map<number, string[]>();
    const names = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    for (const name of names) {
      const column = this.columnNumber(name);
      namesByColumn.set(column, [...(namesByColumn.get(column) ?? []), name]);
    }
    const columns = new Map<number, unknown[]>();
    for (const [column, spellings] of namesByColumn) columns.set(column, columnOf(rows, spellings));
    return this.insert(transaction, columns, rows.length);
  }

  /** Columns of one length. */
  columns(transaction: WriteTransaction, columns: Readonly<Record<string, ArrayLike<unknown>>>): ChangeResult {
    const entries = Object.entries(columns);
    for (const [name, values] of entries) {
      if (Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values)) continue;
      throw new HeliosError('MISUSE', `column ${name} is ${kindOf(values)}; it takes an array or a typed array`);
    }
    const rowCount = entries.length === 0 ? 0 : entries[0][1].length;
    for (const [name, values] of entries) {
      if (values.length === rowCount) continue;
      const message = `column ${name} has ${values.length} values where ${entries[0][0]} has ${rowCount}`;
      throw new HeliosError('INVALID_STATEMENT', message);
    }
    const given = new Map(entries.map(([name, values]) => [this.columnNumber(name), values]));
    return this.insert(transaction, given, rowCount);
  }

  private insert(
    transaction: WriteTransaction,
    given: ReadonlyMap<number, ArrayLike<unknown>>,
    rowCount: number,
  ): ChangeResult {
    const result = emptyResult();
    if (rowCount === 0) return result;
    const target: TargetPlan = { ...bindTarget(this.binder, this.table, this.table.name, [], null), returning: [] };
    const context = executionContext(this.session, NO_ARGUMENTS, transaction, new SubqueryRunner());
    const defaults = new DefaultValues(this.table, target.defaults);
    defaults.open(context.nowMicros, () => context);
    runEffects(this.session, context, transaction, (change) => {
      this.append(target, defaults, given, rowCount, change, result);
    });
    return result;
  }

  private append(
    target: TargetPlan,
    defaults: DefaultValues,
    given: ReadonlyMap<number, ArrayLike<unknown>>,
    rowCount: number,
    change: ChangeContext,
    result: ChangeResult,
  ): void {
    const byColumns = isPlainTarget({ ...target, checks: [] });
    const append = byColumns ? columnAppender(target, change) : rowAppender(target, change);
    for (let from = 0; from < rowCount; from += LIMITS.deltaChunkRows) {
      const count = Math.min(LIMITS.deltaChunkRows, rowCount - from);
      const vectors = this.table.columns.map((_, column) =>
        this.vector(column, given.get(column), from, count, defaults),
      );
      const rowids = this.rowids(given.get(ROWID_COLUMN), from, count);
      append({ vectors, rowids, from, count, rowCount }, result);
      change.interrupt();
    }
  }

  private columnNumber(name: string): number {
    const { columns, rowidColumn } = this.table;
    const index = columnNamed(columns, name);
    if (index >= 0 && columns[index].generated !== undefined) {
      throw new HeliosError('INVALID_STATEMENT', `cannot INSERT into generated column "${columns[index].name}"`);
    }
    if (index >= 0) return index === rowidColumn ? ROWID_COLUMN : index;
    if (isRowidName(name)) return ROWID_COLUMN;
    const near = didYouMean(
      name,
      columns.map((column) => column.name),
    );
    throw new HeliosError('COLUMN_NOT_FOUND', `table "${this.table.name}" has no column "${name}"${near}`);
  }

  /** null: all NULL. */
  private vector(
    column: number,
    given: ArrayLike<unknown> | undefined,
    from: number,
    count: number,
    defaults: DefaultValues,
  ): ColumnVector | null {
    const { type, name } = this.table.columns[column];
    if (column === this.table.rowidColumn) return null;
    const label = `${this.table.name}.${name}`;
    if (given !== undefined) return columnVectorFrom(type, label, given, from, count, () => defaults.value(column));
    const first = defaults.value(column);
    if (!defaults.isPerRow(column)) {
      if (first === null) return null;
      const one = columnVectorFrom(type, label, [first], 0, 1, () => null);
      if (one.kind === 'number' && one.nulls === null) return { ...one, values: repeated(one.values[0], count) };
    }
    const values: ColumnValue[] = Array.from({ length: count }, () => defaults.value(column));
    return columnVectorFrom(type, label, values, 0, count, () => null);
  }

  private rowids(given: ArrayLike<unknown> | undefined, from: number, count: number): Float64Array | null {
    if (given === undefined) return null;
    const rowids = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const value = given[from + i];
      const rowid = typeof value === 'bigint' ? Number(value) : value;
      if (typeof rowid !== 'number' || !Number.isSafeInteger(rowid)) {
        const refused = refusedRowid(this.table, value);
        throw new HeliosError(refused.code, `${refused.message}, in row ${from + i + 1}`);
      }
      rowids[i] = rowid;
    }
    return rowids;
  }
}

function repeated(value: number, count: number): Float64Array {
  return new Float64Array(count).fill(value);
}

/** A stretch of the rows, by columns (null: all NULL); `from` rows went before, of `rowCount` altogether. */
interface Stretch {
  readonly vectors: readonly (ColumnVector | null)[];
  /** null: the next ones. */
  readonly rowids: Float64Array | null;
  readonly from: number;
  readonly count: number;
  readonly rowCount: number;
}

type Appender = (stretch: Stretch, result: ChangeResult) => void;

/** For tables with the plainest of constraints: NOT NULL by column, then CHECK row by row, then all rows at once. */
function columnAppender(target: TargetPlan, { context, transaction }: ChangeContext): Appender {
  const { columns, rowidColumn, withoutRowid, name, id } = target.table;
  const checks = target.checks.length === 0 ? null : new RowChecks(target);
  const table = transaction.table(id);
  return (stretch, result) => {
    const { vectors, rowids, from, count } = stretch;
    columns.forEach((column, i) => {
      if (!column.notNull || i === rowidColumn) return;
      const row = firstNull(vectors[i], count);
      if (row < 0) return;
      const message = `NOT NULL constraint failed: ${name}.${column.name} is NULL, in row ${from + row + 1}`;
      throw new HeliosError('NOT_NULL_VIOLATION', message);
    });
    if (checks !== null) forEachRow(target, stretch, (row) => checks.admit(row, context, null));
    table.appendColumns(transaction, count, vectors, rowids);
    result.changes += count;
    if (!withoutRowid) result.lastInsertRowid = table.nextRowid() - 1;
  };
}

/** For tables that have more to say about each row. */
function rowAppender(target: TargetPlan, change: ChangeContext): Appender {
  const writer = new (CHANGE_OPERATORS.get().TableWriter)(target);
  return (stretch, result) => {
    forEachRow(target, stretch, (row) => writer.insert(row, null, null, change, result));
  };
}

function forEachRow(target: TargetPlan, stretch: Stretch, visit: (row: TableRow) => void): void {
  const { vectors, rowids, from, count, rowCount } = stretch;
  const row = new TableRow(target.table);
  for (let i = 0; i < count; i++) {
    for (let column = 0; column < vectors.length; column++) {
      const vector = vectors[column];
      row.values[column] = vector === null ? null : columnValueAt(vector, i);
    }
    row.rowid = rowids === null ? null : rowids[i];
    try {
      visit(row);
    } catch (error) {
      throw inRow(error, from + i, rowCount);
    }
  }
}

/** The first row that is NULL, or -1. */
function firstNull(vector: ColumnVector | null, count: number): number {
  if (vector === null) return 0;
  if (vector.kind !== 'value' && vector.nulls === null) return -1;
  for (let i = 0; i < count; i++) if (isNullAt(vector, i)) return i;
  return -1;
}

/** A column's value of every row, under whichever spelling of its name the row has. */
function columnOf(rows: readonly Readonly<Record<string, unknown>>[], spellings: readonly string[]): unknown[] {
  const [first, ...others] = spellings;
  return rows.map((row) => {
    if (others.length === 0 || row[first] !== undefined) return row[first];
    const spelling = others.find((name) => row[name] !== undefined);
    return spelling === undefined ? undefined : row[spelling];
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
