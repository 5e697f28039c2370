import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { limitedSession, littleMemory } from '../../support/little-memory.ts';
import { query } from '../../support/sql-session.ts';

/** 6,000 rows with NULLs, ties, integers beyond 2^53, texts that a dictionary holds and texts that none does. */
const ROWS = `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, big INTEGER, r REAL, name TEXT, note TEXT, any_value, b BLOB);
  INSERT INTO t SELECT value, value * 7919 % 1013,
    CASE WHEN value % 3 = 0 THEN 9007199254740993 + value % 50 ELSE value % 50 END,
    CASE WHEN value % 7 > 0 THEN value % 31 / 3.0 END, 'name ' || (value % 40),
    CASE WHEN value % 11 > 0 THEN 'note ' || (value * 31 % 2999) END,
    CASE value % 4 WHEN 0 THEN value % 20 WHEN 1 THEN 'x' || value % 20 WHEN 2 THEN value % 20 + 0.5 END,
    CASE WHEN value % 5 > 0 THEN CAST(char(65 + value % 13) AS BLOB) END
  FROM generate_series(1, 6000)`;

/** In what is said to spill, whether the order of its rows is fixed. */
const QUERIES: Readonly<Record<string, readonly (readonly [sql: string, isOrdered: boolean])[]>> = {
  SORT: [
    ['SELECT * FROM t ORDER BY a, id', true],
    ['SELECT * FROM t ORDER BY a', true], // stable: as in memory
    ['SELECT name, r, id FROM t ORDER BY name DESC, r NULLS LAST', true],
    ['SELECT big, any_value FROM t ORDER BY big DESC, any_value', true],
    ['SELECT note COLLATE NOCASE AS n, b FROM t ORDER BY n, b DESC NULLS FIRST', true],
    ['SELECT a, b FROM t ORDER BY r * 2 DESC, a % 10', true],
  ],
  'TOP N': [
    ['SELECT * FROM t ORDER BY note, id LIMIT 2000', true],
    ['SELECT id, a, name, note FROM t ORDER BY a DESC LIMIT 1500 OFFSET 700', true],
    ['SELECT id, a, name, note FROM t ORDER BY a DESC LIMIT 5000 OFFSET 5999', true],
  ],
};

const session = limitedSession(256);
beforeAll(() => {
  session.executeScript(ROWS);
  session.checkpoint();
  session.executeScript("UPDATE t SET name = 'renamed' WHERE id % 100 = 0");
});
afterAll(() => session.engine.close());

function sorted(rows: readonly unknown[][]): string[] {
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}

for (const [operator, queries] of Object.entries(QUERIES)) {
  describe(operator, () => {
    test.each(queries)('%s', (sql, isOrdered) => {
      const expected = query(session, sql);
      for (const [batchRows, limitKb] of [
        [2, 64],
        [3, 128],
        [2048, 700],
      ] as const) {
        const memory = littleMemory(limitKb);
        const scarce = new Session(session.engine, { batchRows, memory });
        const { freeBytes } = session.engine.stats();
        const rows = query(scarce, sql);
        if (isOrdered) expect(rows).toEqual(expected);
        else expect(sorted(rows)).toEqual(sorted(expected));
        const plan = query(scarce, `EXPLAIN ANALYZE ${sql}`).flat().join('\n');
        // A batch is the least that an operator holds: of large ones a few are all rows.
        if (batchRows < 2048) expect(plan).toMatch(new RegExp(`${operator} [^\n]* kB spilled`));
        expect(memory.operatorBytes).toBe(0);
        expect(memory.peakOperatorBytes).toBeLessThanOrEqual(limitKb * 1024);
        expect(session.engine.stats().freeBytes).toBe(freeBytes);
      }
      expect(session.engine.check().problems).toEqual([]);
    });
  });
}

/** What spills, one statement for each way of doing so. */
const SPILLING = Object.values(QUERIES).map(([[sql]]) => sql);

describe('what goes wrong', () => {
  test.each(SPILLING)('a cursor that is closed early frees its pages: %s', (sql) => {
    const memory = littleMemory(64);
    const scarce = new Session(session.engine, { batchRows: 16, memory });
    const { freeBytes } = session.engine.stats();
    let sawPages = false;
    for (const steps of [100, 150, 250, 400, 800]) {
      const cursor = scarce.prepare(sql).execute();
      for (let step = 0; step < steps; step++) cursor.next();
      const { mainBytes } = session.engine.stats();
      sawPages ||= mainBytes > 0 && memory.operatorBytes > 0;
      cursor.close();
      expect(memory.operatorBytes).toBe(0);
      expect(session.engine.stats().freeBytes).toBe(freeBytes);
    }
    expect(sawPages).toBe(true);
  });

  test('a database that is open for reading only has nowhere to spill to', () => {
    const disk = new LyingDisk(1);
    const writer = new Session(Engine.open(disk.open(), new SimulatedClock(), new SeededRandom(1)));
    writer.executeScript(ROWS);
    writer.engine.close();
    const engine = Engine.open({ ...disk.open(), readOnly: true }, new SimulatedClock(), new SeededRandom(1));
    const reader = new Session(engine, { memory: littleMemory(64), batchRows: 16 });
    for (const sql of SPILLING) {
      expect(() => query(reader, sql)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY_BUDGET' }));
      expect(reader.memory.operatorBytes).toBe(0);
    }
  });
});
