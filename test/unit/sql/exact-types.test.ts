import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSync, type SyncDatabase } from '../../../src/node.ts';
import { temporaryDirectory } from '../../support/node-child.ts';

/** Values of each type, ascending, with what comes out and another form of the same value. */
const TYPES: readonly [type: string, values: readonly unknown[], alike: unknown][] = [
  ['DECIMAL(10,2)', ['-0.05', '0.00', '10.50', '99999999.99'], '-0.050'],
  ['DECIMAL(30,10)', ['-7.5000000000', '0.0000000000', '1.5000000000', '12345678901234567890.5000000000'], -7.5],
  ['JSONB', [1, [1, 2], { a: 1, bb: [null, true] }], '1.0'],
  [
    'UUID',
    ['00000000-0000-0000-0000-000000000001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    '00000000000000000000000000000001',
  ],
  [
    'TIMESTAMP',
    ['0001-01-01 00:00:00', '2024-02-29 12:00:00.000001', '9999-12-31 23:59:59.999999'],
    '0001-01-01T01:00:00+01:00',
  ],
  ['DATE', ['0001-01-01', '2024-02-29', '9999-12-31'], '0001-01-01'],
  ['INTEGER[]', [[], [-5], [1], [1, 2], [10]], '{}'],
  ['TEXT[]', [['', 'a'], ['a'], ['a', 'b'], ['a', null], ['ä', '"{,}']], '["","a"]'],
  ['DECIMAL(6,2)[]', [['-1.50'], ['2.00', '3.25'], ['10.00']], '{-1.5}'],
  ['BOOLEAN[]', [[false], [true], [true, false]], '{no}'],
  ['TIMESTAMP[]', [['2024-01-01 00:00:00'], ['2024-01-01 00:00:00.000001']], ['2024-01-01']],
  ['JSON[]', [['x'], [1, { a: 1 }]], '["x"]'],
];

const OPTIONS = { timestamps: 'text' } as const;

describe.each(['file', 'memory'])('in a %s', (where) => {
  let folder: ReturnType<typeof temporaryDirectory>;
  let db: SyncDatabase;
  const path = () => (where === 'memory' ? ':memory:' : join(folder.path, 'types.db'));

  beforeEach(() => {
    folder = temporaryDirectory();
    db = openSync(path(), OPTIONS);
  });
  afterEach(() => {
    db.close();
    folder.remove();
  });

  /** What the log holds, then what segments hold. */
  function reopen(): void {
    if (where === 'memory') return;
    db.close();
    db = openSync(path(), OPTIONS);
  }

  test.each(TYPES)('%s is kept, ordered, grouped, joined and found', (type, values, alike) => {
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type} UNIQUE, w ${type}); CREATE INDEX by_w ON t (w DESC)`);
    const insert = (value: unknown) => db.query('INSERT INTO t (v, w) VALUES (?1, ?1)', [value] as never);
    for (const value of [...values].reverse()) insert(value);
    db.exec('INSERT INTO t (w) VALUES (NULL)');
    for (let round = 0; round < 3; round++) {
      expect(column('SELECT v FROM t WHERE v IS NOT NULL ORDER BY v')).toEqual(values);
      expect(column('SELECT w FROM t ORDER BY w DESC')).toEqual([...[...values].reverse(), null]);
      expect(column('SELECT DISTINCT w FROM t ORDER BY 1')).toEqual([null, ...values]);
      expect(column('SELECT count(*) FROM t GROUP BY w')).toEqual(new Array(values.length + 1).fill(1));
      expect(column('SELECT a.w FROM t AS a JOIN t AS b ON a.v = b.w ORDER BY 1')).toEqual(values);
      expect(column('SELECT max(w) FROM t')).toEqual([values.at(-1)]);
      expect(column('SELECT v FROM t WHERE v = ?', [alike])).toEqual([values[0]]);
      expect(column('SELECT v FROM t WHERE w > ? ORDER BY w', [alike])).toEqual(values.slice(1));
      expect(() => insert(alike)).toThrow(expect.objectContaining({ code: 'UNIQUE_VIOLATION' }));
      reopen();
      if (round === 0) db.exec(`CREATE TABLE filler AS SELECT 1 AS one`);
    }
    expect(db.check().problems).toEqual([]);
    const [{ type: shown }] = db.query('SELECT v FROM t').columns;
    expect(shown).toBe(type);
  });

  test.each(TYPES)('%s arrives in bulk, by rows and by columns', (type, values) => {
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type})`);
    db.insert('t', values.map((v) => ({ v: v })) as never);
    db.insert('t', { v: [...values, null] } as never);
    reopen();
    expect(column('SELECT v FROM t ORDER BY id')).toEqual([...values, ...values, null]);
  });

  function column(sql: string, params: readonly unknown[] = []): unknown[] {
    return db.query(sql, params as never, { rowMode: 'array' }).rows.map((row) => (row as unknown as unknown[])[0]);
  }
});

describe('values out', () => {
  test('decimals as numbers, in Node', () => {
    const db = openSync(':memory:', { decimals: 'number' });
    db.exec("CREATE TABLE t (d DECIMAL(10,2), a DECIMAL(4,1)[]); INSERT INTO t VALUES (10.5, '{1.5,2}')");
    expect(db.query('SELECT d, a, sum(d) AS s FROM t').rows).toEqual([{ d: 10.5, a: [1.5, 2], s: 10.5 }]);
    db.close();
  });

  test('a value of a column of JSON is a new one each time', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t (j JSON)');
    db.prepare('INSERT INTO t VALUES (?)').run([{ __proto__: null, a: [1n, 'x', null, true] } as never]);
    const [first] = db.query<{ j: { a: unknown[] } }>('SELECT j FROM t').rows;
    first.j.a.push('mine');
    expect(db.query('SELECT j FROM t').rows).toEqual([{ j: { a: [1, 'x', null, true] } }]);
    db.close();
  });
});

describe('bad input', () => {
  test('names the column, the value and the row', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t (d DECIMAL(5,2), a INTEGER[], j JSON)');
    const failing = (rows: object[]) => () => db.insert('t', rows as never);
    expect(failing([{ d: 1 }, { d: 1.005 }])).toThrow(/column t\.d is DECIMAL\(5,2\).*1\.005.*row 2/);
    expect(failing([{ a: [1, 'x'] }])).toThrow(/column t\.a.*row 1/);
    expect(failing([{ j: '{' }])).toThrow(/column t\.j: malformed JSON at offset 1/);
    expect(failing([{ j: new Map() }])).toThrow(/column t\.j/);
    const circular: unknown[] = [];
    circular.push(circular);
    expect(failing([{ j: circular }])).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 0 }]);
    db.close();
  });
});
