import type { IndexColumn, IndexDefinition } from '../catalog/definitions.ts';
import { collationKey, compareValues } from '../column/compare.ts';
import type { ColumnValue, SqlValue } from '../column/types.ts';
import { ROWID_COLUMN } from './access.ts';
import { hashNumber, hashText } from './key-map.ts';

/** Reads one column of one row of a source (a delta or a segment). */
export type ReadValue = (column: number, position: number) => ColumnValue;

/** The same for indexes that order rows alike. */
export function keysOf({ columns }: IndexDefinition): string {
  return JSON.stringify(columns);
}

/** The values of an index's columns at a row. */
export function readKey(index: IndexDefinition, read: ReadValue, position: number): ColumnValue[] {
  return index.columns.map((key) => read(key.column, position));
}

/** The values of an index's columns, picked from a whole row. */
export function keyOfRow(index: IndexDefinition, values: readonly ColumnValue[]): ColumnValue[] {
  return index.columns.map((key) => wellFormed(values[key.column]));
}

/** Texts are stored well formed (see DeltaColumn): a key that is looked for must be so too. */
function wellFormed(value: ColumnValue): ColumnValue {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** NULLs are distinct: a key with one conflicts with nothing, as in SQL. */
export function hasNull(key: readonly ColumnValue[]): boolean {
  return key.includes(null);
}

/** Whether two keys are equal under the collations of the index. */
export function isSameKey(index: IndexDefinition, a: readonly ColumnValue[], b: readonly ColumnValue[]): boolean {
  return index.columns.every(({ collation }, i) => compareValues(a[i], b[i], collation) === 0);
}

/** Keys that are equal under their collations hash alike, numbers of either class too. */
export function hashKey(index: IndexDefinition, key: readonly ColumnValue[]): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash, 31) + hashValue(key[i], index.columns[i]);
  return hash | 0;
}

function hashValue(value: ColumnValue, column: IndexColumn): number {
  switch (typeof value) {
    case 'number':
      return hashNumber(value);
    case 'bigint':
      return hashNumber(Number(value));
    case 'string':
      return hashText(collationKey(value, column.collation));
    default:
      return value === null ? 0 : value.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 7);
  }
}

/** The order of two values as an index has them in the column. */
function orderIn({ collation, descending }: IndexDefinition['columns'][number], a: SqlValue, b: SqlValue): number {
  const order = compareValues(a, b, collation);
  return descending ? -order : order;
}

/** Compares the row at `position` with a prefix of key values, in the order of the index. */
export function compareToKey(
  index: IndexDefinition,
  read: ReadValue,
  position: number,
  prefix: readonly SqlValue[],
): number {
  for (let i = 0; i < prefix.length; i++) {
    const column = index.columns[i];
    const order = orderIn(column, read(column.column, position), prefix[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Compares the keys of two rows, possibly of two sources, in the order of the index. The first `shared` columns are equal. */
export function compareRows(
  index: IndexDefinition,
  readA: ReadValue,
  a: number,
  readB: ReadValue,
  b: number,
  shared = 0,
): number {
  for (let i = shared; i < index.columns.length; i++) {
    const column = index.columns[i];
    const order = orderIn(column, readA(column.column, a), readB(column.column, b));
    if (order !== 0) return order;
  }
  return 0;
}

/** As {@link compareRows}; rows of the same key are in the order of their rowids. */
export function compareEntries(
  index: IndexDefinition,
  readA: ReadValue,
  a: number,
  readB: ReadValue,
  b: number,
  shared = 0,
): number {
  const order = compareRows(index, readA, a, readB, b, shared);
  return order !== 0 ? order : (readA(ROWID_COLUMN, a) as number) - (readB(ROWID_COLUMN, b) as number);
}
