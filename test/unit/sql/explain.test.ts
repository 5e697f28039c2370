import { beforeEach, describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

let session: Session;

beforeEach(() => {
  session = memorySession();
  session.executeScript(`
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE readings (id INTEGER PRIMARY KEY, room INTEGER, kind TEXT, value REAL);
    CREATE INDEX by_room ON readings (room, value DESC);
    INSERT INTO rooms VALUES (1, 'hall'), (2, 'attic');
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10000)
      INSERT INTO readings SELECT x, x % 10, 'k' || (x % 3), x / 8.0 FROM n;
  `);
});

const lines = (sql: string): string[] => query(session, sql).map(([line]) => String(line));

interface JsonPlan {
  readonly operator: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly rows?: number;
  readonly opens?: number;
  readonly timeMs?: number;
  readonly reads?: Readonly<Record<string, number>>;
  readonly inputs?: readonly JsonPlan[];
}
const json = (sql: string): JsonPlan => JSON.parse(lines(sql)[0]);

/** The operators of a plan with this in their title. */
function find(plan: JsonPlan, title: string): JsonPlan[] {
  const below = (plan.inputs ?? []).flatMap((input) => find(input, title));
  return plan.operator.includes(title) ? [plan, ...below] : below;
}

describe('EXPLAIN', () => {
  test('shows operators, what they do to what, and subqueries', () => {
    const text = lines(`EXPLAIN SELECT name, count(*) AS n FROM readings d JOIN rooms r ON r.id = room
      WHERE value > (SELECT avg(value) FROM readings) GROUP BY r.id ORDER BY n DESC LIMIT 5`);
    expect(text[0]).toBe('TOP N (terms 1)');
    expect(text).toContain('  - limit: 5');
    expect(text.join('\n')).toMatch(/- (filter|condition): \(value > subquery 1\)/);
    expect(text.join('\n')).toMatch(/ subquery 1: AGGREGATE \(keys 0, calls avg\)/);
  });

  test('as JSON', () => {
    const plan = json("EXPLAIN (FORMAT JSON) SELECT id FROM readings WHERE room = 3 AND value > 1000 AND kind = 'k1'");
    const [search] = find(plan, 'by_room');
    expect(search.details).toMatchObject({ equal: '3', from: '1000', filter: "(kind = 'k1')" });
    expect(search.rows).toBeUndefined();
  });

  test("QUERY PLAN in SQLite's shape", () => {
    const cursor = session.prepare('EXPLAIN QUERY PLAN SELECT id FROM readings WHERE room = 3 ORDER BY kind');
    expect(cursor.columns.map(({ name }) => name)).toEqual(['id', 'parent', 'notused', 'detail']);
    const rows = query(session, 'EXPLAIN QUERY PLAN SELECT id FROM readings WHERE room = 3 ORDER BY kind');
    expect(rows.map(([id, parent]) => [Number(id), Number(parent)])).toEqual(rows.map((_, i) => [i + 1, i]));
    expect(rows.at(-1)?.[3]).toMatch(/^SEARCH readings USING INDEX by_room/);
  });

  test('of changes and definitions runs nothing', () => {
    expect(lines('EXPLAIN DELETE FROM rooms')[0]).toBe('DELETE rooms');
    expect(lines("EXPLAIN INSERT INTO rooms VALUES (3, 'x'), (4, 'y')")).toEqual(['INSERT rooms', '  VALUES (rows 2)']);
    expect(lines('EXPLAIN CREATE TABLE other (x)')).toEqual(['CREATE TABLE']);
    expect(query(session, 'SELECT count(*) FROM rooms')).toEqual([[2]]);
  });

  test('of EXPLAIN, and ANALYZE of what is neither query nor change, are errors', () => {
    expect(() => lines('EXPLAIN ANALYZE CREATE TABLE x (y)')).toThrowError(/EXPLAIN ANALYZE runs queries/);
    try {
      lines('EXPLAIN ANALYZE SELECT abs(id - 9223372036854775807 - 3) FROM rooms');
      expect.unreachable();
    } catch (error) {
      expect(isHeliosError(error, 'NUMERIC_OVERFLOW')).toBe(true);
    }
    expect(lines('EXPLAIN SELECT 1').length).toBeGreaterThan(0);
  });
});

describe('EXPLAIN ANALYZE', () => {
  test('counts rows and openings of every operator, subqueries too', () => {
    const plan = json(`EXPLAIN (ANALYZE, FORMAT JSON) SELECT name, (SELECT max(value) + length(rooms.name) FROM readings
      WHERE room = rooms.id AND kind < rooms.name) AS m FROM rooms`);
    expect(plan.rows).toBe(2);
    const counted = find(plan, '').filter(({ rows }) => rows !== undefined);
    expect(counted.length).toBe(find(plan, '').length);
    for (const { timeMs } of counted) expect(timeMs).toBeGreaterThanOrEqual(0);
  });

  test('says which segments and blocks were read and which were pruned', () => {
    session.engine.checkpoint();
    const scan = json('EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(*) FROM readings WHERE id + 0 > 0 AND value > 1249');
    expect(find(scan, 'SCAN readings')[0].reads).toEqual({
      segmentsRead: 1,
      segmentsPruned: 0,
      blocksRead: 1,
      blocksPruned: 2,
    });
    const nothing = json('EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(*) FROM readings WHERE value > 1e9');
    expect(find(nothing, 'SCAN readings')[0].reads).toMatchObject({
      segmentsRead: 0,
      segmentsPruned: 1,
      blocksPruned: 3,
    });
    const search = json(
      'EXPLAIN (ANALYZE, FORMAT JSON) SELECT sum(value) FROM readings WHERE room = 3 AND value > 1240',
    );
    expect(find(search, 'by_room')[0].reads).toMatchObject({ segmentsRead: 1, blocksRead: 1 });
    expect(lines('EXPLAIN ANALYZE SELECT count(*) FROM readings WHERE value > 1e9').join('\n')).toMatch(
      /segments 0 read 1 pruned, blocks 0 read 3 pruned/,
    );
  });

  test('of a change makes the change', () => {
    const plan = json('EXPLAIN (ANALYZE, FORMAT JSON) UPDATE readings SET value = 0 WHERE room = 3');
    expect(plan).toMatchObject({ operator: 'UPDATE readings', rows: 1000 });
    expect(find(plan, 'by_room')[0].rows).toBe(1000);
    expect(query(session, 'SELECT count(*) FROM readings WHERE value = 0')).toEqual([[1000]]);
    expect(lines("EXPLAIN ANALYZE INSERT INTO rooms SELECT 3, 'cellar'")[0]).toMatch(/^INSERT rooms \[1 rows/);
    session.executeScript('BEGIN READ ONLY');
    expect(() => lines('EXPLAIN ANALYZE DELETE FROM rooms')).toThrowError(/read only/);
  });
});

test('a literal is shown as its type writes it', () => {
  const session = memorySession();
  session.executeScript('CREATE TABLE prices (price DECIMAL(10,2), at TIMESTAMP)');
  const plan = query(session, "EXPLAIN SELECT 1 FROM prices WHERE price > 5 AND at < '2024-05-01 12:00'")
    .flat()
    .join('\n');
  expect(plan).toContain('price > 5.00');
  expect(plan).toContain("at < '2024-05-01 12:00:00'");
});
