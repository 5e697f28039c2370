import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/engine-options.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const SCHEMA = `
  CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor TEXT, value REAL, code INTEGER);
  CREATE INDEX by_sensor ON reading (sensor, value DESC);
  CREATE UNIQUE INDEX by_code ON reading (code)`;
const ROWS = 20_000;
/** A few thousand readings. */
const SMALL: Partial<EngineOptions> = { deltaBytes: 256 * 1024 };

function openOn(disk: MemoryDisk, options = SMALL): Session {
  const storage = openMemoryStorage(disk);
  return new Session(Engine.open(storage, new SimulatedClock(), new SeededRandom(1), options));
}

function filled(disk = new MemoryDisk(), options = SMALL): Session {
  const session = openOn(disk, options);
  session.executeScript(`${SCHEMA}; INSERT INTO reading VALUES (1, 'first', 0.5, -1)`);
  return session;
}

const insert = (from: number, count: number): string => `INSERT INTO reading
  SELECT value, 'sensor ' || (value % 50), value / 4.0, value FROM generate_series(${from}, ${from + count - 1})`;

/** What no place of the rows can change. */
const SUMMARY = `SELECT count(*), sum(id), sum(value), min(sensor), max(code),
  (SELECT count(*) FROM reading WHERE sensor = 'sensor 7'), (SELECT code FROM reading WHERE id = 12000) FROM reading`;

function summary(session: Session): unknown[] {
  return query(session, SUMMARY)[0];
}

/** After a kill. */
function recovered(disk: MemoryDisk): Session {
  const copy = new MemoryDisk();
  copy.main.write(disk.main.toBytes(), 0);
  copy.wal.write(disk.wal.toBytes(), 0);
  return openOn(copy);
}

describe('a transaction larger than memory', () => {
  test('goes into segments, is seen by itself alone, and is there after a kill with a short log', () => {
    const disk = new MemoryDisk();
    const session = filled(disk);
    const { engine } = session;
    const other = new Session(engine);
    const before = summary(other);
    session.begin();
    session.prepare(insert(2, ROWS)).run();
    expect(engine.stats().segments).toBeGreaterThan(3);
    expect(engine.stats().deltaBytes).toBeLessThan(2 * (SMALL.deltaBytes as number));
    const inside = summary(session);
    expect(inside.slice(0, 2)).toEqual([ROWS + 1, ((ROWS + 1) * (ROWS + 2)) / 2]);
    expect(inside[5]).toBe(ROWS / 50);
    expect(summary(other)).toEqual(before);
    const conflict = expect.objectContaining({ code: 'UNIQUE_VIOLATION' });
    expect(() => session.prepare("INSERT INTO reading VALUES (NULL, 'x', 1, 500)").run()).toThrow(conflict);
    expect(() => session.prepare("INSERT INTO reading VALUES (500, 'x', 1, NULL)").run()).toThrow(conflict);
    expect(summary(recovered(disk))).toEqual(before);
    session.commit();
    expect(summary(other)).toEqual(inside);
    expect(engine.stats().walBytes).toBeLessThan(100_000);
    const reopened = recovered(disk);
    expect(summary(reopened)).toEqual(inside);
    expect(reopened.engine.check().problems).toEqual([]);
    reopened.checkpoint();
    expect(summary(reopened)).toEqual(inside);
    expect(reopened.engine.check().problems).toEqual([]);
  });

  test('leaves free pages when it is rolled back, also by a statement of its own that fails', () => {
    const session = filled();
    const { engine } = session;
    const before = summary(session);
    session.begin();
    session.prepare(insert(2, ROWS)).run();
    session.rollback();
    expect([summary(session), engine.stats().segments]).toEqual([before, 0]);
    const { mainBytes } = engine.stats();
    // Row 20,000 repeats the code of the first one.
    const failing = `INSERT INTO reading SELECT value + 1, 'x', 1, CASE value WHEN ${ROWS} THEN -1 ELSE value END
      FROM generate_series(1, ${ROWS})`;
    expect(() => session.prepare(failing).run()).toThrow(expect.objectContaining({ code: 'UNIQUE_VIOLATION' }));
    expect([summary(session), engine.stats().segments]).toEqual([before, 0]);
    expect(engine.stats().mainBytes).toBeLessThanOrEqual(mainBytes * 1.1);
    expect(engine.check().problems).toEqual([]);
  });

  test('returns to its savepoints', () => {
    const disk = new MemoryDisk();
    const session = filled(disk);
    const small = openOn(new MemoryDisk(), {});
    small.executeScript(`${SCHEMA}; INSERT INTO reading VALUES (1, 'first', 0.5, -1)`);
    for (const each of [session, small]) {
      each.begin();
      each.prepare(insert(2, 6000)).run();
      each.savepoint('a');
      each.prepare('UPDATE reading SET value = value + 1 WHERE id % 3 = 0').run();
      each.prepare(insert(6002, 6000)).run();
      each.savepoint('b');
      each.prepare('DELETE FROM reading WHERE id % 7 < 3').run();
      each.prepare(insert(20_000, 5000)).run();
      each.rollbackTo('b');
      each.prepare('DELETE FROM reading WHERE id % 11 = 0').run();
      each.savepoint('c');
      each.prepare("UPDATE reading SET sensor = 'other', code = -code - 7 WHERE id > 3000").run();
      each.release('c');
    }
    expect(session.engine.stats().segments).toBeGreaterThan(3);
    expect(summary(session)).toEqual(summary(small));
    for (const each of [session, small]) each.rollbackTo('a');
    expect(summary(session)).toEqual(summary(small));
    for (const each of [session, small]) each.prepare('UPDATE reading SET value = -value WHERE id % 2 = 0').run();
    for (const each of [session, small]) each.commit();
    expect(summary(session)).toEqual(summary(small));
    expect(summary(recovered(disk))).toEqual(summary(small));
  });

  test('lets a query read on as it has begun', () => {
    const session = filled();
    session.begin();
    session.prepare(insert(2, 3000)).run();
    const cursor = session.prepare('SELECT id FROM reading').execute();
    let rows = cursor.next()?.count ?? 0;
    session.prepare(insert(3002, ROWS)).run();
    session.prepare(insert(50_000, 5000)).run();
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) rows += batch.count;
    expect(rows).toBe(3001);
    session.prepare(insert(70_000, 5000)).run();
    expect(session.engine.stats().segments).toBeGreaterThan(0);
    session.commit();
    expect(query(session, 'SELECT count(*) FROM reading')).toEqual([[3001 + ROWS + 10_000]]);
  });

  test('by batches, each of which is small', () => {
    const session = filled();
    session.begin();
    for (let from = 2; from < ROWS; from += 1500) {
      session.insertColumns('reading', { code: Array.from({ length: 1500 }, (_, i) => from + i) });
      expect(session.engine.stats().deltaBytes).toBeLessThan(2 * (SMALL.deltaBytes as number));
    }
    expect(session.engine.stats().segments).toBeGreaterThan(1);
    session.commit();
    expect(query(session, 'SELECT count(*), max(code) FROM reading')).toEqual([[21_001, 21_001]]);
  });

  test('by single rows, and a trigger that adds as many', () => {
    const session = filled();
    session.executeScript(`CREATE TABLE copy (id INTEGER PRIMARY KEY, sensor TEXT);
      CREATE TRIGGER copies AFTER INSERT ON reading BEGIN INSERT INTO copy VALUES (new.id, new.sensor); END`);
    session.begin();
    const one = session.prepare('INSERT INTO reading (sensor, code) VALUES (?, ?)');
    for (let i = 0; i < 12_000; i++) one.run([`sensor ${i % 9}`, i]);
    expect(session.engine.stats().deltaBytes).toBeLessThan(2 * (SMALL.deltaBytes as number));
    session.commit();
    const both = 'SELECT count(*), count(DISTINCT sensor) FROM';
    expect(query(session, `${both} copy`)).toEqual([[12_000, 9]]);
    expect(query(session, `${both} reading WHERE code >= 0`)).toEqual([[12_000, 9]]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('that fills the disk fails as a statement, and goes on', () => {
    const disk = new LyingDisk(1);
    const engine = Engine.open(disk.open(), new SimulatedClock(), new SeededRandom(1), SMALL);
    const session = new Session(engine);
    session.executeScript(`${SCHEMA}; BEGIN; INSERT INTO reading VALUES (1, 'first', 0.5, -1)`);
    disk.capacityBytes = disk.shownBytes('main').length + disk.shownBytes('wal').length + 100_000;
    expect(() => session.prepare(insert(2, 10 * ROWS)).run()).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    session.prepare(insert(2, 10)).run();
    session.commit();
    engine.makeDurable();
    expect(query(session, 'SELECT count(*) FROM reading')).toEqual([[11]]);
    expect(engine.check().problems).toEqual([]);
  });
});

test('deltas beyond their share are moved into segments after a commit', () => {
  const session = filled();
  const { engine } = session;
  for (let from = 2; from < ROWS; from += 500) {
    session.prepare(insert(from, 500)).run();
    engine.maintain();
    expect(engine.stats().deltaBytes).toBeLessThan(2 * (SMALL.deltaBytes as number));
  }
  expect(engine.checkpointCount).toBeGreaterThan(2);
  expect(query(session, 'SELECT count(*) FROM reading')).toEqual([[ROWS + 1]]);
});
