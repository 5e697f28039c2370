import { expect, test } from 'vitest';
import { rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, status TEXT, kind INTEGER, ts INTEGER, r INTEGER, w TEXT, x REAL, d DECIMAL(8,2));
  INSERT INTO t SELECT value, CASE WHEN value % 1000 = 0 THEN 'open' ELSE 'done' END, value % 5, value * 10,
    (value * 7919) % 20000, 'k' || ((value * 31) % 5000), CASE WHEN value % 2 THEN value / 4.0 END, value / 100.0
    FROM generate_series(1, 20000);
  CREATE INDEX t_status ON t (status); CREATE INDEX t_kind ON t (kind); CREATE UNIQUE INDEX t_ts ON t (ts, id);
  CREATE INDEX t_r ON t (r); CREATE INDEX t_w ON t (w); CREATE INDEX t_x ON t (x); CREATE INDEX t_d ON t (d);
  CREATE TABLE small (id INTEGER PRIMARY KEY, a INTEGER);
  INSERT INTO small SELECT value, value FROM generate_series(1, 100);
  CREATE INDEX small_a ON small (a);`);

/** The index that a query goes through; `scan` where it goes through none. */
function pathOf(where: string, table = 't'): string {
  const sql = `SELECT count(*), sum(id) FROM ${table} WHERE ${where}`;
  expect(query(session, sql), where).toEqual(rowsWithout(session, sql, 'access-paths'));
  return /USING INDEX (\w+)/.exec(query(session, `EXPLAIN ${sql}`).join('\n'))?.[1] ?? 'scan';
}

for (const state of ['in memory', 'in segments']) {
  test(`the index that finds fewest rows, or a scan: ${state}`, () => {
    if (state === 'in segments') session.engine.checkpoint();
    expect(pathOf('r BETWEEN 5000 AND 5010')).toBe('t_r');
    expect(pathOf('r BETWEEN 1000 AND 15000')).toBe('scan');
    expect(pathOf('r > 19950')).toBe('t_r');
    expect(pathOf('r < 19950')).toBe('scan');
    expect(pathOf('ts >= 1000 AND ts < 190000')).toBe('scan');
    expect(pathOf('ts >= 1000 AND ts < 1900')).toBe('t_ts');
    expect(pathOf('kind = 3 AND r BETWEEN 5000 AND 5010')).toBe('t_r');
    expect(pathOf('kind = 3')).toBe('scan');
    expect(pathOf('kind IN (1, 2)')).toBe('scan');
    expect(pathOf("status = 'done' AND kind = 2 AND w = 'k77'")).toBe('t_w');
    expect(pathOf("w >= 'k1' AND w < 'k5'")).toBe('scan');
    expect(pathOf("w >= 'k49' AND w < 'k491'")).toBe('t_w');
    expect(pathOf('x < 10')).toBe('t_x');
    expect(pathOf('x > 10')).toBe('scan');
  });
}

test('how often a value is there decides, too', () => {
  expect(pathOf("status = 'open'")).toBe('t_status');
  expect(pathOf("status = 'done'")).toBe('scan');
});

test('what is not known is guessed, and small tables are read through their indexes', () => {
  expect(pathOf('r = (SELECT 7)')).toBe('t_r');
  expect(pathOf('r > (SELECT 7)')).toBe('scan');
  expect(pathOf('d = 1.5')).toBe('t_d');
  expect(pathOf('a > 10', 'small')).toBe('small_a');
});
