import { describe, expect, test } from 'vitest';
import { open, openSync } from '../../../src/node.ts';
import { failing } from './support.ts';

const SETUP = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t VALUES (1, 10), (2, 20)';

describe('asOf', () => {
  test('several queries read one state of the whole database', async () => {
    const db = await open(':memory:');
    await db.exec(SETUP);
    const view = db.asOf({ timestamp: new Date('2999-01-01') });
    expect((await view.query('SELECT v FROM t')).rows).toEqual([{ v: 10 }, { v: 20 }]);
    await db.exec('UPDATE t SET v = 0; ALTER TABLE t ADD COLUMN w; CREATE TABLE u(a); DROP TABLE t');
    expect((await view.query('SELECT * FROM t WHERE id = ?', [2], { rowMode: 'array' })).rows).toEqual([[2, 20]]);
    expect(await view.sql<{ v: number }>`SELECT v FROM t WHERE id = ${1}`).toEqual([{ v: 10 }]);
    const seen: unknown[] = [];
    for await (const row of view.iterate('SELECT id FROM t ORDER BY id')) seen.push(row);
    expect(seen).toEqual([{ id: 1 }, { id: 2 }]);
    await expect(view.query('SELECT * FROM u')).rejects.toEqual(failing('TABLE_NOT_FOUND'));
    await expect(view.query('CREATE TABLE v(a)')).rejects.toEqual(failing('TRANSACTION_READ_ONLY'));
    await db.close();
    await expect(view.query('SELECT 1')).rejects.toEqual(failing('CLOSED'));
  });

  test('a point by transaction, change, text and Date', async () => {
    const db = await open(':memory:');
    await db.exec(SETUP);
    await db.exec('UPDATE t SET v = v + 1');
    const v = async (point: Parameters<typeof db.asOf>[0]) =>
      (await db.asOf(point).sql`SELECT v FROM t WHERE id = 1`)[0]?.v;
    expect([
      await v({ transaction: 2 }),
      await v({ transaction: 3 }),
      await v({ scn: 2 }),
      await v({ scn: 3 }),
    ]).toEqual([10, 11, 10, 11]);
    expect(await v({ timestamp: '2999-12-31 00:00:00+02:00' })).toBe(11);
    await expect(v({ timestamp: '2000-01-01' })).rejects.toEqual(failing('TABLE_NOT_FOUND'));
    await expect(v({ transaction: 4 })).rejects.toEqual(failing('INVALID_VALUE'));
    await expect(v({ timestamp: 'yesterday' })).rejects.toEqual(failing('INVALID_VALUE'));
    await db.exec("CREATE SNAPSHOT s EXPIRES '1 hour'; UPDATE t SET v = 0");
    expect(await v({ snapshot: 'S' })).toBe(11);
    const named = db.asOf({ snapshot: 's' });
    expect(await named.sql`SELECT v FROM t WHERE id = 2`).toEqual([{ v: 21 }]);
    await db.exec('DROP SNAPSHOT s');
    await expect(v({ snapshot: 's' })).rejects.toEqual(failing('SNAPSHOT_NOT_FOUND'));
    expect(await named.sql`SELECT v FROM t WHERE id = 1`).toEqual([{ v: 11 }]);
    const inside = await db.transaction(
      (tx) => tx.sql`SELECT sum(v) AS s, helios_txn() AS txn, helios_scn() AS scn FROM t`,
      { asOf: { transaction: 2 } },
    );
    expect(inside).toEqual([{ s: 30, txn: 2, scn: 2 }]);
    await db.close();
  });

  test.each([
    null,
    5,
    {},
    { transaction: 'x' },
    { scn: 1, transaction: 2 },
    { timestamp: new Date('x') },
    { when: 1 },
    { snapshot: 1 },
  ])('what is no point: %j', async (point) => {
    const db = await open(':memory:');
    expect(() => db.asOf(point as never)).toThrow(failing('MISUSE'));
    await expect(db.transaction(async () => 1, { asOf: point as never })).rejects.toEqual(failing('MISUSE'));
    await db.close();
    const sync = openSync(':memory:');
    expect(() => sync.asOf(point as never)).toThrow(failing('MISUSE'));
    sync.close();
  });

  test('now is behind every commit so far', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t(a)');
    for (let i = 1; i <= 200; i++) {
      db.exec('INSERT INTO t VALUES (1)');
      expect(db.asOf({ timestamp: new Date() }).query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: i }]);
    }
    db.close();
  });

  test('the synchronous twin, inside of a transaction too', () => {
    const db = openSync(':memory:');
    db.exec(SETUP);
    const view = db.asOf({ transaction: 2 });
    db.transaction((tx) => {
      tx.exec('DELETE FROM t');
      expect(view.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 2 }]);
      expect(tx.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 0 }]);
    });
    expect([...view.iterate('SELECT v FROM t ORDER BY id')]).toEqual([{ v: 10 }, { v: 20 }]);
    expect(view.sql`SELECT v FROM t WHERE id = ${2}`).toEqual([{ v: 20 }]);
    expect(db.transaction((tx) => tx.sql`SELECT count(*) AS n FROM t`, { asOf: { scn: 1 } })).toEqual([{ n: 2 }]);
    expect(() => view.query('DELETE FROM t')).toThrow(failing('TRANSACTION_READ_ONLY'));
    db.close();
    expect(() => view.query('SELECT 1')).toThrow(failing('CLOSED'));
  });

  test('an iteration that is left early keeps nothing', () => {
    const db = openSync(':memory:');
    db.exec(`${SETUP}; INSERT INTO t SELECT value + 10, value FROM generate_series(1, 10000)`);
    for (const row of db.asOf({ transaction: 3 }).iterate('SELECT * FROM t')) if (row.id === 1) break;
    db.exec('PRAGMA min_retention_seconds = 0; DELETE FROM t; VACUUM');
    expect(db.stats().mainBytes).toBeLessThan(50_000);
    db.close();
  });
});
