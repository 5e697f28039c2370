import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeliosError, open, openSync, type SyncDatabase } from '../../../src/node.ts';

let db: SyncDatabase;

beforeEach(() => {
  db = openSync(':memory:');
});

afterEach(() => {
  db.close();
});

function rows(sql: string): unknown[] {
  return db.query(sql, [], { rowMode: 'array' }).rows;
}

function failure(body: () => unknown): HeliosError {
  try {
    body();
  } catch (error) {
    if (error instanceof HeliosError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('scalar functions', () => {
  test('fold case, take as many arguments as the code declares, and may be overloaded', () => {
    db.function('Area', (a, b) => a * b);
    db.function('area', (r) => r * r * 3);
    expect(rows('SELECT AREA(2, 3), area(2.5)')).toEqual([[6, 18.75]]);
    expect(failure(() => rows('SELECT area()'))).toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    expect(failure(() => rows('SELECT arae(1)')).message).toContain('did you mean "area"?');
    db.function('area', { arity: 1 }, (r) => -r);
    expect(rows('SELECT area(2), area(2, 3)')).toEqual([[-2, 6]]);
  });

  test('arity and varargs', () => {
    db.function('joined', { varargs: true }, (...parts) => parts.join(''));
    db.function('padded', { arity: [1, 2] }, (text, width = 4) => String(text).padStart(width, '.'));
    expect(rows("SELECT joined(), joined(1, 'a', 2.5), padded(7), padded(7, 2)")).toEqual([
      ['', '1a2.5', '...7', '.7'],
    ]);
    expect(failure(() => rows('SELECT padded(1, 2, 3)'))).toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
  });

  test('values arrive as queries show them, and go back as parameters do', () => {
    const seen: unknown[] = [];
    db.function('look', { varargs: true }, (...values) => {
      seen.push(...values);
      return null;
    });
    rows(`SELECT look(1, 9007199254740993, 2.5, 'x', x'0102', NULL, CAST(1 AS BOOLEAN), DATE '2024-05-01',
                      TIMESTAMP '2024-05-01 12:00:00', CAST('{"a":[1]}' AS JSON))`);
    expect(seen).toEqual([
      1,
      9007199254740993n,
      2.5,
      'x',
      new Uint8Array([1, 2]),
      null,
      true,
      '2024-05-01',
      new Date('2024-05-01T12:00:00Z'),
      { a: [1] },
    ]);
    const answers = [undefined, true, 3n, 2.5, 'x', new Uint8Array([7]), new Date(0), [1, 'a']];
    db.function('answer', (i) => answers[i] as never);
    expect(rows(`SELECT ${answers.map((_, i) => `answer(${i})`).join(', ')}`)).toEqual([
      [null, 1, 3, 2.5, 'x', new Uint8Array([7]), '1970-01-01 00:00:00', '[1,"a"]'],
    ]);
  });

  test('options of the database hold for arguments', () => {
    const exact = openSync(':memory:', { integers: 'bigint', timestamps: 'text' });
    exact.function('kind', (value) => typeof value);
    const { rows: found } = exact.query("SELECT kind(1) AS a, kind(TIMESTAMP '2024-05-01') AS b");
    expect(found[0]).toMatchObject({ a: 'bigint', b: 'string' });
    exact.close();
  });

  test('a declared type is kept, and shown', () => {
    db.function('flag', { returns: 'BOOLEAN' }, (value) => value > 1);
    db.function('count', { returns: 'INTEGER', arity: 2 }, (value) => value);
    expect(db.query('SELECT flag(2) AS yes')).toMatchObject({ columns: [{ type: 'BOOLEAN' }], rows: [{ yes: true }] });
    expect(rows("SELECT typeof(count('7', 1))")).toEqual([['integer']]);
    expect(failure(() => rows("SELECT count('seven', 1)"))).toMatchObject({ code: 'TYPE_MISMATCH' });
    db.function('map', (() => new Map()) as never);
    expect(failure(() => rows('SELECT map()'))).toMatchObject({ code: 'TYPE_MISMATCH' });
  });

  test('nullPropagating: no call for NULL', () => {
    let calls = 0;
    db.function('twice', { nullPropagating: true }, (value) => {
      calls++;
      return value * 2;
    });
    expect(rows('SELECT twice(NULL), twice(4)')).toEqual([[null, 8]]);
    expect(calls).toBe(1);
  });

  test('come before built-in functions, and syntax before them', () => {
    db.function('abs', (value) => `mine: ${value}`);
    expect(rows('SELECT abs(-1)')).toEqual([['mine: -1']]);
    expect(failure(() => db.function('coalesce', () => 1))).toMatchObject({ code: 'MISUSE' });
    expect(failure(() => rows('SELECT abs(DISTINCT 1)'))).toMatchObject({ code: 'GROUPING_ERROR' });
  });

  test('any name will do', () => {
    db.function('__proto__', () => 'safe');
    db.function('a b', () => 'spaced');
    expect(rows('SELECT __proto__(), "a b"()')).toEqual([['safe', 'spaced']]);
  });

  test('statements that are prepared follow what is registered', () => {
    db.function('version', () => 1);
    const statement = db.prepare<{ v: number }>('SELECT version() AS v');
    expect(statement.get()?.v).toBe(1);
    db.function('version', () => 2);
    expect(statement.get()?.v).toBe(2);
  });
});

describe('what goes wrong inside', () => {
  test('keeps its cause, undoes the statement, and nothing else', () => {
    const cause = new RangeError('too far');
    db.function('check_it', (value) => {
      if (value > 2) throw cause;
      return value;
    });
    db.exec('CREATE TABLE t (a INTEGER); BEGIN; INSERT INTO t VALUES (0)');
    const error = failure(() => rows('INSERT INTO t SELECT check_it(value) FROM generate_series(1, 5)'));
    expect(error).toMatchObject({ code: 'USER_FUNCTION_ERROR', sqlState: '38000', cause });
    expect(error.message).toContain('check_it() failed: too far');
    db.exec('COMMIT');
    expect(rows('SELECT a FROM t')).toEqual([[0]]);
  });

  test('thrown values of any kind', () => {
    for (const thrown of ['text', null, undefined, { a: 1 }]) {
      db.function('throws', () => {
        throw thrown;
      });
      expect(failure(() => rows('SELECT throws()'))).toMatchObject({ code: 'USER_FUNCTION_ERROR' });
    }
  });

  test('a promise cannot be waited for, and the database not be used from within', () => {
    db.function('later', (async () => 1) as never);
    expect(failure(() => rows('SELECT later()'))).toMatchObject({ code: 'USER_FUNCTION_ERROR' });
    db.function('nested', () => db.query('SELECT 1').rows.length);
    const error = failure(() => rows('SELECT nested()'));
    expect(error.cause).toMatchObject({ code: 'MISUSE' });
    expect(rows('SELECT 1')).toEqual([[1]]);
  });

  test('options are looked at when a function is registered', () => {
    const misuses: (() => void)[] = [
      () => db.function('', () => 1),
      () => db.function('f', 1 as never),
      () => db.function('f', { pure: true } as never, () => 1),
      () => db.function('f', null as never, () => 1),
      () => db.function('f', { arity: -1 }, () => 1),
      () => db.function('f', { arity: [2, 1] }, () => 1),
      () => db.function('f', { returns: 'MONEY' as never }, () => 1),
      () => db.aggregate('f', {} as never),
      () => db.table('f', { columns: [], rows: () => [] }),
      () => db.table('f', { columns: [1 as never], rows: () => [] }),
      () => db.table('f', { columns: ['a'], rows: 1 as never }),
    ];
    for (const misuse of misuses) expect(failure(misuse)).toMatchObject({ code: 'MISUSE' });
  });
});

describe('aggregates', () => {
  beforeEach(() => {
    db.aggregate('joined', {
      init: () => [] as unknown[],
      step: (state, value) => {
        state.push(value);
      },
      final: (state) => state.join('+'),
    });
  });

  test('group, order, filter and count distinct values', () => {
    expect(rows('SELECT joined(value) FROM generate_series(1, 0)')).toEqual([['']]);
    expect(
      rows(`SELECT value % 2 AS odd, joined(value ORDER BY value DESC), joined(DISTINCT value % 3),
                   joined(value) FILTER (WHERE value > 3)
              FROM generate_series(1, 5) GROUP BY odd ORDER BY odd`),
    ).toEqual([
      [0, '4+2', '2+1', '4'],
      [1, '5+3+1', '1+0+2', '5'],
    ]);
  });

  test('slide over windows: with an inverse each row comes and goes once', () => {
    let steps = 0;
    db.aggregate('total', {
      init: () => 0,
      step: (state, value) => {
        steps++;
        return state + value;
      },
      inverse: (state, value) => state - value,
    });
    const frame = 'OVER (ORDER BY value ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)';
    const sql = `SELECT total(value) ${frame}, joined(value) ${frame} FROM generate_series(1, 5)`;
    expect(rows(sql)).toEqual([
      [1, '1'],
      [3, '1+2'],
      [6, '1+2+3'],
      [9, '2+3+4'],
      [12, '3+4+5'],
    ]);
    expect(steps).toBe(5);
  });

  test('nullPropagating leaves rows out; what is thrown names the function', () => {
    db.aggregate('rest', { init: () => 0, step: (state, value) => state + value, nullPropagating: true });
    expect(rows("SELECT rest(value) FROM json_each('[1,null,2]')")).toEqual([[3]]);
    db.aggregate('broken', {
      arity: 1,
      step: () => {
        throw new Error('no');
      },
    });
    expect(failure(() => rows('SELECT broken(1)'))).toMatchObject({ code: 'USER_FUNCTION_ERROR' });
  });
});

describe('table functions', () => {
  test('yield arrays or objects, and only what is asked for', () => {
    let made = 0;
    let left = 0;
    db.table('numbers', {
      columns: ['n', { name: 'half', type: 'REAL' }],
      *rows(from: number) {
        try {
          for (let n = from; ; n++) {
            made++;
            yield n % 2 === 0 ? [n, n / 2] : { half: n / 2, n };
          }
        } finally {
          left++;
        }
      },
    });
    const statement = db.prepare('SELECT n, half FROM numbers(?) LIMIT 3');
    expect(statement.all([4], { rowMode: 'array' })).toEqual([
      [4, 2],
      [5, 2.5],
      [6, 3],
    ]);
    expect(made).toBeLessThanOrEqual(2048);
    // The generator of the run before is ended when the statement runs anew.
    statement.all([4]);
    expect(left).toBe(1);
  });

  test('read what stands before them', () => {
    db.table('letters', { columns: ['at', 'letter'], rows: (text) => [...text].map((letter, i) => [i, letter]) });
    expect(rows("SELECT w, letter FROM (VALUES ('ab'), ('c')) AS v(w), letters(w) ORDER BY w, at")).toEqual([
      ['ab', 'a'],
      ['ab', 'b'],
      ['c', 'c'],
    ]);
    expect(failure(() => rows("SELECT * FROM leters('a')")).message).toContain('did you mean "letters"?');
  });

  test('rows that are none, and errors on the way', () => {
    db.table('none', { columns: ['a'], rows: (() => 5) as never });
    db.table('odd', { columns: ['a'], rows: (() => [5]) as never });
    db.table('typed', { columns: [{ name: 'a', type: 'INTEGER' }], rows: () => [['x']] });
    db.table('failing', {
      columns: ['a'],
      *rows() {
        yield [1];
        throw new Error('in the middle');
      },
    });
    expect(failure(() => rows('SELECT * FROM none()'))).toMatchObject({ code: 'USER_FUNCTION_ERROR' });
    expect(failure(() => rows('SELECT * FROM odd()'))).toMatchObject({ code: 'USER_FUNCTION_ERROR' });
    expect(failure(() => rows('SELECT * FROM typed()'))).toMatchObject({ code: 'TYPE_MISMATCH' });
    expect(failure(() => rows('SELECT * FROM failing()')).message).toContain('in the middle');
  });
});

describe('definitions that call them', () => {
  test('only deterministic ones; without them the table says what it lacks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'helios-functions-'));
    const path = join(folder, 'db');
    const first = openSync(path);
    first.function('volatile', (value) => value);
    first.function('even', { deterministic: true }, (value) => value % 2 === 0);
    expect(failure(() => first.exec('CREATE TABLE x (a INTEGER CHECK (volatile(a)))'))).toMatchObject({
      code: 'INVALID_DEFINITION',
    });
    expect(failure(() => first.exec('CREATE TABLE x (a INTEGER, b AS (volatile(a)))'))).toMatchObject({
      code: 'INVALID_DEFINITION',
    });
    first.exec('CREATE TABLE t (a INTEGER CHECK (even(a)), b INTEGER AS (even(a))); INSERT INTO t VALUES (2)');
    expect(failure(() => first.exec('INSERT INTO t VALUES (3)'))).toMatchObject({ code: 'CHECK_VIOLATION' });
    first.close();
    const second = openSync(path);
    const error = failure(() => second.exec('INSERT INTO t VALUES (4)'));
    expect(error).toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    expect(error.message).toMatch(/of t: .*there is no function even\(\)/);
    expect(error.hint).toContain('db.function');
    second.function('even', { deterministic: true }, (value) => value % 2 === 0);
    second.exec('INSERT INTO t VALUES (4)');
    expect(second.query('SELECT a, b FROM t', [], { rowMode: 'array' }).rows).toEqual([
      [2, 1],
      [4, 1],
    ]);
    second.close();
    rmSync(folder, { recursive: true });
  });
});

describe('the promise API', () => {
  test('registers for every transaction of the database, and loads modules', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'helios-functions-'));
    const path = join(folder, 'functions.mjs');
    writeFileSync(path, "export default (db) => { db.function('thrice', (x) => x * 3); };");
    const other = await open(':memory:');
    await other.function('twice', { returns: 'INTEGER' }, (value) => value * 2);
    await other.aggregate('rows_of', { init: () => 0, step: (state) => state + 1 });
    await other.table('pair', { columns: ['x'], rows: () => [[1], [2]] });
    await other.loadFunctions(pathToFileURL(path));
    await other.transaction(async (tx) => {
      const [row] = await tx.sql`SELECT twice(21) AS a, thrice(2) AS b, (SELECT rows_of() FROM pair()) AS c`;
      expect(row).toMatchObject({ a: 42, b: 6, c: 2 });
    });
    await expect(other.loadFunctions(pathToFileURL(join(folder, 'none.mjs')))).rejects.toMatchObject({
      code: 'USER_FUNCTION_ERROR',
    });
    writeFileSync(join(folder, 'empty.mjs'), 'export const nothing = 1;');
    await expect(other.loadFunctions(pathToFileURL(join(folder, 'empty.mjs')))).rejects.toMatchObject({
      code: 'MISUSE',
    });
    await expect(other.loadFunctions(1 as never)).rejects.toMatchObject({ code: 'MISUSE' });
    await expect(other.function('f', 1 as never)).rejects.toMatchObject({ code: 'MISUSE' });
    await other.close();
    await expect(other.function('f', () => 1)).rejects.toMatchObject({ code: 'CLOSED' });
    rmSync(folder, { recursive: true });
  });
});
