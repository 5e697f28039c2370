import { describe, expect, test } from 'vitest';
import { limitedSession } from '../../support/little-memory.ts';
import { query } from '../../support/sql-session.ts';

const MEBIBYTE = 1024 * 1024;

const SERIES = 'generate_series(1, 200000)';

/** Statements whose operators have to hold more than a megabyte, whatever they do, by the operator that they fail in. */
const TOO_LARGE: readonly (readonly [operator: string, sql: string])[] = [
  ['aggregate', `SELECT group_concat(value) FROM ${SERIES}`],
  ['aggregate', `SELECT count(DISTINCT value) FROM ${SERIES}`],
  ['aggregate', `SELECT median(value) FROM ${SERIES}`],
  ['aggregate', `SELECT json_group_array(value) FROM ${SERIES}`],
  ['aggregate', `SELECT array_agg(value ORDER BY value DESC) FROM ${SERIES}`],
  ['aggregate', `SELECT mode(value) FROM ${SERIES}`],
  ['window', `SELECT sum(value) OVER (ORDER BY value ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) FROM ${SERIES}`],
  ['window', `SELECT group_concat(value) OVER () FROM ${SERIES}`],
  [
    'recursive query',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 17 FROM n WHERE i < 1000000) SELECT count(*) FROM n',
  ],
  ['subquery', `SELECT 5 IN (SELECT value FROM ${SERIES} LIMIT 150000) OR random() IS NULL`],
  // Few rows, of long texts.
  ['subquery', `SELECT 'x' IN (SELECT printf('%0*d', 20000, value) FROM ${SERIES} LIMIT 60) OR random() IS NULL`],
  [
    'subquery',
    `SELECT ('x', 1) IN (SELECT printf('%0*d', 20000, value), 1 FROM ${SERIES} LIMIT 60) OR random() IS NULL`,
  ],
];

describe.each(TOO_LARGE)('%s', (operator, sql) => {
  test(`${sql} fails, leaves nothing, and the session lives on`, () => {
    const session = limitedSession(1);
    session.executeScript('CREATE TABLE kept (id INTEGER PRIMARY KEY); INSERT INTO kept VALUES (7)');
    for (let round = 0; round < 2; round++) {
      expect(() => query(session, sql)).toThrow(
        expect.objectContaining({
          code: 'OUT_OF_MEMORY_BUDGET',
          message: expect.stringMatching(`^${operator} needs `),
        }),
      );
      const { operatorBytes, peakOperatorBytes } = session.engine.stats();
      expect(operatorBytes).toEqual({});
      expect(peakOperatorBytes).toBeLessThanOrEqual(MEBIBYTE);
      expect(query(session, 'SELECT id FROM kept')).toEqual([[7]]);
    }
    session.executeScript('PRAGMA memory_limit_mb = 256');
    query(session, sql);
    expect(session.engine.stats().operatorBytes).toEqual({});
  });
});

test('a cursor that is closed early gives its memory back', () => {
  const session = limitedSession(32);
  const cursor = session.prepare(`SELECT value FROM ${SERIES} ORDER BY value % 1000, value DESC`).execute();
  while ((cursor.next()?.count ?? 1) === 0);
  expect(session.engine.stats().operatorBytes.sort).toBeGreaterThan(0);
  cursor.close();
  expect(session.engine.stats().operatorBytes).toEqual({});
});

test('an interrupted statement gives its memory back', () => {
  let calls = 0;
  const interrupt = (): void => {
    if (++calls === 20) throw new Error('stop');
  };
  const session = limitedSession(8, { interrupt });
  session.executeScript('CREATE TABLE t (a)');
  expect(() => session.executeScript(`INSERT INTO t SELECT value FROM ${SERIES}`)).toThrow('stop');
  expect(session.engine.stats().peakOperatorBytes).toBeGreaterThan(0);
  expect(session.engine.stats().operatorBytes).toEqual({});
});

test('results of subqueries are forgotten rather than too many', () => {
  const session = limitedSession(2);
  const sql = `SELECT count(*) FROM generate_series(1, 300) a
    WHERE a.value IN (SELECT b.value + a.value - 1 FROM generate_series(1, 2500) b WHERE b.value % 7 <> a.value OR random() IS NULL)`;
  expect(query(session, sql)).toEqual([[299]]);
  expect(session.engine.stats().peakOperatorBytes).toBeGreaterThan(MEBIBYTE);
});

test('what subqueries of subqueries keep is let go with the row that they were run for', () => {
  const session = limitedSession(1);
  session.executeScript(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
    INSERT INTO t SELECT value, printf('%0*d', 1000, value) FROM generate_series(1, 60)`);
  const sql = `SELECT count((SELECT max((SELECT min(c.a) FROM t c WHERE c.id >= b.id + a.id - 60 OR random() IS NULL))
    FROM t b WHERE b.id > a.id - 3 OR random() IS NULL)) FROM t a`;
  expect(query(session, sql)).toEqual([[60]]);
  expect(session.engine.stats().operatorBytes).toEqual({});
  expect(session.engine.stats().peakOperatorBytes).toBeLessThanOrEqual(MEBIBYTE);
});

describe('PRAGMA', () => {
  test('memory_limit_mb and cache_mb show and set the limits', () => {
    const session = limitedSession(64);
    const limits = () => [query(session, 'PRAGMA memory_limit_mb'), query(session, 'PRAGMA cache_mb')];
    expect(limits()).toEqual([[[64]], [[16]]]);
    session.executeScript('PRAGMA memory_limit_mb = 16; PRAGMA cache_mb = 2');
    expect(limits()).toEqual([[[16]], [[2]]]);
    const { memoryLimitBytes, cacheLimitBytes } = session.engine.stats();
    expect([memoryLimitBytes, cacheLimitBytes]).toEqual([16 * MEBIBYTE, 2 * MEBIBYTE]);
    expect(query(session, 'PRAGMA cache_size')).toEqual([[-2048]]);
  });

  test.each(['memory_limit_mb = 0', "memory_limit_mb = 'much'", 'cache_mb = -1', 'memory_limit_mb = 1e300'])(
    '%s is INVALID_VALUE',
    (setting) => {
      const session = limitedSession(64);
      expect(() => session.executeScript(`PRAGMA ${setting}`)).toThrow(
        expect.objectContaining({ code: 'INVALID_VALUE' }),
      );
    },
  );
});
