import { describe, expect, test } from 'vitest';
import { failing, openTestDatabase, settle, type TestDatabase } from './support.ts';

const ROWS = 20_000;

/** Rows of which most lie in a segment, and some in memory; each look at the time ends a slice. */
async function filled(): Promise<TestDatabase> {
  const opened = openTestDatabase();
  const { db, engine, scheduler } = opened;
  await db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v INTEGER)');
  const insert = `INSERT INTO t SELECT value, 'name ' || (value * 7919 % ${ROWS}), value % 100 FROM generate_series`;
  await db.exec(`${insert}(1, ${ROWS - 5000})`);
  engine.checkpoint();
  await db.exec(`${insert}(${ROWS - 4999}, ${ROWS})`);
  await db.exec('DELETE FROM t WHERE id % 1000 = 1');
  await settle();
  scheduler.tickMs = 10;
  return opened;
}

function plansWith({ engine }: TestDatabase, name: string): number {
  return [...engine.state.tables.values()].filter(({ indexes }) => indexes.some((index) => index.name === name)).length;
}

describe('CREATE INDEX over many rows', () => {
  test.each(['CREATE INDEX i ON t(v, name DESC)', 'CREATE UNIQUE INDEX i ON t(name)'])(
    '%s goes on in slices, between which others read and no one writes',
    async (sql) => {
      const opened = await filled();
      const { db, scheduler, engine } = opened;
      const counts: unknown[] = [];
      const order: string[] = [];
      const before = scheduler.turns;
      const reads = async (): Promise<void> => {
        for (let i = 0; i < 10; i++) {
          counts.push((await db.query('SELECT count(*) AS n FROM t WHERE id <= 1000')).rows);
          order.push('read');
        }
      };
      const write = async (): Promise<void> => {
        await db.query("INSERT INTO t VALUES (100001, 'later', 7)");
        order.push('written');
      };
      const create = async (): Promise<void> => {
        await db.exec(sql);
        order.push('created');
      };
      const creating = create();
      while (scheduler.turns === before) await settle();
      await Promise.all([creating, write(), reads()]);
      expect(scheduler.turns - before).toBeGreaterThan(20);
      expect(counts).toEqual(new Array(10).fill([{ n: 999 }]));
      expect(order.slice(0, 3)).toEqual(['read', 'read', 'read']);
      // Both are told of their flush, which may be the same.
      expect(order.indexOf('created')).toBeLessThan(order.indexOf('written') + 2);
      expect(engine.check().problems).toEqual([]);
      expect(engine.memory.operatorBytes).toBe(0);
      expect((await db.query("SELECT id FROM t WHERE name = 'later'")).rows).toEqual([{ id: 100001 }]);
      expect((await db.query('SELECT count(*) AS n FROM t WHERE v = 7')).rows).toEqual([{ n: 201 }]);
      await db.exec("UPDATE t SET name = 'changed' WHERE id = 5; DELETE FROM t WHERE id = 6");
      engine.checkpoint();
      expect(engine.check().problems).toEqual([]);
      await db.close();
    },
  );

  test('is refused where two rows are alike, in a segment or in memory, and leaves nothing behind', async () => {
    const opened = await filled();
    const { db, engine } = opened;
    for (const [id, name] of [
      [ROWS, 'name 15838'],
      [10, `name ${(ROWS * 7919 - 7919) % ROWS}`],
    ]) {
      await db.query('UPDATE t SET name = ? WHERE id = ?', [name, id]);
      await expect(db.exec('CREATE UNIQUE INDEX i ON t(name)')).rejects.toEqual(failing('UNIQUE_VIOLATION'));
      expect(plansWith(opened, 'i')).toBe(0);
      expect(engine.table(engine.state.tables.keys().next().value ?? 0).deltas()[0].indexes).toEqual([]);
      await db.query("UPDATE t SET name = 'alone ' || id WHERE id = ?", [id]);
    }
    await db.exec('CREATE UNIQUE INDEX i ON t(name)');
    await expect(db.exec("INSERT INTO t (name) VALUES ('alone 10')")).rejects.toEqual(failing('UNIQUE_VIOLATION'));
    await db.close();
  });

  test('ends where its time is up, and others go on', async () => {
    const opened = await filled();
    const { db, engine } = opened;
    await expect(db.query('CREATE UNIQUE INDEX i ON t(name)', [], { timeoutMs: 200 })).rejects.toEqual(
      failing('TIMEOUT'),
    );
    expect(engine.memory.operatorBytes).toBe(0);
    expect(plansWith(opened, 'i')).toBe(0);
    await db.query("INSERT INTO t VALUES (100001, 'name 15838', 7)");
    await expect(db.exec('CREATE UNIQUE INDEX i ON t(name)')).rejects.toEqual(failing('UNIQUE_VIOLATION'));
    await db.close();
  });

  test('inside of a transaction sees what that has written', async () => {
    const { db, engine } = await filled();
    await db.transaction(async (tx) => {
      await tx.query("UPDATE t SET name = 'inside' WHERE id = 3");
      await tx.exec('CREATE UNIQUE INDEX i ON t(name)');
      expect((await tx.query("SELECT id FROM t WHERE name = 'inside'")).rows).toEqual([{ id: 3 }]);
      await expect(tx.exec("INSERT INTO t (name) VALUES ('inside')")).rejects.toEqual(failing('UNIQUE_VIOLATION'));
    });
    engine.checkpoint();
    expect(engine.check().problems).toEqual([]);
    await db.close();
  });

  test('sorts again what a checkpoint has written anew meanwhile', async () => {
    const { db, engine, scheduler } = await filled();
    let turns = 0;
    scheduler.onTurn = () => {
      if (++turns === 8) engine.checkpoint();
    };
    await db.exec('CREATE UNIQUE INDEX i ON t(name)');
    expect(turns).toBeGreaterThan(8);
    expect(engine.checkpointCount).toBe(2);
    expect(engine.check().problems).toEqual([]);
    expect((await db.query("SELECT id FROM t WHERE name = 'name 7919'")).rows).toEqual([]);
    expect((await db.query("SELECT id FROM t WHERE name = 'name 15838'")).rows).toEqual([{ id: 2 }]);
    await db.close();
  });
});
