import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { memorySession, query } from '../../support/sql-session.ts';

describe('indexes with computed keys', () => {
  test.each([false, true])('are there again when the database is opened again, checkpointed: %s', (checkpoints) => {
    const storage = openMemoryStorage();
    const open = () => new Session(Engine.open(storage, new SimulatedClock(), new SeededRandom(1)));
    const session = open();
    session.executeScript(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, size INTEGER, twice INTEGER AS (size * 2) UNIQUE);
      CREATE UNIQUE INDEX by_lower ON t (lower(name)) WHERE size > 1;
      INSERT INTO t (name, size) VALUES ('One', 1), ('Two', 2), ('Three', 3);
    `);
    if (checkpoints) session.engine.checkpoint();
    session.executeScript(`UPDATE t SET name = 'Zwei' WHERE id = 2; DELETE FROM t WHERE id = 3`);
    session.close();
    const again = open();
    expect(query(again, "SELECT id, twice FROM t WHERE lower(name) = 'zwei' AND size > 1")).toEqual([[2, 4]]);
    expect(query(again, "SELECT id FROM t WHERE lower(name) IN ('two', 'three') AND size > 1")).toEqual([]);
    const unique = expect.objectContaining({ code: 'UNIQUE_VIOLATION' });
    expect(() => again.executeScript("INSERT INTO t (name, size) VALUES ('ZWEI', 7)")).toThrow(unique);
    expect(() => again.executeScript("INSERT INTO t (name, size) VALUES ('zwo', 2)")).toThrow(unique);
    again.executeScript("INSERT INTO t (name, size) VALUES ('ZWEI', 0)");
  });

  test('are used where the expression is written alike', () => {
    const session = memorySession();
    session.executeScript(`
      CREATE TABLE t (a INTEGER, b INTEGER, c TEXT COLLATE NOCASE);
      CREATE INDEX sum ON t (a + b);
      CREATE INDEX upper_c ON t (upper(c), a) WHERE b IS NOT NULL;
    `);
    const plan = (sql: string) => query(session, `EXPLAIN ${sql}`).flat().join('\n');
    expect(plan('SELECT * FROM t WHERE a + b = 3')).toContain('USING INDEX sum');
    expect(plan('SELECT * FROM t x WHERE 3 = x.a + x.b')).toContain('USING INDEX sum');
    expect(plan('SELECT * FROM t WHERE b + a = 3')).not.toContain('INDEX');
    expect(plan("SELECT * FROM t WHERE upper(c) = 'X'")).not.toContain('INDEX');
    expect(plan("SELECT * FROM t WHERE upper(c) = 'X' AND a > 1 AND b = 2")).toContain('USING INDEX upper_c (equal 1');
    expect(plan('DELETE FROM t WHERE a + b = 3')).toContain('USING INDEX sum');
  });

  test('are filled by rows that come by columns', () => {
    const session = memorySession();
    session.executeScript('CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX u ON t (length(a))');
    session.insertColumns('t', { a: ['x', 'xx'] });
    expect(query(session, 'SELECT a FROM t WHERE length(a) = 2')).toEqual([['xx']]);
    expect(() => session.insertColumns('t', { a: ['xxx', 'yy'] })).toThrow("UNIQUE constraint failed: index 'u'");
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[2]]);
  });
});
