import { expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const TYPES = ['INTEGER', 'INTEGER NOT NULL', 'REAL', 'REAL NOT NULL', 'TEXT', 'TEXT NOT NULL', 'NUMERIC'];
const VALUES: readonly unknown[] = [
  null, 0, 1, 2.5, -7, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 60, 1e300, 12n, 2n ** 62n, 2n ** 70n,
  '', 'text', '12', '2.50', 'a lone \ud800', true, false, new Date(1_700_000_000_000), new Uint8Array([1, 2]), [1], { a: 1 },
  undefined,
]; // biome-ignore format: a list of values

function outcome(session: Session, sql: string, value: unknown): unknown {
  session.begin();
  try {
    session.prepare(sql).run([value]);
    return query(session, 'SELECT a, typeof(a), b FROM t');
  } catch (error) {
    if (!isHeliosError(error)) throw error;
    return 'refused';
  } finally {
    session.rollback();
  }
}

test.each(TYPES)('a prepared row of one value is what an insert with all its checks makes of it: %s', (type) => {
  const session = new Session(Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1)));
  session.executeScript(`CREATE TABLE t (a ${type}, b TEXT DEFAULT (upper('x')), c INTEGER NOT NULL DEFAULT 3)`);
  for (const value of VALUES) {
    const short = outcome(session, 'INSERT INTO t (a) VALUES (?)', value);
    expect(short, String(value)).toEqual(outcome(session, 'INSERT OR FAIL INTO t (a) VALUES (?)', value));
  }
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
