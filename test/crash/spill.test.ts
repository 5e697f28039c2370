import { describe, expect, test } from 'vitest';
import { HeliosError } from '../../src/base/errors.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Session } from '../../src/sql/session.ts';
import type { FaultEffect } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { describeEngine } from '../support/engine-state.ts';
import { littleMemory } from '../support/little-memory.ts';
import { query } from '../support/sql-session.ts';
import { causedByCrash, openOn } from './harness.ts';

// Statements that put rows into the file for want of memory, among commits and checkpoints: whatever happens to the disk
// meanwhile, nothing of the database is lost, and nothing of theirs stays.

const SEED = 1;
/** Of writes that are much the same, these are enough; the steps share no factor with what a block takes. */
const CRASH_STEP = 23;
const FAULT_STEP = 29;
const SORT = "SELECT id, a, 'a text with number ' || id FROM t ORDER BY a, id DESC";
const JOIN = 'SELECT count(*), sum(x.id) FROM t x LEFT JOIN t y ON x.a = y.a + 1 AND x.id > y.id';

const WITH = `WITH RECURSIVE w(id, a, n) AS (
    SELECT id, a, 1 FROM t WHERE id % 2 = 0 UNION ALL SELECT id, a + 1, n + 1 FROM w WHERE n < 3)
  SELECT count(*), sum(x.a) FROM w x JOIN t y ON x.a < y.a - 395`;
const WINDOW = 'SELECT a, id, sum(id) OVER (PARTITION BY a ORDER BY id) FROM t';

/** Runs statements by operators however few rows there are. */
function scarceSession(engine: Engine, memory = littleMemory(64)): Session {
  return new Session(engine, { memory, batchRows: 16, disabledRules: ['direct'] });
}

/** Runs the workload; tells of each commit that was acknowledged. */
function run(engine: Engine, acknowledge: () => void): void {
  const scarce = scarceSession(engine);
  const plain = new Session(engine);
  const commit = (session: Session, sql: string): void => {
    session.executeScript(sql);
    engine.makeDurable();
    acknowledge();
  };
  commit(plain, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)');
  commit(plain, 'CREATE TABLE groups (a INTEGER, n INTEGER)');
  commit(plain, 'INSERT INTO t SELECT value, value * 37 % 401 FROM generate_series(1, 1100)');
  engine.checkpoint();
  const cursor = scarce.prepare(SORT).execute();
  let rows = 0;
  for (let step = 0; step < 60; step++) rows += cursor.next()?.count ?? 0;
  commit(plain, 'INSERT INTO t SELECT value, value % 100 FROM generate_series(2001, 2100)');
  // Its segments must go around what the cursor has put into the file.
  engine.checkpoint();
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) rows += batch.count;
  expect(rows).toBe(1100);
  commit(scarce, 'INSERT INTO groups SELECT a, count(*) FROM t GROUP BY a, id');
  for (const sql of [JOIN, WITH, WINDOW]) expect(query(scarce, sql).length).toBeGreaterThan(0);
  commit(scarce, 'UPDATE t SET a = a + 1 WHERE id % 2 = 0');
  commit(scarce, 'DELETE FROM t WHERE id % 3 = 0');
  engine.vacuum();
}

/** The states before the first commit and after each one, and how much the workload writes. */
function expected(): { states: readonly string[]; changes: number } {
  const disk = new LyingDisk(SEED);
  const engine = openOn(disk);
  const states = [describeEngine(engine)];
  run(engine, () => states.push(describeEngine(engine)));
  return { states, changes: disk.changes };
}

const { states, changes } = expected();

test('the workload spills', () => {
  const engine = openOn(new LyingDisk(SEED));
  run(engine, () => undefined);
  const scarce = scarceSession(engine);
  for (const sql of [SORT, JOIN, WITH, WINDOW, 'SELECT a, count(*) FROM t GROUP BY a, id']) {
    expect(query(scarce, `EXPLAIN ANALYZE ${sql}`).flat().join()).toContain('kB spilled');
  }
  expect(changes).toBeGreaterThan(60);
});

test('the power fails at writes of all kinds', { timeout: 600_000 }, () => {
  for (let at = 1; at <= changes; at += CRASH_STEP) {
    const disk = new LyingDisk(SEED);
    disk.faults.add({ effect: 'crash', on: 'change', at });
    let acknowledged = 0;
    try {
      const engine = openOn(disk);
      run(engine, () => acknowledged++);
    } catch (error) {
      if (!causedByCrash(error)) throw error;
    }
    const candidates = states.slice(acknowledged, acknowledged + 2);
    for (const damage of disk.damages(1).slice(-4)) {
      const reopened = openOn(disk.crash(damage));
      expect(candidates).toContain(describeEngine(reopened));
      expect(reopened.check().problems).toEqual([]);
      // What statements had put there is free: after a checkpoint and a cut the file is what the rows need.
      reopened.vacuum();
      expect(reopened.stats().freeBytes).toBe(0);
      expect(candidates).toContain(describeEngine(reopened));
    }
  }
});

describe.each<FaultEffect>(['disk-full', 'io', 'quota'])('%s', (effect) => {
  test('at writes of all kinds: a named error, and nothing is lost', { timeout: 600_000 }, () => {
    for (let at = 1; at <= changes; at += FAULT_STEP) {
      const disk = new LyingDisk(SEED);
      disk.faults.add({ effect, on: 'change', at });
      let acknowledged = 0;
      let engine: Engine | null = null;
      try {
        engine = openOn(disk);
        run(engine, () => acknowledged++);
      } catch (error) {
        if (!(error instanceof HeliosError)) throw error;
        expect(['IO', 'DISK_FULL', 'QUOTA_EXCEEDED', 'STORAGE_FAILED']).toContain(error.code);
      }
      disk.faults.clear();
      const candidates = states.slice(acknowledged, acknowledged + 2);
      if (engine !== null) expectUsable(engine, candidates);
      const reopened = openOn(disk.crash({ kind: 'prefix', count: disk.pending().length }));
      expect(candidates).toContain(describeEngine(reopened));
      expect(reopened.check().problems).toEqual([]);
    }
  });
});

/** An engine goes on with the right rows and all of its memory, or says that storage failed. */
function expectUsable(engine: Engine, candidates: readonly string[]): void {
  try {
    expect(candidates).toContain(describeEngine(engine));
    engine.checkpoint();
    expect(engine.stats().operatorBytes).toEqual({});
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/STORAGE_FAILED|IO|MISUSE/) });
  }
}

test('what comes back changed is CORRUPT, and the database is whole', () => {
  let corrupt = 0;
  for (let at = 1; at <= 30; at += 6) {
    const disk = new LyingDisk(SEED);
    const engine = openOn(disk);
    const plain = new Session(engine);
    plain.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)');
    plain.executeScript('INSERT INTO t SELECT value, value * 37 % 401 FROM generate_series(1, 1500)');
    const memory = littleMemory(64);
    const scarce = scarceSession(engine, memory);
    const right = query(plain, SORT);
    disk.faults.add({ effect: 'bit-flip', on: 'read', at });
    try {
      expect(query(scarce, SORT)).toEqual(right);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CORRUPT' });
      corrupt++;
    }
    expect(memory.operatorBytes).toBe(0);
    disk.faults.clear();
    expect(engine.check().problems).toEqual([]);
    expect(query(scarce, SORT)).toEqual(right);
  }
  expect(corrupt).toBeGreaterThan(1);
});
