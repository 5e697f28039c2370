import { expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const TYPES = [
  'INTEGER', 'INTEGER NOT NULL', 'REAL', 'REAL NOT NULL', 'TEXT', 'TEXT NOT NULL', 'NUMERIC', '', 'BLOB', 'BOOLEAN',
  'TIMESTAMP', 'DATE', 'DECIMAL(10,2)', 'DECIMAL(30,2)', 'JSON', 'JSONB', 'UUID', 'INTEGER[]', 'REAL[]', 'TEXT[]', 'JSON[]',
]; // biome-ignore format: a list of types
const BINDABLE: readonly unknown[] = [
  null, 0, -0, 1, 2.5, -7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 2 ** 60, 1e19, 1e300,
  12n, 2n ** 62n, -(2n ** 63n), '', 'text', '12', ' 12 ', '2.50', 't', '2024-05-01', '2024-05-01 12:00', 'a lone \ud800',
  '123e4567-e89b-12d3-a456-426614174000', true, false, new Date(1_700_000_000_000), new Date(8.64e15), new Date(-1e14),
  new Uint8Array([1, 2]), new Uint8Array(0), new ArrayBuffer(2), [], [1], [2.5, -0, null], [2 ** 60], [Number.NaN], [true],
  ['a', '1'], [[1]], [1n], new Float64Array([1, Number.NaN]), new Int32Array([1]), new BigInt64Array([7n]), {}, { a: 1 },
]; // biome-ignore format: a list of values
const NO_VALUES: readonly unknown[] = [
  2n ** 63n, undefined, new Date(Number.NaN), Symbol('x'), () => 1, new Map(), [() => 1],
]; // biome-ignore format: a list of values

function outcome(session: Session, insert: () => void): unknown {
  session.begin();
  try {
    insert();
    return query(session, 'SELECT a, typeof(a), b FROM t');
  } catch (error) {
    if (!isHeliosError(error)) throw error;
    return `${error.code}: ${error.message}`;
  } finally {
    session.rollback();
  }
}

test.each(TYPES)(
  'a value is stored alike, or refused alike, by the short way of INSERT and by all others: %s',
  (type) => {
    const session = new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
    session.executeScript(`CREATE TABLE t (a ${type}, b TEXT DEFAULT (upper('x')), c INTEGER NOT NULL DEFAULT 3)`);
    const run = (sql: string, value: unknown) => outcome(session, () => session.prepare(sql).run([value]));
    for (const value of [...BINDABLE, ...NO_VALUES]) {
      const short = run('INSERT INTO t (a) VALUES (?)', value);
      expect(run('INSERT OR FAIL INTO t (a) VALUES (?)', value), String(value)).toEqual(short);
      expect(run('INSERT INTO t (a) SELECT ?', value), String(value)).toEqual(short);
    }
    for (const value of BINDABLE) {
      const short = run('INSERT INTO t (a) VALUES (?)', value);
      const bulk = outcome(session, () => session.insertColumns('t', { a: [value] }));
      const named = typeof short === 'string' ? `${short}, in row 1` : short;
      // NULL into a column that must not be is said in each way's words.
      if (typeof short !== 'string' || !short.startsWith('NOT_NULL')) expect(bulk, String(value)).toEqual(named);
    }
  },
);

test('a parameter that no SQL type takes is named, whatever the column takes', () => {
  const session = new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
  session.executeScript('CREATE TABLE t (a, b TEXT)');
  const insert = session.prepare('INSERT INTO t VALUES (:first, ?)');
  expect(() => insert.run([1, 2n ** 64n])).toThrow(/^parameter \?2 is 18446744073709551616, beyond/);
  expect(() => insert.run([undefined, 2])).toThrow(/^parameter :first is undefined/);
});

test('a row that fails inside of a transaction leaves the rows before it, and counts as no change', () => {
  const session = new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
  session.executeScript('CREATE TABLE t (a INTEGER NOT NULL, b TEXT UNIQUE); BEGIN');
  const insert = session.prepare('INSERT INTO t VALUES (?, ?)');
  expect(insert.run([1, 'x'])).toMatchObject({ changes: 1, lastInsertRowid: 1 });
  for (const [values, code] of [
    [[null, 'y'], 'NOT_NULL_VIOLATION'],
    [[2, 'x'], 'UNIQUE_VIOLATION'],
    [['two', 'y'], 'TYPE_MISMATCH'],
  ] as const)
    expect(() => insert.run(values)).toThrow(expect.objectContaining({ code }));
  expect(query(session, 'SELECT changes(), total_changes(), last_insert_rowid()')).toEqual([[0, 1, 1]]);
  expect(insert.run([-0, 'y'])).toMatchObject({ changes: 1, lastInsertRowid: 2 });
  session.commit();
  expect(query(session, 'SELECT a, b FROM t')).toEqual([
    [1, 'x'],
    [0, 'y'],
  ]);
});
