import { expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { memorySession } from '../../support/sql-session.ts';

/** Statements with a mistake: what the message must say, and the word that the position must point to. */
const MISTAKES: readonly (readonly [sql: string, says: string, at: string])[] = [
  ['SELCT 1', 'did you mean SELECT?', 'SELCT'],
  ['INSRET INTO t VALUES (1)', 'did you mean INSERT?', 'INSRET'],
  ['CREATE TABEL x (a)', 'did you mean TABLE?', 'TABEL'],
  ['SELECT 1 FORM t', 'did you mean FROM?', 't'],
  ['SELECT a FROM t WHER a = 1', 'did you mean WHERE?', 'a = 1'],
  ['SELECT a FROM t ODER BY a', 'did you mean ORDER?', 'BY'],
  ['SELECT sensor_idd FROM t', 'no such column "sensor_idd"; did you mean "sensor_id"?', 'sensor_idd'],
  ['SELECT t.sensor_idd FROM t', 'no such column "t.sensor_idd"; did you mean "sensor_id"?', 't.sensor_idd'],
  ['SELECT sensors.a FROM readings', 'no such table in FROM: "sensors"', 'sensors.a'],
  ['SELECT * FROM raedings', 'no such table "raedings"; did you mean "readings"?', 'raedings'],
  ['SELECT cuont(*) FROM t', 'did you mean "count"?', 'cuont'],
  ["SELECT lenght('x')", 'did you mean "length"?', 'lenght'],
  ["SELECT 'a' COLLATE NOCSAE", 'no such collation "NOCSAE"; did you mean "NOCASE"?', ''],
  ['SELECT CAST(1 AS TIMESTMP)', 'unknown type TIMESTMP; did you mean "timestamp"?', 'TIMESTMP'],
  ['SELECT CAST(1 AS TIMESTMP)', 'did you mean "timestamp"? Use INTEGER', 'TIMESTMP'],
  ['SHOW TABLES', 'WITH …; SELECT * FROM information_schema.tables', 'SHOW'],
  ['CREATE TABLE w (a DECMAL)', 'unknown type DECMAL; did you mean "decimal"?', 'DECMAL'],
  ['INSERT INTO t (sensor_ix) VALUES (1)', 'did you mean "sensor_id"?', 'sensor_ix'],
  ['UPDATE t SET sensor_ix = 1', 'did you mean "sensor_id"?', 'sensor_ix'],
  ['CREATE INDEX i ON t (sensor_ix)', 'did you mean "sensor_id"?', 'sensor_ix'],
  ['DROP TABLE raedings', 'did you mean "readings"?', 'raedings'],
  ['DROP INDEX readings_at', 'no such index "readings_at"; did you mean "readings_a"?', 'readings_at'],
  ['DROP INDEX readings_su', 'did you mean "readings_sum"?', 'readings_su'],
  ['DROP TRIGGER watchs', 'no such trigger "watchs"; did you mean "watches"?', 'watchs'],
  ['SELECT a FROM readings INDEXED BY readings_at', 'did you mean "readings_a"?', ''],
  ['SELECT rank() OVER by_b FROM t WINDOW by_a AS (ORDER BY a)', 'no such window: by_b; did you mean "by_a"?', 'rank'],
];

test.each(MISTAKES)('%s', (sql, says, at) => {
  const session = memorySession();
  session.executeScript('CREATE TABLE t (a INTEGER, sensor_id INTEGER); CREATE TABLE readings (a INTEGER)');
  session.executeScript('CREATE INDEX readings_a ON readings (a); CREATE INDEX readings_sum ON readings (a + 1)');
  session.executeScript('CREATE TRIGGER watches AFTER INSERT ON t BEGIN SELECT 1; END');
  try {
    session.executeScript(sql);
    expect.unreachable();
  } catch (error) {
    if (!isHeliosError(error)) throw error;
    expect(error.message).toContain(says);
    if (at !== '') expect(sql.slice(error.position)).toMatch(new RegExp(`^${at}`));
  }
});
