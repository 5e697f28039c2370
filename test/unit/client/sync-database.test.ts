import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MemoryBudget } from '../../../src/engine/cache/memory-budget.ts';
import { openSync, type SyncDatabase } from '../../../src/node.ts';

let db: SyncDatabase;

beforeEach(() => {
  db = openSync(':memory:');
  db.exec(
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, value REAL); INSERT INTO t VALUES (1, 'a', 1.5), (2, 'b', 2)",
  );
});
afterEach(() => db.close());

const failing = (code: string) => expect.objectContaining({ name: 'HeliosError', code });

describe('results', () => {
  test('rows, columns, changes', () => {
    expect(db.query('SELECT id, name FROM t WHERE value > ?', [1.7])).toEqual({
      rows: [{ id: 2, name: 'b' }],
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'name', type: 'TEXT' },
      ],
      changes: 0,
      lastInsertRowid: null,
    });
    expect(db.query("INSERT INTO t(name) VALUES ('c'), ('d')")).toMatchObject({ changes: 2, lastInsertRowid: 4 });
  });

  test('rows have no prototype: any name is a column', () => {
    const [row] = db.query('SELECT 1 AS __proto__, 2 AS constructor').rows;
    expect(Object.getPrototypeOf(row)).toBeNull();
    expect(Object.entries(row)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  test('rows as arrays keep columns of one name', () => {
    expect(db.query('SELECT 1 AS x, 2 AS x', [], { rowMode: 'array' }).rows).toEqual([[1, 2]]);
  });

  test('bytes are copies of the engine’s own', () => {
    db.exec("CREATE TABLE b(v BLOB); INSERT INTO b VALUES (x'0102')");
    const [first] = db.query<{ v: Uint8Array }>('SELECT v FROM b').rows;
    first.v.fill(9);
    expect(db.query('SELECT v FROM b').rows).toEqual([{ v: new Uint8Array([1, 2]) }]);
    const got = db.prepare<{ v: Uint8Array }>('SELECT v FROM b WHERE rowid = 1').get();
    got?.v.fill(9);
    expect(db.query('SELECT v FROM b').rows).toEqual([{ v: new Uint8Array([1, 2]) }]);
  });

  test('a template’s values are parameters', () => {
    const name = "a' OR 1=1 --";
    expect(db.sql`SELECT * FROM t WHERE name = ${name}`).toEqual([]);
    expect(db.sql`SELECT name FROM t WHERE id = ${1} OR id = ${2}`).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  test('parameters by name, too few, of no type', () => {
    expect(db.query('SELECT :x AS x, $y AS y', { x: 1, y: 'z' }).rows).toEqual([{ x: 1, y: 'z' }]);
    expect(() => db.query('SELECT ?', [])).toThrow(failing('PARAMETER_COUNT'));
    expect(() => db.query('SELECT ?', [Symbol('s') as never])).toThrow(failing('PARAMETER_TYPE'));
    expect(() => db.query(5 as never)).toThrow(failing('MISUSE'));
  });
});

describe('options', () => {
  test('integers and timestamps', () => {
    const sql = "SELECT 1 AS i, CAST('2024-01-02 03:04:05.678901' AS TIMESTAMP) AS t";
    expect(db.query(sql).rows).toEqual([{ i: 1, t: new Date('2024-01-02T03:04:05.678Z') }]);
    const other = openSync(':memory:', { integers: 'bigint', timestamps: 'text' });
    expect(other.query(sql).rows).toEqual([{ i: 1n, t: '2024-01-02 03:04:05.678901' }]);
    other.close();
  });

  test('what cannot be meant is MISUSE', () => {
    for (const options of [
      { synchronous: 'always' },
      { pageSize: 1000 },
      { memoryLimitMb: 0 },
      { integers: 'float' },
      { timestamps: 'unix' },
      { writerTimeoutMs: -1 },
    ]) {
      expect(() => openSync(':memory:', options as never)).toThrow(failing('MISUSE'));
    }
    expect(() => db.query('SELECT 1', [], { rowMode: 'map' as never })).toThrow(failing('MISUSE'));
    expect(() => openSync('')).toThrow(failing('MISUSE'));
    expect(() => openSync(':memory:', { readOnly: true })).toThrow(failing('MISUSE'));
  });
});

describe('statements', () => {
  test('all, get, run, iterate, close', () => {
    const insert = db.prepare('INSERT INTO t(name) VALUES (?)');
    expect(insert.run(['c'])).toEqual({ changes: 1, lastInsertRowid: 3 });
    const select = db.prepare<{ name: string }>('SELECT name FROM t WHERE id >= ? ORDER BY id');
    expect(select.columns).toEqual([{ name: 'name', type: 'TEXT' }]);
    expect(select.all([2])).toEqual([{ name: 'b' }, { name: 'c' }]);
    expect(select.get([3])).toEqual({ name: 'c' });
    expect(select.get([9])).toBeUndefined();
    expect(select.get([3], { rowMode: 'array' })).toEqual(['c']);
    expect([...select.iterate([3])]).toEqual([{ name: 'c' }]);
    select.close();
    expect(() => select.all([1])).toThrow(failing('CLOSED'));
  });

  test('get of a write with RETURNING writes once', () => {
    const insert = db.prepare<{ id: number }>("INSERT INTO t(name) VALUES ('x'), ('y') RETURNING id");
    expect(insert.get()).toEqual({ id: 3 });
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 4 }]);
  });

  test('they follow the schema', () => {
    const select = db.prepare('SELECT * FROM t WHERE id = 1');
    expect(select.get()).toEqual({ id: 1, name: 'a', value: 1.5 });
    db.exec("DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, other TEXT); INSERT INTO t VALUES (1, 'o')");
    expect(select.get()).toEqual({ id: 1, other: 'o' });
    expect(select.columns.map(({ name }) => name)).toEqual(['id', 'other']);
    db.exec('DROP TABLE t');
    expect(() => select.get()).toThrow(failing('TABLE_NOT_FOUND'));
  });
});

describe('iterate', () => {
  test('a query that is left early ends', () => {
    for (const row of db.iterate('SELECT * FROM t')) {
      expect(row).toMatchObject({ id: 1 });
      break;
    }
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 2 }]);
  });

  test('a loop may write to what it reads, in a transaction and out of one', () => {
    const grow = (target: Pick<SyncDatabase, 'iterate' | 'query'>): void => {
      for (const { id } of target.iterate<{ id: number }>('SELECT id FROM t')) {
        target.query('INSERT INTO t(name) VALUES (?)', [`after ${id}`]);
      }
    };
    grow(db);
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 4 }]);
    db.transaction(grow);
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 8 }]);
  });

  test('what a loop has not read when its transaction writes takes no more memory than there is', () => {
    const small = openSync(':memory:', { memoryLimitMb: 1 });
    small.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
      INSERT INTO t SELECT value, 'text ' || value FROM generate_series(1, 20000)`);
    const { engine } = (small as unknown as { core: { engine: { memory: MemoryBudget } } }).core;
    const { memory } = engine;
    let sum = 0;
    small.transaction((tx) => {
      for (const { id, a } of tx.iterate<{ id: number; a: string }>('SELECT id, a FROM t')) {
        if (id === 10) tx.exec('DELETE FROM t');
        if (a === `text ${id}`) sum += id;
      }
    });
    expect(sum).toBe((20_000 * 20_001) / 2);
    expect(memory.operatorBytes).toBe(0);
    expect(memory.peakOperatorBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(memory.peakOperatorBytes).toBeGreaterThan(256 * 1024);
    small.transaction((tx) => {
      tx.exec("INSERT INTO t SELECT value, 'again ' || value FROM generate_series(1, 20000)");
      for (const { id } of tx.iterate<{ id: number }>('SELECT id, a FROM t')) {
        if (id === 2) tx.exec('DELETE FROM t');
        if (id === 3) break;
      }
    });
    expect(memory.operatorBytes).toBe(0);
    small.close();
  });
});

describe('transactions', () => {
  test('commit, rollback, and the end of tx', () => {
    let kept: unknown;
    const answer = db.transaction((tx) => {
      kept = tx;
      tx.exec("INSERT INTO t(name) VALUES ('c')");
      return tx.query('SELECT count(*) AS n FROM t').rows;
    });
    expect(answer).toEqual([{ n: 3 }]);
    expect(() => (kept as SyncDatabase).exec('SELECT 1')).toThrow(failing('TRANSACTION_CLOSED'));
    const fail = (): void =>
      db.transaction((tx) => {
        tx.exec('DELETE FROM t');
        throw new Error('no');
      });
    expect(fail).toThrow('no');
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 3 }]);
  });

  test('no nesting, no promises, no writes in a read-only one', () => {
    expect(() => db.transaction(() => db.transaction(() => 1))).toThrow(failing('TRANSACTION_ACTIVE'));
    expect(() => db.transaction(async () => 1)).toThrow(failing('MISUSE'));
    const write = (): void => db.transaction((tx) => tx.exec('DELETE FROM t'), { readOnly: true });
    expect(write).toThrow(failing('TRANSACTION_READ_ONLY'));
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 2 }]);
  });

  test('BEGIN and COMMIT as text', () => {
    db.exec('BEGIN; DELETE FROM t');
    db.exec('ROLLBACK');
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 2 }]);
  });
});

describe('bulk insert', () => {
  test('rows and columns', () => {
    expect(db.insert('t', [{ name: 'c' }, { value: 7 }])).toEqual({ changes: 2 });
    expect(db.insert('t', { name: ['d', 'e'], value: new Float64Array([8, 9]) })).toEqual({ changes: 2 });
    expect(db.query('SELECT * FROM t WHERE id > 2').rows).toEqual([
      { id: 3, name: 'c', value: null },
      { id: 4, name: null, value: 7 },
      { id: 5, name: 'd', value: 8 },
      { id: 6, name: 'e', value: 9 },
    ]);
  });

  test('all or none', () => {
    expect(() => db.insert('t', [{ id: 10 }, { id: 1 }])).toThrow(failing('UNIQUE_VIOLATION'));
    expect(() => db.insert('t', 7 as never)).toThrow(failing('MISUSE'));
    expect(() => db.insert('nowhere', [])).toThrow(failing('TABLE_NOT_FOUND'));
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 2 }]);
  });
});

test('close ends iterators, is done once, and everything after it is CLOSED', () => {
  const rows = db.iterate('SELECT * FROM t');
  rows.next();
  const select = db.prepare('SELECT 1');
  db.close();
  db.close();
  for (const use of [() => db.query('SELECT 1'), () => db.exec('SELECT 1'), () => db.check(), () => select.get()]) {
    expect(use).toThrow(failing('CLOSED'));
  }
  expect(() => db.insert('t', [])).toThrow(failing('CLOSED'));
});

test('check and stats', () => {
  expect(db.check()).toMatchObject({ ok: true, problems: [] });
  expect(db.stats()).toMatchObject({ tables: 1, rows: 2 });
  expect(db.storage).toEqual({ kind: 'memory', persisted: false, role: 'leader' });
});
