import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/engine-options.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

function open(disk: MemoryDisk, vanishes: boolean, options: Partial<EngineOptions> = {}): Session {
  const storage = openMemoryStorage(disk, { vanishes });
  return new Session(
    Engine.open(storage, new SimulatedClock(), new SeededRandom(1), { synchronous: 'off', ...options }),
  );
}

describe('a database that nobody can open again', () => {
  test('writes no log, and is closed without a checkpoint', () => {
    const disk = new MemoryDisk();
    const session = open(disk, true);
    const { engine } = session;
    session.executeScript('CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1), (2)');
    expect([engine.hasLog, disk.wal.size]).toEqual([true, 0]);
    engine.close();
    expect([engine.checkpointCount, disk.wal.size]).toEqual([0, 0]);
  });

  test('counts about as many bytes as a log would have', () => {
    const [counted, written] = [true, false].map((vanishes) => {
      const session = open(new MemoryDisk(), vanishes);
      session.executeScript('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, x REAL)');
      for (let i = 1; i <= 500; i++) {
        session.executeScript(`INSERT INTO t VALUES (${i}, 'the name of row ${i}', ${i / 7})`);
        if (i % 3 === 0) session.executeScript(`UPDATE t SET x = x + 1 WHERE id = ${i}`);
        if (i % 5 === 0) session.executeScript(`DELETE FROM t WHERE id = ${i}`);
      }
      return session.engine.stats().walBytes;
    });
    expect(counted).toBeGreaterThan(written / 4);
    expect(counted).toBeLessThan(written * 4);
  });

  test('is not checkpointed for its many transactions, which nobody will replay', () => {
    const [counted, written] = [true, false].map((vanishes) => {
      const session = open(new MemoryDisk(), vanishes);
      const { engine } = session;
      session.executeScript('CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 0)');
      const update = session.prepare('UPDATE t SET n = n + 1 WHERE id = 1');
      for (let i = 0; i < LIMITS.walCheckpointTransactions; i++) {
        update.run();
        engine.maintain();
      }
      expect(query(session, 'SELECT n FROM t')).toEqual([[LIMITS.walCheckpointTransactions]]);
      return engine.checkpointCount;
    });
    expect([counted, written]).toEqual([0, 1]);
  });

  test('checkpoints as others do, in steps between which it is changed (random)', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new SeededRandom(seed);
      const session = open(new MemoryDisk(), true, { walCheckpointBytes: 5000 });
      const { engine } = session;
      session.executeScript('CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER, b TEXT); CREATE INDEX by_a ON t(a)');
      const model = new Map<number, number>();
      for (let step = 0; step < 300; step++) {
        const id = random.below(80);
        const value = random.below(1000);
        const isDeleted = model.has(id) && random.chance(0.3);
        if (isDeleted) session.executeScript(`DELETE FROM t WHERE id = ${id}`);
        else if (model.has(id)) session.executeScript(`UPDATE t SET a = ${value} WHERE id = ${id}`);
        else session.executeScript(`INSERT INTO t VALUES (${id}, ${value}, 'text ${value}')`);
        if (isDeleted) model.delete(id);
        else model.set(id, value);
        engine.maintain(50);
      }
      const rows = [...model].toSorted(([a], [b]) => a - b);
      expect(query(session, 'SELECT id, a FROM t ORDER BY id')).toEqual(rows);
      expect(engine.checkpointCount).toBeGreaterThan(1);
      expect(engine.check().ok).toBe(true);
      engine.checkpoint();
      expect([engine.hasLog, query(session, 'SELECT count(*) FROM t')]).toEqual([false, [[model.size]]]);
    }
  });
});
