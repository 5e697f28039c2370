import { describe, expect, test } from 'vitest';
import { open, openSync } from '../../../src/node.ts';

const OPTIONS = { synchronous: 'normal', walCheckpointIntervalKb: 64 } as const;
const COMMITS = 3000;
const NAME = 'a name that makes the log grow faster than a short one would';
const SCHEMA = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)';
const INSERT = 'INSERT INTO t (name) VALUES (?)';

describe('background work gets its turns', () => {
  test('beside commits that wait for nothing: promises', async () => {
    const db = await open(':memory:', OPTIONS);
    await db.exec(SCHEMA);
    for (let i = 0; i < COMMITS; i++) await db.query(INSERT, [`${NAME} ${i}`]);
    const { checkpoints, walBytes, rows } = await db.stats();
    expect(checkpoints).toBeGreaterThan(1);
    expect(walBytes).toBeLessThan(4 * 64 * 1024);
    expect(rows).toBe(COMMITS);
    await db.close();
  });

  test('beside commits that wait for nothing: synchronous calls', () => {
    const db = openSync(':memory:', OPTIONS);
    db.exec(SCHEMA);
    const insert = db.prepare(INSERT);
    for (let i = 0; i < COMMITS; i++) insert.run([`${NAME} ${i}`]);
    const { checkpoints, walBytes, rows } = db.stats();
    expect(checkpoints).toBeGreaterThan(1);
    expect(walBytes).toBeLessThan(4 * 64 * 1024);
    expect(rows).toBe(COMMITS);
    db.close();
  });

  test('beside few transactions of many rows', async () => {
    const options = { synchronous: 'normal', memoryLimitMb: 4 } as const;
    const id = Float64Array.from({ length: 20_000 }, (_, i) => i);
    const batches = Array.from({ length: 24 }, (_, batch) => ({ id: id.map((value) => value + batch * id.length) }));
    const sync = openSync(':memory:', options);
    sync.exec(SCHEMA);
    for (const batch of batches) sync.insert('t', batch);
    expect(sync.stats().checkpoints).toBeGreaterThan(0);
    sync.close();
    const db = await open(':memory:', options);
    await db.exec(SCHEMA);
    for (const batch of batches) await db.insert('t', batch);
    expect((await db.stats()).checkpoints).toBeGreaterThan(0);
    await db.close();
  });
});
