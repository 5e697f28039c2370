import { expect, test } from 'vitest';
import { Session } from '../../../../src/sql/session.ts';
import { memorySession, query, rowsOf } from '../../../support/sql-session.ts';

const BATCH_ROWS = [2, 3, 2048];

function filled(): Session {
  const session = memorySession();
  session.executeScript(`
    CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, y TEXT COLLATE NOCASE, z);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER, v REAL);
    CREATE INDEX a_xy ON a (x, y); CREATE INDEX a_y ON a (y); CREATE INDEX a_z ON a (z);
    WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2500)
    INSERT INTO a SELECT i, CASE WHEN i % 11 = 0 THEN NULL ELSE i * 7919 % 2200 END,
      CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN 'K' || i % 9 ELSE 'k' || i % 9 END,
      CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN i % 7 WHEN 2 THEN i % 7 + 0.5 WHEN 3 THEN i % 7 || '' ELSE i % 700 END FROM c;
    INSERT INTO b SELECT id, id * 31 % 2600, id / 2.0 FROM a;`);
  session.engine.checkpoint();
  session.executeScript(
    "INSERT INTO a VALUES (2501, 5, NULL, 3), (2502, 2199, 'k1', NULL); INSERT INTO b VALUES (9999, 1, 7)",
  );
  return session;
}

/** The rows with the choice, the same at every batch size and without it; the plan. */
function planOf(session: Session, sql: string, choice: string): string {
  const expected = query(new Session(session.engine, { disabledRules: [choice] }), sql);
  for (const batchRows of BATCH_ROWS) {
    expect(query(new Session(session.engine, { batchRows }), sql), `${sql}, ${batchRows} rows`).toEqual(expected);
  }
  return query(session, `EXPLAIN ${sql}`).join('\n');
}

test('groups end when the next one begins, where the rows come in the order of the keys', () => {
  const session = filled();
  const of = (sql: string): string => planOf(session, sql, 'ordered-aggregate');
  const streamed = [
    'SELECT a.id, count(*), sum(b.v) FROM a JOIN b ON b.a = a.id GROUP BY a.id',
    'SELECT a.id, a.y, count(b.id), group_concat(b.id), max(b.v) FILTER (WHERE b.id % 2 = 0) FROM a LEFT JOIN b ON b.a = a.id GROUP BY a.id, a.y',
    'SELECT a.id, count(*) FROM a JOIN b ON b.a = a.id GROUP BY a.id HAVING count(*) > 0 ORDER BY a.id',
    'SELECT x, count(*), sum(id) FROM a GROUP BY x ORDER BY x LIMIT 9',
    'SELECT x, count(*), sum(id) FROM a GROUP BY x ORDER BY x DESC LIMIT 9 OFFSET 3',
    'SELECT x, y, count(*), avg(id) FROM a GROUP BY y, x ORDER BY x, y LIMIT 40',
    'SELECT y, count(*), sum(DISTINCT id % 5) FROM a WHERE x = 5 GROUP BY y ORDER BY y',
    'SELECT x, count(*) FROM (SELECT x, id FROM a ORDER BY x, id LIMIT 500) GROUP BY x ORDER BY x',
    'SELECT k, count(*) FROM (SELECT lower(y) AS k FROM a ORDER BY k LIMIT 900 OFFSET 10) GROUP BY k',
    'SELECT z, count(*), min(id) FROM (SELECT z, id FROM a ORDER BY z, id LIMIT 2000) GROUP BY z',
    'SELECT y, min(id), count(x) FROM (SELECT * FROM a ORDER BY y, id LIMIT 2000) GROUP BY y',
  ];
  for (const sql of streamed) expect(of(sql), sql).toContain('ORDERED AGGREGATE');
  for (const sql of streamed.slice(2, 6)) expect(of(sql), sql).not.toMatch(/SORT|TOP N/);
  const hashed = [
    'SELECT x, count(*) FROM a GROUP BY x',
    'SELECT x, count(*) FROM a GROUP BY x ORDER BY count(*), x LIMIT 3',
    'SELECT x, group_concat(id) FROM a GROUP BY x ORDER BY x LIMIT 9',
    'SELECT y, count(*) FROM a GROUP BY y ORDER BY y LIMIT 2',
    'SELECT x, y, count(*) FROM a GROUP BY ROLLUP (x, y) ORDER BY x, y LIMIT 30',
    'SELECT x + 1, count(*) FROM a GROUP BY x + 1 ORDER BY 1 LIMIT 3',
    'SELECT count(*) FROM a',
  ];
  for (const sql of hashed) expect(of(sql), sql).not.toContain('ORDERED AGGREGATE');
  expect(
    query(session, 'SELECT id, count(*) FROM (SELECT id FROM a WHERE id < 0 ORDER BY id LIMIT 5) GROUP BY id'),
  ).toEqual([]);
});

test('rows come in the order of their rowids without a sort, until a row is written out of order', () => {
  const session = filled();
  const of = (sql: string): string => planOf(session, sql, 'rowid-order');
  const ordered = [
    'SELECT id, x FROM a ORDER BY id',
    'SELECT id, x FROM a WHERE z > 2 ORDER BY id, x DESC',
    'SELECT a.id, b.v FROM a JOIN b ON b.a = a.id WHERE a.x > 3 ORDER BY a.id',
    'SELECT a.id, b.v FROM a LEFT JOIN b ON b.a = a.id AND b.v > 100 ORDER BY a.id, b.v',
    'SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.a = a.id AND b.v > a.z) ORDER BY id',
  ];
  const sorts = (): boolean[] => ordered.map((sql) => /SORT|INDEX rowid/.test(of(sql)));
  expect(sorts()).toEqual([false, false, false, true, false]);
  expect(of('SELECT id FROM a ORDER BY id DESC')).toContain('SORT');
  session.executeScript(
    'UPDATE a SET x = 1 WHERE id IN (7, 900); INSERT INTO a (id, x) VALUES (-5, 1); UPDATE b SET v = 1 WHERE id = 4',
  );
  for (const sql of ordered) of(sql);
  expect(query(new Session(session.engine), `EXPLAIN ${ordered[0]}`).join()).toContain('SORT');
});

test('sides that both come in the order of the key are merged', () => {
  const session = filled();
  session.executeScript(`CREATE TABLE c (id INTEGER PRIMARY KEY, w);
    INSERT INTO c SELECT id * 2, z FROM a WHERE id % 3 > 0;`);
  const of = (sql: string): string => planOf(session, sql, 'merge-join');
  const merged = [
    'SELECT a.id, a.x, b.v FROM a JOIN b ON b.id = a.id',
    'SELECT a.id, c.w FROM a LEFT JOIN c ON c.id = a.id',
    'SELECT a.id, c.w FROM a LEFT JOIN c ON c.id = a.id AND c.w > a.x',
    'SELECT a.id, c.id FROM a FULL JOIN c ON c.id = a.id AND a.x < 900',
    'SELECT a.id, b.v, c.w FROM a LEFT JOIN b ON b.a = a.id LEFT JOIN c ON c.id = a.id ORDER BY 1, 2',
    'SELECT id FROM a WHERE EXISTS (SELECT 1 FROM c WHERE c.id = a.id AND c.w IS NOT a.z)',
    'SELECT id FROM a WHERE NOT EXISTS (SELECT 1 FROM c WHERE c.id = a.id)',
    'SELECT id, (SELECT w FROM c WHERE c.id = a.id) FROM a',
    'SELECT a.id, sum(c.w), count(*) FROM a JOIN c ON c.id = a.id GROUP BY a.id',
    'SELECT a.y, sum(c.w), count(*) FROM a JOIN c ON c.id = a.id GROUP BY a.y',
    'SELECT s.k, c.w FROM (SELECT id AS k FROM a WHERE x > 2) AS s JOIN c ON c.id = s.k ORDER BY s.k',
  ];
  for (const sql of merged) expect(of(sql), sql).toContain('MERGE JOIN');
  for (const at of [8, 10]) expect(of(merged[at])).not.toContain('SORT');
  expect(of(merged[8])).toContain('ORDERED AGGREGATE');
  const hashed = [
    'SELECT a.id, b.v FROM a JOIN b ON b.a = a.id ORDER BY a.id, b.v',
    'SELECT a.id, c.w FROM a JOIN c ON c.id + 0 = a.id',
    'SELECT a.id, c.w FROM a JOIN c ON c.id IS a.id',
    'SELECT a.id, c.w FROM a JOIN c ON c.id = a.id AND c.w = a.z',
    'SELECT a.id FROM a WHERE id NOT IN (SELECT w FROM c)',
  ];
  for (const sql of hashed) expect(of(sql), sql).not.toContain('MERGE JOIN');
  const prepared = merged.map((sql) => session.prepare(sql));
  session.executeScript(
    'UPDATE a SET x = 1 WHERE id IN (7, 900); INSERT INTO c VALUES (-5, 1), (7, 2); DELETE FROM b WHERE id = 4',
  );
  const sorted = (rows: unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  prepared.forEach((statement, i) => {
    const expected = query(new Session(session.engine, { disabledRules: ['merge-join', 'rowid-order'] }), merged[i]);
    expect(sorted(rowsOf(statement)), merged[i]).toEqual(sorted(expected));
  });
});
