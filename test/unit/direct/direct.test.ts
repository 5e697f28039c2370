import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import { Session } from '../../../src/sql/session.ts';
import { memorySession, PLANNED, query } from '../../support/sql-session.ts';

await loadLateParts();

function isDirect(session: Session, sql: string): boolean {
  return query(session, `EXPLAIN ${sql}`)[0][0] === 'ROW BY ROW';
}

function filled(): Session {
  const session = memorySession({ disabledRules: [] });
  session.executeScript(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE);
    INSERT INTO t VALUES (1, 1, 'x'), (2, 2.5, 'X'), (3, NULL, 'y'), (4, 'one', NULL)`);
  return session;
}

const ALL = 'SELECT id, a FROM t WHERE id > 0';

describe('queries over few rows', () => {
  test('run row by row, unless the switch or the tables forbid it', () => {
    const session = filled();
    expect(isDirect(session, ALL)).toBe(true);
    expect(isDirect(new Session(session.engine, { disabledRules: ['direct'] }), ALL)).toBe(false);
    session.executeScript(
      `CREATE TABLE large (a); INSERT INTO large SELECT value FROM generate_series(1, ${LIMITS.directRows})`,
    );
    expect(isDirect(session, 'SELECT a FROM large')).toBe(true);
    session.executeScript('INSERT INTO large VALUES (0)');
    expect(isDirect(session, 'SELECT a FROM large')).toBe(false);
    expect(isDirect(session, 'SELECT * FROM t, t x, t y, t z')).toBe(true);
    // Four rows to the eighth.
    expect(isDirect(session, 'SELECT * FROM t, t a, t b, t c, t d, t e, t f, t g')).toBe(false);
    expect(isDirect(session, 'SELECT * FROM t WHERE id = 2')).toBe(false);
  });

  test('see every change, and take back what was undone', () => {
    const session = filled();
    const rows = () => query(session, ALL);
    const before = rows();
    const steps = [
      'INSERT INTO t VALUES (9, 9, NULL)',
      'UPDATE t SET a = 7 WHERE id = 9',
      'UPDATE t SET id = 10 WHERE id = 9',
      'DELETE FROM t WHERE id = 10',
    ];
    const planned = new Session(session.engine, { disabledRules: ['direct'] });
    for (const step of steps) {
      session.executeScript(step);
      expect(rows(), step).toEqual(query(planned, ALL));
    }
    expect(rows()).toEqual(before);
    session.executeScript('BEGIN; DELETE FROM t WHERE id = 1; SAVEPOINT s; INSERT INTO t VALUES (5, 5, 5)');
    expect(rows().map(([id]) => id)).toEqual([2, 3, 4, 5]);
    session.executeScript('ROLLBACK TO s');
    expect(rows().map(([id]) => id)).toEqual([2, 3, 4]);
    // Another session does not see what is not committed, though both look at the same table.
    const other = new Session(session.engine);
    expect(query(other, ALL)).toEqual(before);
    expect(rows().map(([id]) => id)).toEqual([2, 3, 4]);
    session.executeScript('ROLLBACK');
    expect(rows()).toEqual(before);
    session.executeScript('BEGIN; INSERT INTO t VALUES (6, 6, 6); COMMIT');
    expect(rows()).toEqual(query(planned, ALL));
    session.engine.checkpoint();
    session.executeScript('DELETE FROM t WHERE id = 2; ALTER TABLE t ADD COLUMN c DEFAULT 3');
    expect(query(session, 'SELECT * FROM t WHERE id > 5')).toEqual([[6, 6, '6', 3]]);
    expect(rows()).toEqual(query(planned, ALL));
  });

  test('join rows by their keys as they are now', () => {
    const session = filled();
    session.executeScript(`CREATE TABLE u (k INTEGER PRIMARY KEY, a, b TEXT);
      INSERT INTO u VALUES (1, 2, 'Y'), (2, 4, 'x'), (3, 1, 'y')`);
    const planned = new Session(session.engine, { disabledRules: ['direct'] });
    const joins = [
      'SELECT t.id, u.k FROM t, u WHERE t.id = u.a ORDER BY 1, 2',
      'SELECT t.id, u.k FROM t, u WHERE u.b = t.b AND t.id > 1 ORDER BY 1, 2',
      'SELECT t.id, u.k FROM t, u WHERE t.b = u.b AND u.k IN (1, 3) ORDER BY 1, 2',
      "SELECT t.id, u.k FROM t JOIN u ON t.id + 0.0 = u.a, t z WHERE z.b = lower(u.b) || '' ORDER BY 1, 2",
      'SELECT x.k, y.k, z.k FROM u x JOIN u y ON x.a = z.k, u z WHERE y.k = z.a ORDER BY 1, 2, 3',
      'SELECT x.k, (SELECT count(*) FROM u y, t z WHERE y.a = z.id AND y.b = x.b) FROM u x ORDER BY 1',
    ];
    for (const change of [
      '',
      'UPDATE u SET a = a + 1',
      'INSERT INTO t VALUES (5, 5, 5)',
      'DELETE FROM u WHERE k = 2',
    ]) {
      session.executeScript(change);
      for (const sql of joins) {
        expect(isDirect(session, sql), sql).toBe(true);
        expect(query(session, sql), `${change}: ${sql}`).toEqual(query(planned, sql));
      }
    }
    expect(query(session, joins[0])).toEqual([
      [2, 3],
      [3, 1],
    ]);
  });

  test('of a transaction that began earlier see what was there then', () => {
    const session = filled();
    const reader = new Session(session.engine);
    reader.begin({ readOnly: true });
    const before = query(reader, ALL);
    session.executeScript('DELETE FROM t WHERE id < 3');
    expect(query(session, ALL).length).toBe(2);
    expect(query(reader, ALL)).toEqual(before);
    reader.rollback();
    expect(query(reader, ALL).length).toBe(2);
  });

  test('are planned when a prepared one finds that its tables have grown', () => {
    const session = filled();
    const statement = session.prepare('SELECT count(*), (SELECT max(x.id) FROM t x WHERE x.id < t.id) FROM t');
    expect(statement.get()).toEqual([4n, 0n].map((value, i) => (i === 0 ? value : null)));
    session.executeScript('INSERT INTO t (a) SELECT value FROM generate_series(1, 5000)');
    expect(statement.get()?.[0]).toBe(5004n);
  });

  test('are planned when they come to look at more rows than was foreseen, or run again and again over many', () => {
    const session = filled();
    // Every key finds every row.
    session.executeScript('CREATE TABLE same (k, n); INSERT INTO same SELECT 1, value FROM generate_series(1, 300)');
    const sql = 'SELECT count(*), max(x.n + y.n) FROM same x JOIN same y ON x.k = y.k';
    expect(isDirect(session, sql)).toBe(true);
    expect(300 * 300).toBeGreaterThan(LIMITS.directRowsSeen);
    expect(query(session, sql)).toEqual([[90_000, 600]]);
    const often = session.prepare('SELECT sum(n), count(DISTINCT k) FROM same WHERE n % ? = 0 AND n > 0 AND k < 3');
    for (let run = 0; run < 20; run++)
      expect(often.get([run % 2 === 0 ? 2 : 300])?.[0]).toBe(run % 2 === 0 ? 22_650n : 300n);
  });

  test('search a stretch of an index where a plan would', () => {
    const session = memorySession({ disabledRules: [] });
    session.executeScript(`CREATE TABLE n (id INTEGER PRIMARY KEY, a, b TEXT, c REAL);
      CREATE INDEX n_a ON n (a DESC, c); CREATE INDEX n_b ON n (b COLLATE NOCASE); CREATE INDEX n_c ON n (c, b);
      INSERT INTO n SELECT value, CASE value % 7 WHEN 0 THEN NULL WHEN 1 THEN value / 2.0 WHEN 2 THEN 'x' || value % 5 WHEN 3
        THEN value || '' ELSE value % 20 END, CASE value % 6 WHEN 0 THEN NULL WHEN 1 THEN 'K' || value % 9 ELSE 'k' || value % 9
        END, CASE value % 5 WHEN 0 THEN NULL ELSE value % 13 / 2.0 END FROM generate_series(1, 200)`);
    const planned = new Session(session.engine, PLANNED);
    const values = [
      '5',
      '5.0',
      "'5'",
      "'x3'",
      "'k4'",
      "'K4' COLLATE NOCASE",
      'NULL',
      '-1',
      '1e9',
      "x'00'",
      '2.5',
      "''",
      'abs(-3)',
    ];
    const conditions = ['a', 'b', 'c', 'b COLLATE NOCASE'].flatMap((column) =>
      values.flatMap((value) => ['=', '<', '<=', '>', '>='].map((operator) => `${column} ${operator} ${value}`)),
    );
    const others = [
      'a BETWEEN 3 AND 9',
      'c > 1 AND c < 4',
      'c >= 1.5 AND c <= 1',
      'a IS NULL',
      'a IS NULL AND c > 2',
      "b LIKE 'k1%'",
      'a IN (3, 5, NULL) AND c > 1',
      "c = 2 AND b > 'k'",
      'a > 3 AND a IS NOT NULL',
      '5 < a',
    ];
    for (const condition of [...conditions, ...others]) {
      const sql = `SELECT id FROM n WHERE ${condition}`;
      expect(isDirect(session, sql)).toBe(true);
      // In the order of the index, too.
      expect(query(session, sql), sql).toEqual(query(planned, sql));
    }
    const correlated =
      'SELECT id, (SELECT count(*) FROM n y WHERE y.c = x.c AND y.a > x.a), (SELECT max(id) FROM n y WHERE y.a < x.a) FROM n x WHERE id < 40';
    expect(query(session, correlated)).toEqual(query(planned, correlated));
    const nothing = 'SELECT id FROM n WHERE id < 0 AND c > abs(-9223372036854775807 - 1)';
    expect(query(session, nothing)).toEqual([]);
  });

  test('joined in any order find the same rows', () => {
    const session = filled();
    const planned = new Session(session.engine, PLANNED);
    for (let i = 0; i < 12; i++) {
      const values = Array.from(
        { length: 10 },
        (_, k) => `(${k}, ${(k * 7 + i) % 10}, ${k % 3 === 0 ? 'NULL' : `'v${(k + i) % 4}'`})`,
      );
      session.executeScript(
        `CREATE TABLE j${i} (a${i}, b${i} INTEGER, c${i} TEXT); INSERT INTO j${i} VALUES ${values}`,
      );
    }
    const tables = Array.from({ length: 12 }, (_, i) => `j${(i * 5) % 12}`).join(', ');
    const links = Array.from({ length: 11 }, (_, i) => `b${i} = a${i + 1}`).join(' AND ');
    for (const extra of [
      '',
      ' AND a3 < 5',
      ' AND c0 = c11',
      ' AND c1 IS NOT c2 AND a0 + a11 > 9',
      ' AND a5 IN (SELECT a FROM t)',
    ]) {
      const sql = `SELECT a0, b11, c4 FROM ${tables} WHERE ${links}${extra} ORDER BY 1, 2, 3`;
      expect(isDirect(session, sql), sql).toBe(true);
      expect(query(session, sql), sql).toEqual(query(planned, sql));
    }
    const outer =
      'SELECT t.id, j0.b0, j1.c1 FROM t LEFT JOIN (j0 JOIN j1 ON j0.a0 = j1.b1) ON j0.b0 = t.id AND j1.a1 > 3 ORDER BY 1, 2, 3';
    expect(query(session, outer)).toEqual(query(planned, outer));
  });

  test('of a rolled back transaction cannot be read on', () => {
    const session = filled();
    session.executeScript('BEGIN; INSERT INTO t VALUES (7, 7, 7)');
    const cursor = session.prepare(ALL).execute();
    session.rollback();
    expect(() => cursor.next()).toThrowError(/rolled back/);
  });

  test('evaluate only what somebody reads, and raise what is raised', () => {
    const session = filled();
    expect(
      query(session, 'SELECT n FROM (SELECT id AS n, abs(-9223372036854775807 - id) AS bad FROM t) WHERE n > 0').length,
    ).toBe(4);
    try {
      query(session, 'SELECT abs(-9223372036854775807 - id) FROM t');
      expect.unreachable();
    } catch (error) {
      expect(isHeliosError(error, 'NUMERIC_OVERFLOW')).toBe(true);
    }
    // The statement is there again after an error.
    const divided = session.prepare('SELECT id + ? FROM t');
    expect(() => divided.get([9223372036854775807n])).toThrow();
    expect(divided.get([1])).toEqual([2n]);
  });

  test('read large values only where they are asked for', () => {
    const session = filled();
    session.executeScript(
      `CREATE TABLE big (a, v BLOB); INSERT INTO big VALUES (1, zeroblob(100000)), (2, zeroblob(5))`,
    );
    session.engine.checkpoint();
    expect(query(session, 'SELECT a, length(v) FROM big')).toEqual([
      [1, 100_000],
      [2, 5],
    ]);
  });
});
