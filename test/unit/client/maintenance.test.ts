import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Maintenance } from '../../../src/client/maintain.ts';
import { SyncCore } from '../../../src/client/sync/sync-core.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { open, openSync } from '../../../src/node.ts';
import { openTestDatabase, settle } from './support.ts';

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
    const options = { synchronous: 'normal', memoryLimitMb: 12 } as const;
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

describe('a database that nobody writes to', () => {
  const RETENTION_SECONDS = 60;
  const OLD_VERSIONS = `CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); PRAGMA min_retention_seconds = ${RETENTION_SECONDS};
    INSERT INTO t SELECT value, 0 FROM generate_series(1, 500); UPDATE t SET v = 1`;

  function historySegments({ state }: Engine): number {
    const segments = [...state.tables.values()].flatMap((table) => table.segments);
    return segments.filter(({ reader }) => reader.meta.kind === 'history').length;
  }

  test('collects what has come to lie behind the horizon, and looks no more when it is closed: promises', async () => {
    const { db, engine, scheduler, clock } = openTestDatabase();
    await db.exec(OLD_VERSIONS);
    engine.checkpoint();
    expect(historySegments(engine)).toBe(1);
    scheduler.advance(LIMITS.idleLookMs);
    await settle();
    expect(historySegments(engine)).toBe(1);
    clock.advanceMillis(RETENTION_SECONDS * 1000 + 1);
    scheduler.advance(LIMITS.idleLookMs);
    await settle();
    expect(historySegments(engine)).toBe(0);
    expect((await db.query('SELECT sum(v) AS v FROM t')).rows).toEqual([{ v: 500 }]);
    await db.close();
    expect(scheduler.intervals).toBe(0);
  });

  test('does so between synchronous calls, while rows are being read', async () => {
    const { engine, scheduler, clock } = openTestDatabase();
    const core = new SyncCore(engine, {});
    core.workWhenIdle(scheduler);
    core.change(() => core.session.executeScript(OLD_VERSIONS));
    engine.checkpoint();
    const cursor = core.execute(core.session.prepare('SELECT id FROM t ORDER BY id'), []);
    clock.advanceMillis(RETENTION_SECONDS * 1000 + 1);
    scheduler.advance(LIMITS.idleLookMs);
    await settle();
    expect(historySegments(engine)).toBe(0);
    let rows = 0;
    core.drain(cursor, ({ count }) => {
      rows += count;
    });
    expect(rows).toBe(500);
    core.close();
    scheduler.advance(LIMITS.idleLookMs);
    // That of the promise API over the same engine.
    expect(scheduler.intervals).toBe(1);
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
