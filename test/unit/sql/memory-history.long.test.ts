import { expect, test } from 'vitest';
import type { Session } from '../../../src/sql/session.ts';
import { limitedSession } from '../../support/little-memory.ts';
import { query } from '../../support/sql-session.ts';

const MEBIBYTE = 1024 * 1024;
const ROWS = 18_000;

/** Changes of many rows that lie in no order, in segments and outside of them. */
function changed(limitMb: number, options = ''): Session {
  const session = limitedSession(limitMb);
  session.executeScript(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT) ${options};
    INSERT INTO t SELECT value, value % 7, 'text ' || value FROM generate_series(1, ${ROWS})`);
  session.checkpoint();
  session.executeScript(`UPDATE t SET a = a + 1 WHERE id * 7919 % 3 > 0;
    INSERT INTO t SELECT ${ROWS} + value * 7919 % 20011, value, NULL FROM generate_series(1, 6000)`);
  return session;
}

test('the links of a ledger are the same whether changes lie in memory or in segments, are few or many', () => {
  const session = changed(64, 'WITH (ledger = true)');
  const verified = (): unknown => query(session, 'VERIFY LEDGER t');
  session.executeScript(`BEGIN; DELETE FROM t WHERE id % 5 = 0; UPDATE t SET id = -id WHERE id % 11 = 0;
    INSERT INTO t SELECT value * 5, 8, 'again' FROM generate_series(1, 9000); DELETE FROM t WHERE id % 1000 = 10; COMMIT`);
  session.executeScript("UPDATE t SET b = b || '.' WHERE id BETWEEN 100 AND 120");
  const [[, count, firstBad, head]] = verified() as unknown[][];
  expect([count, firstBad]).toEqual([5, null]);
  session.checkpoint();
  expect(verified()).toEqual([['t', 5, null, head]]);
  session.executeScript('UPDATE t SET a = a + 1');
  session.engine.vacuum();
  expect((verified() as unknown[][])[0].slice(1, 3)).toEqual([6, null]);
  expect(session.engine.stats().operatorBytes).toEqual({});
});

const DIFF = "SELECT count(*), sum(old_a), sum(new_a), count(old_b), min(key), max(key) FROM helios_diff('t', ?, ?)";

test('helios_diff and FLASHBACK hold of each segment a batch', () => {
  const answers = [4, 256].map((limitMb) => {
    const session = changed(limitMb);
    const last = session.engine.lastTransaction;
    const rows = query(session, DIFF.replace('?', String(last - 2)).replace('?', String(last)));
    session.checkpoint();
    expect(query(session, DIFF.replace('?', String(last - 2)).replace('?', String(last)))).toEqual(rows);
    session.executeScript(`FLASHBACK TABLE t TO TRANSACTION ${last - 2}`);
    const back = query(session, 'SELECT count(*), sum(a), sum(length(b)) FROM t');
    expect(query(session, `SELECT count(*), sum(a), sum(length(b)) FROM t AS OF TRANSACTION ${last - 2}`)).toEqual(
      back,
    );
    expect(session.engine.stats().operatorBytes).toEqual({});
    expect(session.engine.stats().peakOperatorBytes).toBeLessThanOrEqual(limitMb * MEBIBYTE);
    return { rows, back };
  });
  expect(answers[0]).toEqual(answers[1]);
});

test('what they have to hold beyond that is asked for', () => {
  const session = limitedSession(1);
  session.executeScript(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);
    INSERT INTO t SELECT value, value FROM generate_series(1, 60000)`);
  session.checkpoint();
  const point = session.engine.lastTransaction;
  // Every other row is to come back: no two of them are neighbours.
  session.executeScript('DELETE FROM t WHERE id % 2 = 0');
  session.checkpoint();
  for (const [name, sql] of [
    ['FLASHBACK', `FLASHBACK TABLE t TO TRANSACTION ${point}`],
    ['FLASHBACK', `FLASHBACK DATABASE TO TRANSACTION ${point}`],
  ]) {
    expect(() => session.executeScript(sql)).toThrow(
      expect.objectContaining({ code: 'OUT_OF_MEMORY_BUDGET', message: expect.stringMatching(`^${name} needs `) }),
    );
    expect(session.engine.stats().operatorBytes).toEqual({});
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[30000]]);
  }
  session.executeScript(`PRAGMA memory_limit_mb = 64; FLASHBACK TABLE t TO TRANSACTION ${point}`);
  expect(query(session, 'SELECT count(*), sum(a) FROM t')).toEqual([[60000, 1800030000]]);
});
