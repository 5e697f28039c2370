import type { ColumnDefinition } from '../../../engine/catalog/definitions.ts';
import { type ColumnValue, physicalKind, type SqlValue, toSqlValue } from '../../../engine/column/types.ts';
import type { Account } from '../../../engine/history/changes-between.ts';
import { type RowDifference, TableDifference } from '../../../engine/history/table-difference.ts';
import { type ReadPoint, ROWID_COLUMN } from '../../../engine/table/access.ts';
import { columnValueAt } from '../../../engine/table/delta-column.ts';
import type { Table } from '../../../engine/table/table.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';
import type { FunctionContext, FunctionRow } from './definition.ts';

/** One of the two states that are compared. */
export interface DiffSide {
  readonly tableId: number;
  readonly columns: readonly ColumnDefinition[];
}

/** What tells the rows of a table apart. */
export interface DiffKey {
  /** Column numbers, or ROWID_COLUMN alone. */
  readonly columns: readonly number[];
  /** It is not the rowid: rows with equal keys are one row, whatever their rowids. */
  readonly isOwn: boolean;
}

export interface TableDiff {
  /** The numbers of the points among those that the statement names. */
  readonly instants: readonly [number, number];
  /** null: there is no such table in that state. */
  readonly old: DiffSide | null;
  readonly new: DiffSide | null;
  readonly key: DiffKey;
  /** The columns in which rows may differ. */
  readonly compared: readonly number[];
  /** Of the result. */
  readonly columns: readonly DiffColumn[];
}

export type DiffColumn = 'operation' | 'key' | { readonly side: 'old' | 'new'; readonly column: number };

/** A row of one of the states: reads a column. */
type Reader = (column: number) => ColumnValue;

interface Pair {
  readonly old: Reader | null;
  readonly new: Reader | null;
}

/** The rows in which two states of a table differ. */
export function* diffRows(
  diff: TableDiff,
  { tables, instants }: FunctionContext,
  need: Account,
): Generator<FunctionRow> {
  const points = diff.instants.map((slot) => instants[slot]) as [ReadPoint, ReadPoint];
  const isOne = diff.old !== null && diff.new !== null && diff.old.tableId === diff.new.tableId;
  const pairs = isOne
    ? pairsOfOne(diff, tables.table(diff.old.tableId), points, need)
    : pairsOfTwo(diff, tables, points);
  for (const pair of pairs) yield new DiffRow(diff, pair);
}

class DiffRow implements FunctionRow {
  private readonly diff: TableDiff;
  private readonly pair: Pair;

  constructor(diff: TableDiff, pair: Pair) {
    this.diff = diff;
    this.pair = pair;
  }

  column(i: number): SqlValue {
    const { diff, pair } = this;
    const column = diff.columns[i];
    if (column === 'operation') return pair.old === null ? 'INSERT' : pair.new === null ? 'DELETE' : 'UPDATE';
    if (column === 'key') {
      return pair.new === null ? keyValue(diff, 'old', pair.old as Reader) : keyValue(diff, 'new', pair.new);
    }
    const read = pair[column.side];
    return read === null ? null : valueIn(diff, column.side, read, column.column);
  }
}

/** A table that both states have: only what changed in between is looked at. */
function* pairsOfOne(
  diff: TableDiff,
  table: Table,
  [first, second]: readonly [ReadPoint, ReadPoint],
  need: Account,
): Generator<Pair> {
  const isBackwards = first.transaction > second.transaction;
  const [from, to] = [first.transaction, second.transaction].sort((a, b) => a - b);
  const difference = new TableDifference(table, { from, to }, diff.compared);
  const readerOf = (location: number): Reader | null =>
    location < 0 ? null : (column) => difference.valueAt(location, column);
  const pairOf = ({ before, after }: RowDifference): Pair => {
    const [earlier, later] = [readerOf(before), readerOf(after)];
    return isBackwards ? { old: later, new: earlier } : { old: earlier, new: later };
  };
  if (diff.key.isOwn) {
    yield* pairedByKey(diff, difference.rows(need), pairOf, (old, now) => difference.areSame(old, now), need);
    return;
  }
  for (const row of difference.rows(need)) yield pairOf(row);
}

/** Of memory: a key with its two rows. */
const PAIR_BYTES = 256;

/** What rowids tell apart and keys do not is one row. */
function* pairedByKey(
  diff: TableDiff,
  rows: Iterable<RowDifference>,
  pairOf: (row: RowDifference) => Pair,
  areSame: (old: Reader, now: Reader) => boolean,
  need: Account,
): Generator<Pair> {
  const byKey = new Map<string, { old: Reader | null; new: Reader | null }>();
  for (const row of rows) {
    const pair = pairOf(row);
    for (const side of ['old', 'new'] as const) {
      const read = pair[side];
      if (read === null) continue;
      const key = diff.key.columns.map((column) => keyText(read(column))).join();
      let known = byKey.get(key);
      if (known === undefined) {
        need(PAIR_BYTES + 2 * key.length);
        known = { old: null, new: null };
        byKey.set(key, known);
      }
      known[side] = read;
    }
  }
  for (const pair of byKey.values()) {
    const { old, new: now } = pair;
    const isSame = old !== null && now !== null && areSame(old, now);
    if (!isSame) yield pair;
  }
}

/** Two tables of one name, or one and none: nothing of the one is in the other. */
function* pairsOfTwo(
  { old, new: now }: TableDiff,
  tables: FunctionContext['tables'],
  [first, second]: readonly [ReadPoint, ReadPoint],
): Generator<Pair> {
  if (old !== null) for (const read of rowsAt(tables.table(old.tableId), first)) yield { old: read, new: null };
  if (now !== null) for (const read of rowsAt(tables.table(now.tableId), second)) yield { old: null, new: read };
}

function* rowsAt(table: Table, at: ReadPoint): Generator<Reader> {
  const columns = [ROWID_COLUMN, ...table.definition.columns.keys()];
  const scan = table.scan(at, columns, [], 'rowid');
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection } = batch;
    const rows = batch;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = selection === null ? i : selection[i];
      yield (column) => columnValueAt(rows.column(columns.indexOf(column)), row);
    }
  }
}

function valueIn(diff: TableDiff, side: 'old' | 'new', read: Reader, column: number): SqlValue {
  if (column === ROWID_COLUMN) return toSqlValue('integer', read(column));
  const { type } = (diff[side] as DiffSide).columns[column];
  return toSqlValue(physicalKind(type.kind), read(column));
}

/** The key's value; of several columns a JSON array. */
function keyValue(diff: TableDiff, side: 'old' | 'new', read: Reader): SqlValue {
  const { columns } = diff.key;
  if (columns.length === 1) return valueIn(diff, side, read, columns[0]);
  const parts = columns.map((column) => {
    const { type } = (diff[side] as DiffSide).columns[column];
    const value = valueIn(diff, side, read, column);
    if (value === null || type.kind === 'INTEGER' || type.kind === 'REAL') return String(value);
    if (value instanceof Uint8Array) return JSON.stringify(Array.from(value, byteText).join(''));
    return JSON.stringify(castFunction(type, 'TEXT', STATIC_TYPES.TEXT)(value));
  });
  return `[${parts.join(', ')}]`;
}

function keyText(value: ColumnValue): string {
  if (value instanceof Uint8Array) return `x'${Array.from(value, byteText).join('')}'`;
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${value}`;
}

function byteText(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
