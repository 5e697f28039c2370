import { expect, test } from 'vitest';
import type { ColumnValue, SqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import type { ReadPoint, TableScan } from '../../../src/engine/table/access.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import { openProbe } from '../../../src/engine/table/open-probe.ts';
import type { Table } from '../../../src/engine/table/table.ts';
import { rowidOf } from '../../../src/sql/executor/rowid-lookup.ts';
import type { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession } from '../../support/sql-session.ts';

const WIDE = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 62n), 2n ** 63n - 1n];

/** Few values, so that most are there several times, and near each other beyond 2^53. */
class Values {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  below(count: number): number {
    return this.random.u32() % count;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  number(): number | null {
    return this.below(9) === 0 ? null : this.below(400) - 100;
  }

  key(): SqlValue {
    switch (this.below(12)) {
      case 0:
        return null;
      case 1:
        return this.pick(WIDE);
      case 2:
        return this.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, -0, 2 ** 60]);
      case 3:
        return this.pick(['a', 'B', '7', '']);
      case 4:
        return Uint8Array.of(7);
      default:
        return BigInt(this.below(500) - 150);
    }
  }
}

/** Rows in several segments and in the delta, some of them ended; `isWide`: some integers are beyond 2^53. */
function filled(values: Values, isWide: boolean): Session {
  const session = memorySession();
  session.executeScript(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b REAL, c TEXT, d);
    CREATE INDEX i0 ON t (a);
    CREATE INDEX i1 ON t (a DESC, b);
    CREATE INDEX i2 ON t (b, a, c);
    CREATE INDEX i3 ON t (c COLLATE NOCASE, a);
    CREATE INDEX i4 ON t (d);`);
  for (const rows of [300, 9000, 1, 500]) {
    session.executeScript('BEGIN');
    const insert = session.prepare('INSERT INTO t (a, b, c, d) VALUES (?, ?, ?, ?)');
    for (let i = 0; i < rows; i++) {
      const a = isWide && values.below(50) === 0 ? values.pick(WIDE) : values.number();
      const b = values.below(50) === 0 ? values.pick([Infinity, -Infinity, 0.5]) : values.number();
      insert.run([a, b, values.pick([null, 'a', 'A', 'b', '7']), values.key() as never]);
    }
    session.executeScript('COMMIT');
    if (rows > 300) session.executeScript('DELETE FROM t WHERE id % 11 = 3; UPDATE t SET a = 8 WHERE id % 13 = 5');
    if (rows !== 500) session.engine.checkpoint();
  }
  session.executeScript('CREATE INDEX i5 ON t (a, b DESC)');
  return session;
}

function tableOf({ engine }: Session): Table {
  const definition = engine.catalog.table(engine.current, 't');
  if (definition === null) throw new Error('there is a table t');
  return engine.table(definition.id);
}

function rowidsOf(table: Table, scan: TableScan): number[] {
  const found: number[] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let k = 0; k < batch.selectedCount; k++) {
      const row = batch.selection === null ? k : batch.selection[k];
      const location = batch.locations === null ? batch.locationBase + row : batch.locations[row];
      found.push(table.valueAt(location, -1) as number);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Keys of one class make a vector of numbers, bigints or codes; keys of several a vector of values. */
function vectorOf(keys: readonly SqlValue[], values: Values): ColumnVector {
  const nulls = Uint8Array.from(keys, (key) => (key === null ? 1 : 0));
  const known = keys.filter((key) => key !== null);
  if (known.every((key) => typeof key === 'bigint')) {
    const isSmall = known.every((key) => Number.isSafeInteger(Number(key)));
    if (isSmall) return { kind: 'number', values: Float64Array.from(keys, (key) => Number(key ?? 0n)), nulls };
    return { kind: 'bigint', values: BigInt64Array.from(keys, (key) => (key ?? 0n) as bigint), nulls };
  }
  if (known.every((key) => typeof key === 'number')) {
    return { kind: 'number', values: Float64Array.from(keys, (key) => (key ?? 0) as number), nulls };
  }
  if (known.every((key) => typeof key === 'string') && values.below(2) === 0) {
    const dictionary = [...new Set(known as string[])];
    return {
      kind: 'dictionary',
      codes: Uint32Array.from(keys, (key) => Math.max(0, dictionary.indexOf(key as string))),
      dictionary,
      nulls,
    };
  }
  return { kind: 'value', values: keys };
}

function someKeys(values: Values, count: number): SqlValue[] {
  const isPlain = values.below(3) === 0;
  const keys = Array.from({ length: count }, () => (isPlain ? BigInt(values.below(400) - 100) : values.key()));
  if (isPlain && values.below(2) === 0) keys.sort((a, b) => Number(a) - Number(b));
  // The same key again, as a join meets it.
  return keys.map((key, i) => (i > 0 && values.below(4) === 0 ? keys[i - 1] : key));
}

interface Probed {
  readonly keyColumns: readonly (readonly SqlValue[])[];
  readonly selection: Uint32Array | null;
  readonly rows: readonly number[];
}

/** A batch of keys, all of which count or some. */
function someBatch(values: Values, width: number): Probed {
  const count = 1 + values.below(60);
  const keyColumns = Array.from({ length: width }, () => someKeys(values, count));
  const all = Array.from({ length: count }, (_, i) => i);
  if (values.below(2) === 0) return { keyColumns, selection: null, rows: all };
  const rows = all.filter(() => values.below(3) > 0);
  return { keyColumns, selection: Uint32Array.from(rows), rows };
}

function checkProbe(table: Table, at: ReadPoint, indexId: number | null, width: number, values: Values): void {
  const firstOnly = values.below(4) === 0;
  const probe = openProbe(table, at, indexId, width, firstOnly);
  for (let round = 0; round < 6; round++) {
    const { keyColumns, selection, rows } = someBatch(values, width);
    const vectors = keyColumns.map((keys) => vectorOf(keys, values));
    probe.find(vectors, selection, rows.length);
    const found = new Map<number, number[]>(rows.map((row) => [row, []]));
    const capacity = values.pick([1, 3, 64, 2048]);
    const left = new Int32Array(capacity);
    const locations = new Float64Array(capacity);
    let last = -1;
    let isInOrder = true;
    for (let n = probe.fill(left, locations, capacity, null); n > 0; n = probe.fill(left, locations, capacity, null)) {
      const located = probe.rows(locations, n);
      const rowids = located.column(-1);
      const texts = located.column(2);
      for (let i = 0; i < n; i++) {
        isInOrder &&= left[i] >= last && columnValueAt(texts, i) === table.valueAt(locations[i], 2);
        last = left[i];
        found.get(left[i])?.push(columnValueAt(rowids, i) as number);
      }
    }
    expect(isInOrder, 'left rows ascend, and columns are those of the locations').toBe(true);
    for (const row of rows) {
      const key = keyColumns.map((keys) => keys[row]);
      const expected = rowsOfKey(table, at, indexId, key);
      const actual = (found.get(row) ?? []).sort((a, b) => a - b);
      if (firstOnly) expect(actual.length).toBe(Math.min(1, expected.length));
      if (firstOnly) expect(expected).toEqual(expect.arrayContaining(actual));
      else expect(actual, `index ${indexId}, key ${key.map(String)}`).toEqual(expected);
    }
  }
}

function rowsOfKey(table: Table, at: ReadPoint, indexId: number | null, key: readonly ColumnValue[]): number[] {
  if (key.includes(null)) return [];
  if (indexId !== null) return rowidsOf(table, table.indexScan(at, indexId, [{ equal: key }], [], 'any'));
  const rowid = rowidOf(key[0]);
  return rowid === null || table.find(at, rowid) < 0 ? [] : [rowid];
}

test.each([false, true])('a probe finds what scans of the index find, key by key (beyond 2^53: %s)', (isWide) => {
  const seed = Number(process.env.SEED ?? 1);
  const values = new Values(seed);
  const session = filled(values, isWide);
  const { engine } = session;
  const table = tableOf(session);
  const points = [engine.current, { transaction: engine.current.transaction - 2 }];
  for (let round = 0; round < 5; round++) {
    for (const at of points) {
      checkProbe(table, at, null, 1, values);
      for (const index of table.indexes) {
        checkProbe(table, at, index.id, 1 + values.below(index.columns.length), values);
      }
    }
  }
});

test('rows whose byte is set are passed over', () => {
  const session = filled(new Values(2), false);
  const table = tableOf(session);
  const keys: ColumnVector = { kind: 'number', values: Float64Array.of(5, 6, 7), nulls: null };
  for (const indexId of [null, table.indexes[0].id]) {
    const probe = openProbe(table, session.engine.current, indexId, 1, false);
    probe.find([keys], null, 3);
    const rows = new Int32Array(1);
    const seen: number[] = [];
    const settled = Uint8Array.of(0, 1, 0);
    while (probe.fill(rows, new Float64Array(1), 1, settled) > 0) {
      seen.push(rows[0]);
      settled[rows[0]] = 1;
    }
    expect(seen).toEqual([0, 2]);
  }
});
