import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Session } from '../../../src/sql/session.ts';
import { memorySession, query, rowsOf } from '../../support/sql-session.ts';

function sessionWith(sql: string): Session {
  const session = memorySession();
  session.executeScript(sql);
  return session;
}

describe('parameters', () => {
  test('are given by position or by name', () => {
    const session = memorySession();
    expect(query(session, 'SELECT ?2, ?1', ['a', 'b'])).toEqual([['b', 'a']]);
    expect(query(session, 'SELECT :x + @y + $z', { x: 1, y: 2, z: 3 })).toEqual([[6]]);
  });

  test('that are missing are named', () => {
    const session = memorySession();
    expect(() => query(session, 'SELECT ?, ?', [1])).toThrow(expect.objectContaining({ code: 'PARAMETER_COUNT' }));
    expect(() => query(session, 'SELECT ?, ?', [1])).toThrow('?2');
    expect(() => query(session, 'SELECT :name', {})).toThrow(':name');
    expect(() => query(session, 'SELECT ?', [1, 2])).toThrow(expect.objectContaining({ code: 'PARAMETER_COUNT' }));
    expect(() => query(session, 'SELECT ?', [new Map()])).toThrow(expect.objectContaining({ code: 'PARAMETER_TYPE' }));
  });
});

describe('errors', () => {
  test('show the place and the nearest name', () => {
    const session = sessionWith('CREATE TABLE readings (sensor_id TEXT)');
    try {
      session.prepare('SELECT sensor_idd FROM readings');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'COLUMN_NOT_FOUND', position: 7 });
      expect((error as Error).message).toBe(
        'no such column "sensor_idd"; did you mean "sensor_id"?\n  line 1: SELECT sensor_idd FROM readings\n                 ^',
      );
    }
  });
});

describe('prepared statements', () => {
  test('follow the catalogue', () => {
    const session = sessionWith('CREATE TABLE t (a)');
    const statement = session.prepare('SELECT * FROM t');
    session.executeScript('DROP TABLE t; CREATE TABLE t (b, c); INSERT INTO t VALUES (1, 2)');
    expect(statement.columns.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(rowsOf(statement)).toEqual([[1, 2]]);
  });

  test('see a table go that another session drops', () => {
    const session = sessionWith('CREATE TABLE t (a)');
    const other = new Session(session.engine);
    other.begin();
    other.executeScript('DROP TABLE t');
    const statement = session.prepare('SELECT * FROM t');
    expect(rowsOf(statement)).toEqual([]);
    other.commit();
    expect(() => rowsOf(statement)).toThrow(expect.objectContaining({ code: 'TABLE_NOT_FOUND' }));
  });

  test('may have two cursors open at once', () => {
    const session = sessionWith('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)');
    const statement = session.prepare('SELECT a + ? AS x FROM t');
    const first = statement.execute([10]);
    const one = first.next();
    expect(rowsOf(statement, [100])).toEqual([[101], [102]]);
    expect(one?.vectors[0]).toEqual({ kind: 'value', values: [11n, 12n] });
    first.close();
  });

  test('find one row by primary key', () => {
    const session = sessionWith("CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (5, 'x')");
    const statement = session.prepare('SELECT b, id, length(b) FROM t WHERE id = ?');
    expect(statement.get([5])).toEqual(['x', 5, 1n]);
    expect(statement.get(['5'])).toEqual(['x', 5, 1n]);
    expect(statement.get([5.5])).toBeNull();
    expect(statement.get([null])).toBeNull();
    expect(statement.get(['five'])).toBeNull();
  });

  test('need the writer only when they write', () => {
    const session = sessionWith('CREATE TABLE t (a)');
    const access = (sql: string) => session.prepare(sql).access;
    expect(access('SELECT 1')).toBe('read');
    expect(access('INSERT INTO t VALUES (1)')).toBe('write');
    expect(access('BEGIN')).toBe('begin');
    expect(access('ROLLBACK')).toBe('end');
    expect(access('SAVEPOINT a')).toBe('savepoint');
  });
});

describe('transactions', () => {
  test('go on after a statement that failed, without its rows', () => {
    const session = sessionWith('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    session.executeScript('BEGIN; INSERT INTO t VALUES (1)');
    expect(() => session.executeScript('INSERT INTO t VALUES (2), (1)')).toThrow('UNIQUE');
    session.executeScript('INSERT INTO t VALUES (3); COMMIT');
    expect(query(session, 'SELECT a FROM t ORDER BY a')).toEqual([[1], [3]]);
  });

  test('that only read see one state and refuse to write', () => {
    const session = sessionWith('CREATE TABLE t (a)');
    const reader = new Session(session.engine);
    reader.begin({ readOnly: true });
    session.executeScript('INSERT INTO t VALUES (1)');
    expect(query(reader, 'SELECT count(*) FROM t')).toEqual([[0]]);
    expect(() => reader.executeScript('DELETE FROM t')).toThrow(
      expect.objectContaining({ code: 'TRANSACTION_READ_ONLY' }),
    );
    reader.commit();
    expect(query(reader, 'SELECT count(*) FROM t')).toEqual([[1]]);
  });

  test('rolled back end the cursors in them', () => {
    const session = sessionWith('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    session.begin();
    const cursor = session.prepare('SELECT * FROM t').execute();
    session.rollback();
    expect(() => cursor.next()).toThrow(expect.objectContaining({ code: 'TRANSACTION_CLOSED' }));
  });

  test('a snapshot outlives the rows that it reads', () => {
    const session = sessionWith('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)');
    const cursor = session.prepare('SELECT a FROM t').execute();
    session.executeScript('DELETE FROM t');
    expect(cursor.next()?.count).toBe(2);
    cursor.close();
  });

  test('an interrupt stops a change and undoes it', () => {
    const session = sessionWith('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)');
    let calls = 0;
    const stopping = new Session(session.engine, {
      interrupt: () => {
        if (++calls === 1) throw new Error('stop');
      },
    });
    expect(() => stopping.executeScript('UPDATE t SET a = 5')).toThrow('stop');
    expect(query(session, 'SELECT sum(a) FROM t')).toEqual([[3]]);
  });
});

describe('bulk inserts', () => {
  const schema =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b REAL, c INTEGER DEFAULT 7 CHECK (c < 10), d DEFAULT 'x')";

  test('take rows, fill defaults and convert', () => {
    const session = sessionWith(schema);
    expect(
      session.insertRows('t', [
        { a: 'p', b: '1.5' },
        { a: 'q', c: 3 },
        { A: 'r', b: null },
      ]),
    ).toMatchObject({
      changes: 3,
      lastInsertRowid: 3,
    });
    expect(query(session, 'SELECT * FROM t ORDER BY id')).toEqual([
      [1, 'p', 1.5, 7, 'x'],
      [2, 'q', null, 3, 'x'],
      [3, 'r', null, 7, 'x'],
    ]);
  });

  test('take columns of any length', () => {
    const session = sessionWith(schema);
    const count = LIMITS.deltaChunkRows + 5;
    const a = Array.from({ length: count }, (_, i) => `text ${i % 10}`);
    session.insertColumns('t', { a, b: Float64Array.from({ length: count }, (_, i) => i) });
    expect(query(session, 'SELECT count(*), sum(b), count(DISTINCT a), min(c) FROM t')).toEqual([
      [count, (count * (count - 1)) / 2, 10, 7],
    ]);
  });

  test('say which row is wrong, and leave nothing', () => {
    const session = sessionWith(schema);
    expect(() => session.insertRows('t', [{ a: 'p' }, { a: null }])).toThrow('row 2');
    expect(() => session.insertRows('t', [{ a: 'p' }, { a: 'q', b: 'no number' }])).toThrow('row 2');
    expect(() => session.insertRows('t', [{ a: 'p' }, { a: 'q', c: 12 }])).toThrow('row 2');
    expect(() => session.insertRows('t', [{ aa: 'p' }])).toThrow('no column "aa"');
    expect(() => session.insertColumns('t', { a: ['x'], b: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_STATEMENT' }),
    );
    expect(query(session, 'SELECT count(*) FROM t')).toEqual([[0]]);
  });
});
