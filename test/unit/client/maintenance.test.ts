import { describe, expect, test } from 'vitest';
import { Maintenance } from '../../../src/client/maintain.ts';
import type { Engine } from '../../../src/engine/engine.ts';
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

describe('a commit that waits for the disk waits for background work about as long', () => {
  /** A clock that flushes and steps of work move on, by so many milliseconds each. */
  function onDisk(flushMs: number, stepMs: number): { maintenance: Maintenance; now: () => number } {
    let nowMs = 1000;
    const engine = {
      clock: { monotonicMillis: () => nowMs },
      commitLog: { lastScn: 0 },
      makeDurable: () => {
        nowMs += flushMs;
      },
      maintain: () => {
        nowMs += stepMs;
        return true;
      },
    };
    return { maintenance: new Maintenance(engine as unknown as Engine), now: () => nowMs };
  }

  /** Milliseconds of the slice behind the last of so many commits. */
  function sliceAfter(commits: number, flushMs: number, stepMs: number): number {
    const { maintenance, now } = onDisk(flushMs, stepMs);
    for (let i = 0; i < commits; i++) maintenance.flush();
    const start = now();
    expect(maintenance.work()).toBe(true);
    return now() - start;
  }

  test('as the flushes before took, once there have been some', () => {
    expect(sliceAfter(200, 0.3, 0.01)).toBeCloseTo(0.3, 1);
    expect(sliceAfter(200, 0.6, 0.01)).toBeCloseTo(0.6, 1);
  });

  test('a millisecond at most, where the disk is slow or not known yet', () => {
    expect(sliceAfter(200, 20, 0.01)).toBeCloseTo(1, 1);
    expect(sliceAfter(0, 0.3, 0.01)).toBeCloseTo(1, 1);
  });

  test('one step at least, where the disk is quick or steps are long', () => {
    expect(sliceAfter(200, 0.001, 0.2)).toBeCloseTo(0.2, 5);
    expect(sliceAfter(200, 0.3, 7)).toBeCloseTo(7, 5);
  });
});
