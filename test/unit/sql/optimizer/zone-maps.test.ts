import { expect, test } from 'vitest';
import { Session } from '../../../../src/sql/session.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

/** Blocks of 4,096 rows of which the first have no NULL, some are constant, and some have values of all sizes. */
function filled(): Session {
  const session = memorySession();
  session.executeScript(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, at INTEGER, v REAL, big INTEGER, name TEXT, x);
    WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000)
    INSERT INTO t SELECT i, i / 10, CASE WHEN i > 9000 AND i % 7 = 0 THEN NULL WHEN i < 5000 THEN 1.5 ELSE i * 7919 % 1000 / 8.0 END,
      CASE WHEN i BETWEEN 15000 AND 15100 THEN 9223372036854775807 - i ELSE -i END,
      'a name of more than thirty-two characters ' || (i * 7919 % 1000), CASE i % 3 WHEN 0 THEN i WHEN 1 THEN i || '' END FROM c;`);
  session.engine.checkpoint();
  return session;
}

const AGGREGATES = [
  'SELECT count(*) FROM t',
  'SELECT count(*), count(v), count(x), count(name), min(v), max(v), min(at), max(at) FROM t',
  'SELECT min(big), max(big), min(id), max(id) FROM t',
  'SELECT min(name), max(name), min(x), max(x) FROM t',
  'SELECT count(*), max(v) FROM t WHERE at >= 500 AND at < 1500',
  'SELECT count(*), min(v) FROM t WHERE at > 409',
  'SELECT count(*), sum(v) FROM t WHERE at BETWEEN 410 AND 1638',
  'SELECT count(*) FROM t WHERE v < 1000',
  'SELECT count(*) FROM t WHERE v = 1.5',
  "SELECT count(*) FROM t WHERE name > 'a name of more than thirty-two characters 5'",
  "SELECT count(*) FROM t WHERE name LIKE 'a name%1'",
  "SELECT count(*) FROM t WHERE at < 'text' AND name >= 'a'",
  'SELECT count(*) FROM t WHERE at > NULL',
  'SELECT count(*), max(at) FROM t WHERE x > 0',
  'SELECT id, v FROM t WHERE at >= 100 AND at <= 900 AND v > 3 ORDER BY id LIMIT 3000',
  'SELECT id FROM t WHERE at >= 100 AND at <= 900 LIMIT 5000 OFFSET 2990',
  'SELECT count(DISTINCT at), max(v) FILTER (WHERE at > 5), min(at + 1) FROM t',
  'SELECT max(at), id FROM t',
];

function sameWithout(session: Session): void {
  const without = new Session(session.engine, { disabledRules: ['zone-map-answers'] });
  for (const sql of AGGREGATES) {
    const expected = query(without, sql);
    for (const batchRows of [100, 2048]) {
      expect(query(new Session(session.engine, { batchRows }), sql), `${sql}, ${batchRows} rows`).toEqual(expected);
    }
  }
}

/** Blocks that a query reads, out of five. */
function blocksRead(session: Session, sql: string): number {
  const plan = query(session, `EXPLAIN ANALYZE ${sql}`).join('\n');
  const [, read] = /blocks (\d+) read/.exec(plan) ?? [];
  if (read === undefined) throw new Error(plan);
  return Number(read);
}

test('aggregates and filters give the same with and without zone maps, whatever has ended since', () => {
  const session = filled();
  sameWithout(session);
  session.executeScript('DELETE FROM t WHERE id % 5000 = 17; UPDATE t SET v = 1e9 WHERE id = 9999');
  session.executeScript(
    "INSERT INTO t VALUES (30000, 5000, -5, -1e6, 'z', NULL); ALTER TABLE t ADD COLUMN extra INTEGER DEFAULT 7",
  );
  sameWithout(session);
  expect(query(session, 'SELECT min(extra), max(extra), count(extra) FROM t')).toEqual([[7, 7, 19_997]]);
  session.executeScript('DELETE FROM t WHERE at > 1000');
  sameWithout(session);
  session.engine.checkpoint();
  sameWithout(session);
  session.executeScript('BEGIN; INSERT INTO t (id, at) VALUES (40000, 1), (40001, 9000)');
  expect(query(session, 'SELECT max(at), count(*) FROM t')[0][0]).toBe(9000);
  session.executeScript('ROLLBACK');
});

test('blocks that zone maps answer for are not read', () => {
  const session = filled();
  expect(blocksRead(session, 'SELECT count(*), max(at), min(v), max(big) FROM t')).toBe(0);
  expect(blocksRead(session, 'SELECT count(*), max(v) FROM t WHERE at >= 500 AND at < 1500')).toBe(2);
  expect(blocksRead(session, 'SELECT count(*), max(v) FROM t WHERE at >= 500 AND v > 3')).toBe(4);
  expect(blocksRead(session, 'SELECT max(name) FROM t')).toBe(5);
  session.executeScript('DELETE FROM t WHERE id = 5000');
  expect(blocksRead(session, 'SELECT count(*), max(at) FROM t')).toBe(1);
});
