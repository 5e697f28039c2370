import { expect, test } from 'vitest';
import { valueAt } from '../../../src/engine/column/vector.ts';
import { limitedSession } from '../../support/little-memory.ts';
import { query } from '../../support/sql-session.ts';

const MEBIBYTE = 1024 * 1024;
const COUNT = 15_000;

const changes = [
  ['INSERT INTO t SELECT value, value % 7, hex(value * 31) FROM generate_series(1, 15000) RETURNING *', 1],
  ['UPDATE t SET a = a + 1 RETURNING id, a, b', 2],
  ['DELETE FROM t RETURNING id, a, b', 2],
] as const;

test('rows of RETURNING that do not fit lie in the file, until whoever reads them is done', () => {
  const session = limitedSession(1);
  session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT)');
  const before = session.engine.stats().freeBytes;
  for (const [sql, added] of changes) {
    const cursor = session.prepare(sql).execute();
    expect(cursor.changes).toBe(COUNT);
    expect(session.engine.stats().peakOperatorBytes).toBeGreaterThan(MEBIBYTE / 4);
    const ids = new Set<number>();
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
      const [id, a] = batch.vectors;
      if (id.kind !== 'number' || a.kind !== 'number') throw new Error('numbers');
      for (let i = 0; i < batch.count; i++) {
        if (a.values[i] === (id.values[i] % 7) + added - 1) ids.add(id.values[i]);
      }
    }
    expect(ids.size).toBe(COUNT);
    expect(session.engine.stats().operatorBytes).toEqual({});
  }
  expect(session.engine.stats().peakOperatorBytes).toBeLessThanOrEqual(MEBIBYTE);
  session.checkpoint();
  expect(session.engine.check().problems).toEqual([]);
  expect(session.engine.stats().freeBytes - before).toBeLessThan(MEBIBYTE);
});

test('rows of RETURNING that nobody reads are given back', () => {
  const session = limitedSession(1);
  session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT)');
  const [[insert], [update]] = changes;
  session.prepare(insert).run();
  expect(session.engine.stats().operatorBytes).toEqual({});
  const cursor = session.prepare(update).execute();
  cursor.next();
  cursor.close();
  expect(session.engine.stats().operatorBytes).toEqual({});
  query(session, `EXPLAIN ANALYZE ${update}`);
  expect(session.engine.stats().operatorBytes).toEqual({});
  // The error comes when rows have been put into the file.
  const failing = 'UPDATE t SET a = 1 RETURNING id, CASE id WHEN 14000 THEN abs(-9223372036854775808) ELSE b END';
  expect(() => session.prepare(failing).run()).toThrow(expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }));
  expect(session.engine.stats().operatorBytes).toEqual({});
  expect(query(session, 'SELECT count(*) FROM t WHERE a > 1')).not.toEqual([[0n]]);
});

test('long texts of RETURNING are counted when they are there', () => {
  const session = limitedSession(1);
  session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)');
  const cursor = session
    .prepare(
      "INSERT INTO t SELECT value, printf('%.*c', 50000, char(64 + value)) FROM generate_series(1, 26) RETURNING a",
    )
    .execute();
  expect(session.engine.stats().mainBytes).toBeGreaterThan(MEBIBYTE);
  const texts: unknown[] = [];
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    const [vector] = batch.vectors;
    for (let i = 0; i < batch.count; i++) texts.push(valueAt(vector, 'text', i));
  }
  expect(texts).toEqual(Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i).repeat(50_000)));
  expect(session.engine.stats().peakOperatorBytes).toBeLessThanOrEqual(MEBIBYTE);
});
