import { describe, expect, test } from 'vitest';
import { Session } from '../../../src/sql/session.ts';
import { limitedSession } from '../../support/little-memory.ts';
import { query } from '../../support/sql-session.ts';

const ROWS = 8000;

/** Rows of 6 groups by each of some columns, with NULLs, in several segments and in memory; some have changed or gone. */
function session(): Session {
  const made = limitedSession(256);
  made.executeScript(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, g TEXT, n INTEGER, at INTEGER NOT NULL, maybe INTEGER, word TEXT, real REAL, folded TEXT COLLATE NOCASE);
    CREATE INDEX t_g_at ON t (g, at DESC);
    CREATE INDEX t_n_maybe ON t (n, maybe);
    CREATE INDEX t_g_word ON t (g, word);
    CREATE INDEX t_n_real ON t (n, real);
    CREATE INDEX t_folded ON t (folded, at);`);
  const insert = (from: number, to: number): void =>
    made.executeScript(`INSERT INTO t SELECT value, CASE WHEN value % 6 > 0 THEN 'group ' || value % 6 END, value % 6 - 2,
      value * 7919 % 10007, CASE WHEN value % 6 > 1 AND value % 5 > 0 THEN value * 31 % 997 END, 'w' || (value * 17 % 1009),
      value % 13 / 4.0, CASE WHEN value % 4 > 1 THEN 'A' ELSE 'a' END || value % 2 FROM generate_series(${from}, ${to})`);
  insert(1, ROWS / 2);
  made.checkpoint();
  insert(ROWS / 2 + 1, ROWS - 500);
  made.checkpoint();
  insert(ROWS - 499, ROWS);
  // The extremes are among what goes and what comes.
  made.executeScript(`DELETE FROM t WHERE at > 9990 OR at < 20 OR maybe > 990;
    DELETE FROM t WHERE g = 'group 3' AND id < 7000;
    UPDATE t SET at = 20000 + id, maybe = -id WHERE id % 1009 = 5;
    UPDATE t SET g = 'renamed' WHERE id % 500 = 7`);
  return made;
}

const BY_ENDS = [
  'SELECT g, max(at) FROM t GROUP BY g',
  'SELECT g, min(at) FROM t GROUP BY g',
  'SELECT n, max(maybe) FROM t GROUP BY n',
  'SELECT n, max(maybe) + 1, max(maybe) FROM t GROUP BY n HAVING max(maybe) > 0 ORDER BY n DESC',
  'SELECT g, max(word) FROM t GROUP BY g',
  'SELECT g FROM t GROUP BY g',
  'SELECT count(*) FROM (SELECT n FROM t GROUP BY n)',
  'SELECT t.id, t.g, t.at FROM t JOIN (SELECT g, max(at) AS last FROM t GROUP BY g) AS newest ON t.g = newest.g AND t.at = newest.last',
] as const;

/** All rows have to be read: the least value is behind NULLs, equal values differ, or other rows count as well. */
const BY_ROWS = [
  'SELECT n, min(maybe) FROM t GROUP BY n',
  'SELECT n, max(real) FROM t GROUP BY n',
  'SELECT folded, max(at) FROM t GROUP BY folded',
  'SELECT g, max(at), count(*) FROM t GROUP BY g',
  'SELECT g, max(at), min(at) FROM t GROUP BY g',
  'SELECT g, max(at) FILTER (WHERE n > 0) FROM t GROUP BY g',
  'SELECT g, max(at), id FROM t GROUP BY g',
  'SELECT g, max(at) FROM t WHERE id < 7900 GROUP BY g',
  'SELECT g, max(at) FROM t NOT INDEXED GROUP BY g',
  'SELECT at, max(id) FROM t GROUP BY at',
] as const;

describe('groups by the ends that an index has them between', () => {
  const by = session();
  const all = new Session(by.engine, { disabledRules: ['group-ends'] });

  test.each([...BY_ENDS, ...BY_ROWS])('%s', (sql) => {
    const plan = query(by, `EXPLAIN ${sql}`).flat().join('\n');
    expect(/of each group/.test(plan)).toBe((BY_ENDS as readonly string[]).includes(sql));
    expect(query(all, `EXPLAIN ${sql}`).flat().join('\n')).not.toMatch(/of each group/);
    const rows = query(by, sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(query(all, sql));
    const inSmallBatches = new Session(by.engine, { batchRows: 2 });
    expect(query(inSmallBatches, sql)).toEqual(rows);
  });

  test.each(BY_ENDS)('as of an earlier transaction: %s', (sql) => {
    const at = by.engine.lastTransaction;
    const before = query(all, sql);
    by.executeScript('BEGIN; UPDATE t SET at = at + 50000 WHERE id % 17 = 0; DELETE FROM t WHERE n = 3');
    expect(query(by, sql)).not.toEqual([]);
    const inside = query(by, sql);
    by.executeScript('COMMIT');
    expect(query(by, sql)).toEqual(inside);
    expect(query(all, sql)).toEqual(inside);
    for (const rules of [[], ['group-ends']]) {
      const past = new Session(by.engine, { disabledRules: rules as never });
      past.begin({ asOf: { transaction: at } });
      expect(query(past, sql)).toEqual(before);
      past.executeScript('ROLLBACK');
    }
    by.checkpoint();
    expect(query(by, sql)).toEqual(query(all, sql));
  });
});
