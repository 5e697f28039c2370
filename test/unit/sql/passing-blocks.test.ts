import { beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { isBeyondCache } from '../../../src/engine/table/passing-block.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const ROWS = 2 * LIMITS.blockRows + 100;

/** Of each operator that may keep rows for later: it must not keep the memory of a scan's block. */
const QUERIES = [
  'SELECT * FROM a',
  'SELECT * FROM a WHERE n % 3 = 1',
  'SELECT word, n FROM a ORDER BY x, id',
  'SELECT id, word FROM a ORDER BY word DESC, id LIMIT 50',
  'SELECT word, count(*), sum(n), min(x), max(x), min(word) FROM a GROUP BY word ORDER BY word',
  'SELECT n % 7, word, count(DISTINCT n), avg(x) FROM a GROUP BY 1, 2 ORDER BY 1, 2',
  "SELECT n % 40, group_concat(word, ',') FROM a GROUP BY 1 ORDER BY 1",
  'SELECT DISTINCT word FROM a ORDER BY 1',
  'SELECT DISTINCT n % 1000, word FROM a ORDER BY 1, 2',
  'SELECT a.id, b.word FROM a JOIN b ON a.n = b.id ORDER BY a.id',
  'SELECT a.id, b.id FROM a LEFT JOIN b ON a.word = b.word AND b.id < 40 ORDER BY 1, 2 LIMIT 5000',
  'SELECT b.id, (SELECT max(x) FROM a WHERE a.n = b.id) FROM b ORDER BY 1 LIMIT 20',
  'SELECT count(*) FROM a, b WHERE a.x > b.id AND b.id < 5',
  'SELECT id, sum(n) OVER (PARTITION BY word ORDER BY id) FROM a ORDER BY id',
  'SELECT id, lag(word, 3) OVER (ORDER BY id), ntile(5) OVER (ORDER BY x, id) FROM a ORDER BY id',
  'SELECT word FROM a UNION SELECT word FROM b ORDER BY 1',
  'SELECT n FROM a EXCEPT SELECT id FROM b ORDER BY 1',
  'SELECT n FROM a INTERSECT SELECT id FROM b ORDER BY 1',
  'WITH w AS (SELECT n, word FROM a WHERE id % 2 = 0) SELECT p.n, q.word FROM w p JOIN w q ON p.n = q.n ORDER BY 1, 2 LIMIT 900',
  'SELECT id FROM a WHERE word IN (SELECT word FROM b WHERE id < 30) ORDER BY 1',
  'SELECT median(x), total(n) FROM a',
];

function filled(cacheLimitBytes: number): Session {
  const session = memorySession({}, { cacheLimitBytes });
  session.executeScript(`CREATE TABLE a (id INTEGER PRIMARY KEY, word TEXT, n INTEGER, x REAL);
    CREATE TABLE b (id INTEGER PRIMARY KEY, word TEXT)`);
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  session.insertColumns('a', {
    word: rows.map((row) => (row % 11 === 0 ? null : `word ${(row * 7) % 300}`)),
    n: rows.map((row) => (row % 7 === 0 ? null : (row * 31) % ROWS)),
    x: rows.map((row) => ((row * 13) % 5000) / 4),
  });
  session.insertColumns('b', { word: rows.slice(0, 5000).map((row) => `word ${(row * 3) % 400}`) });
  session.checkpoint();
  return session;
}

describe('a table that is larger than the cache', () => {
  let passing: Session;
  let cached: Session;

  beforeAll(() => {
    passing = filled(0);
    cached = filled(64 * 1024 * 1024);
  });

  test('is read past it', () => {
    const beyond = [passing, cached].map(({ engine }) => {
      const id = engine.catalog.table(engine.current, 'a')?.id ?? -1;
      return isBeyondCache(engine.table(id).segments, 4);
    });
    expect(beyond).toEqual([true, false]);
    query(passing, 'SELECT sum(n), sum(x) FROM a');
    expect(passing.engine.stats().cacheBytes).toBe(0);
  });

  test.each(QUERIES)('%s', (sql) => {
    expect(query(passing, sql)).toEqual(query(cached, sql));
  });
});
