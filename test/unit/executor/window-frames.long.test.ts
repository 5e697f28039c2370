import { expect, test } from 'vitest';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const session = memorySession();
const random = new SeededRandom(11);
const pick = <Item>(items: readonly Item[]): Item => items[random.u32() % items.length];

session.executeScript(
  'CREATE TABLE w (id INTEGER PRIMARY KEY, p INTEGER, k INTEGER, i INTEGER, r REAL, t TEXT COLLATE NOCASE, v)',
);
const insert = session.prepare('INSERT INTO w (p, k, i, r, t, v) VALUES (?, ?, ?, ?, ?, ?)');
for (let n = 0; n < 50; n++) {
  insert.run([
    pick([1, 2, null]),
    pick([1, 2, 3, 5, 8, 13, null]),
    pick([null, 1, -7, 4_000_000_000_000_000, 3]),
    pick([null, 0.1, 0.2, 1e16, -1e16, 3]),
    pick([null, 'a', 'A', 'b']),
    pick([null, 1, '1', 2.5, 'x']),
  ]);
}

const FRAMES = [
  'ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING',
  'ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING',
  'ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING',
  'RANGE BETWEEN 2 PRECEDING AND 3 FOLLOWING',
  'RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
  'GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
  'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
  'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
];
const EXCLUDES = ['', 'EXCLUDE CURRENT ROW', 'EXCLUDE GROUP', 'EXCLUDE TIES'];
const CALLS = [
  'count(*)',
  'count(i)',
  'sum(i)',
  'avg(i)',
  'total(i)',
  'sum(r)',
  'avg(r)',
  'total(r)',
  'min(i)',
  'max(r)',
  'min(t)',
  'max(v)',
  'sum(v)',
];

/** The rows of each frame, by a function that looks at them one by one. */
const frames = (over: string, filter: string) =>
  query(session, `SELECT group_concat(id) ${filter} OVER (${over}) FROM w ORDER BY id`).map(([ids]) => ids ?? '0');

test.each(FRAMES.flatMap((frame) => EXCLUDES.map((exclude) => `${frame} ${exclude}`)))('%s', (frame) => {
  for (const filter of ['', 'FILTER (WHERE i IS NOT 3)']) {
    for (const order of filter === '' ? ['k'] : ['k DESC']) {
      const over = `PARTITION BY p ORDER BY ${order} ${frame}`;
      const calls = CALLS.map((call) => `${call} ${filter} OVER (${over})`);
      const found = query(session, `SELECT ${calls.join(', ')} FROM w ORDER BY id`);
      const expected = frames(over, filter).map(
        (ids) =>
          query(
            session,
            `SELECT ${CALLS.join(', ')} FROM (SELECT * FROM w WHERE id IN (${ids}) ORDER BY p, ${order}, id)`,
          )[0],
      );
      expect(found.length).toBe(expected.length);
      found.forEach((row, n) => {
        row.forEach((value, c) => {
          const other = expected[n][c];
          if (typeof value === 'number' && typeof other === 'number') {
            expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(other)));
          } else expect([CALLS[c], value]).toEqual([CALLS[c], other]);
        });
      });
    }
  }
});

test('a sum that leaves 64 bits is an error, a frame beside it is not', () => {
  const big = '9223372036854775807';
  const rows = `(VALUES (1, ${big}), (2, 1), (3, -1)) AS b (id, n)`;
  const over = 'OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 0 FOLLOWING EXCLUDE TIES)';
  expect(() => query(session, `SELECT sum(CAST(n AS INTEGER)) ${over} FROM ${rows}`)).toThrow(/64-bit/);
  expect(query(session, `SELECT sum(CAST(n AS INTEGER)) ${over} FROM ${rows} WHERE id <> 2`)).toEqual([
    [9223372036854775807n],
    [9223372036854775806n],
  ]);
});

test('a wide frame over many rows is not computed anew for each of them', () => {
  const rows = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)';
  const over = 'OVER (ORDER BY i ROWS BETWEEN 20000 PRECEDING AND 20000 FOLLOWING)';
  const sql = `${rows} SELECT max(s), max(a), max(m), max(c) FROM (SELECT sum(i) ${over} s, avg(i * 0.5) ${over} a, min(i) ${over} m, count(*) ${over} c FROM n)`;
  expect(query(session, sql)).toEqual([[1_600_040_000, 25000, 40000, 40001]]);
});
