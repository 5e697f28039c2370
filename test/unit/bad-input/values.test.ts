import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openSync } from '../../../src/node.ts';
import { expectFailure, failure, readable } from './failure.ts';

const db = openSync(':memory:');
afterAll(() => db.close());
beforeEach(() => {
  db.exec(`
    DROP TABLE IF EXISTS parts;
    CREATE TABLE parts (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price REAL CHECK (price > 0), amount INTEGER,
      sold BOOLEAN, picture BLOB, made TIMESTAMP, day DATE, lot TEXT, shelf INTEGER, UNIQUE (lot, shelf));
    INSERT INTO parts (id, name, price, lot, shelf) VALUES (1, 'bolt', 0.5, 'A', 1);`);
});

function partCount(): unknown {
  return db.query('SELECT count(*) AS n FROM parts').rows[0].n;
}

describe('parameters', () => {
  test('too few, too many, missing by name', () => {
    expectFailure(db, () => db.query('SELECT ?1 + ?2', [1]), 'PARAMETER_COUNT', '?2');
    expectFailure(db, () => db.query('SELECT ?'), 'PARAMETER_COUNT', '?1');
    expectFailure(db, () => db.query('SELECT ?', []), 'PARAMETER_COUNT', '?1');
    expectFailure(db, () => db.query('SELECT ?', [1, 2]), 'PARAMETER_COUNT', '2 values were given');
    expectFailure(db, () => db.query('SELECT 1', [1]), 'PARAMETER_COUNT', '1 value');
    expectFailure(db, () => db.query('SELECT :a + :b', { a: 1 }), 'PARAMETER_COUNT', ':b');
    expectFailure(db, () => db.query('SELECT ?', { a: 1 }), 'PARAMETER_COUNT', '?1');
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expectFailure(db, () => db.query(`SELECT :${name}`, {}), 'PARAMETER_COUNT', `:${name}`);
    }
    const insert = db.prepare('INSERT INTO parts (name, price) VALUES (?, ?)');
    expectFailure(db, () => insert.run(['nut']), 'PARAMETER_COUNT', '?2');
    expect(partCount()).toBe(1);
  });

  test('values that no SQL type takes', () => {
    const values = [() => 1, Symbol('s'), undefined, [() => 1], new Map(), Promise.resolve(1), new Date(Number.NaN)];
    const lookup = db.prepare('SELECT * FROM parts WHERE id = ?');
    const insert = db.prepare('INSERT INTO parts (name, amount) VALUES (?1, ?2)');
    for (const value of values as never[]) {
      expectFailure(db, () => db.query('SELECT ?', [value]), 'PARAMETER_TYPE', 'parameter ?1 is');
      expectFailure(db, () => db.query('SELECT :x', { x: value }), 'PARAMETER_TYPE', 'parameter :x is');
      expectFailure(db, () => lookup.get([value]), 'PARAMETER_TYPE', 'parameter ?1 is');
      expect(failure(() => insert.run(['nut', value])).code).toMatch(/^(PARAMETER_TYPE|TYPE_MISMATCH)$/);
    }
    expectFailure(db, () => db.query('SELECT ?', [10n ** 20n]), 'NUMERIC_OVERFLOW', '100000000000000000000');
    expect(partCount()).toBe(1);
  });

  test('NaN is NULL, an infinity stays', () => {
    const row = db.query('SELECT ?1 IS NULL AS nan, ?2 > 1e308 AS big', [Number.NaN, Number.POSITIVE_INFINITY]).rows[0];
    expect({ ...row }).toEqual({ nan: 1, big: 1 });
  });
});

describe('values that a column cannot take', () => {
  const WRONG: readonly [column: string, value: never, kind: string][] = (
    [
      ['amount', 'many', "the text 'many'"],
      ['amount', 1.5, 'the number 1.5'],
      ['amount', 1e300, 'the number'],
      ['amount', new Uint8Array(3), 'a blob of 3 bytes'],
      ['amount', '9223372036854775808', 'the text'],
      ['price', 'cheap', "the text 'cheap'"],
      ['price', new Uint8Array(1), 'a blob of 1 byte'],
      ['name', new Uint8Array(2), 'a blob of 2 bytes'],
      ['sold', 2, 'the number 2'],
      ['sold', 'perhaps', "the text 'perhaps'"],
      ['picture', 'mona lisa', "the text 'mona lisa'"],
      ['picture', 1, 'the number 1'],
      ['made', 'yesterday', "the text 'yesterday'"],
      ['made', '2024-13-01 00:00:00', 'the text'],
      ['day', '2024-02-30x', 'the text'],
    ] as [string, unknown, string][]
  ).map(([column, value, kind]) => [column, value as never, kind]);

  for (const [column, value, kind] of WRONG) {
    test(`${column} = ${String(value)}`, () => {
      const insert = db.prepare(
        `INSERT INTO parts (${column === 'name' ? 'lot, name' : `name, ${column}`}) VALUES (?, ?)`,
      );
      for (const action of [
        () => insert.run(['x', value]),
        () => db.query(`UPDATE parts SET ${column} = ?`, [value]),
        () => db.insert('parts', [{ name: 'x', [column]: value }]),
      ]) {
        const error = expectFailure(db, action, 'TYPE_MISMATCH', kind);
        expect(error.message).toContain(`parts.${column}`);
      }
      expect(partCount()).toBe(1);
    });
  }

  test('arithmetic beyond 64 bits', () => {
    for (const sql of [
      'SELECT 9223372036854775807 + 1',
      'SELECT -9223372036854775808 - 1',
      'SELECT 9223372036854775807 * 2',
      'SELECT -x FROM (SELECT -9223372036854775808 AS x)',
      'SELECT abs(-9223372036854775808)',
      'SELECT sum(x) FROM (VALUES (9223372036854775807), (1)) AS v(x)',
    ]) {
      expectFailure(db, () => db.query(sql), 'NUMERIC_OVERFLOW', '64-bit INTEGER');
    }
    expectFailure(db, () => db.query('UPDATE parts SET amount = 9223372036854775807 + id'), 'NUMERIC_OVERFLOW');
  });

  test('a rowid that is none, or beyond 2^53', () => {
    for (const id of ['first', 1.5, new Uint8Array(1)]) {
      expectFailure(
        db,
        () => db.query('INSERT INTO parts (id, name) VALUES (?, 1)', [id]),
        'TYPE_MISMATCH',
        'parts.id',
      );
      expectFailure(db, () => db.insert('parts', [{ id, name: 'x' }]), 'TYPE_MISMATCH', 'parts');
    }
    expectFailure(
      db,
      () => db.query('INSERT INTO parts (id, name) VALUES (9007199254740992, 1)'),
      'NUMERIC_OVERFLOW',
      'id',
    );
  });
});

describe('constraints', () => {
  test('each names what it guards, and the row', () => {
    expectFailure(db, () => db.exec('INSERT INTO parts (name) VALUES (NULL)'), 'NOT_NULL_VIOLATION', 'parts.name');
    expectFailure(db, () => db.exec('INSERT INTO parts (price) VALUES (1)'), 'NOT_NULL_VIOLATION', 'parts.name');
    expectFailure(db, () => db.exec('UPDATE parts SET name = NULL'), 'NOT_NULL_VIOLATION', 'parts.name');
    expectFailure(
      db,
      () => db.exec("INSERT INTO parts (name) VALUES ('bolt')"),
      'UNIQUE_VIOLATION',
      "parts.name: a row with ('bolt')",
    );
    expectFailure(
      db,
      () => db.exec("INSERT INTO parts (id, name) VALUES (1, 'x')"),
      'UNIQUE_VIOLATION',
      'parts.id: a row with (1)',
    );
    const both = "INSERT INTO parts (name, lot, shelf) VALUES ('x', 'A', 1)";
    expectFailure(db, () => db.exec(both), 'UNIQUE_VIOLATION', "parts.lot, parts.shelf: a row with ('A', 1)");
    expectFailure(
      db,
      () => db.exec("INSERT INTO parts (name, price) VALUES ('x', -1)"),
      'CHECK_VIOLATION',
      'price > 0',
    );
    expectFailure(db, () => db.exec('UPDATE parts SET price = 0'), 'CHECK_VIOLATION', 'price > 0');
    expectFailure(
      db,
      () => db.exec('CREATE TABLE s AS SELECT 1 AS a UNION ALL SELECT 1; CREATE UNIQUE INDEX u ON s (a)'),
      'UNIQUE_VIOLATION',
      's.a',
    );
    db.exec('DROP TABLE s');
  });

  test('values that are long are cut in messages', () => {
    const long = 'x'.repeat(100_000);
    db.query('INSERT INTO parts (name) VALUES (?)', [long]);
    for (const action of [
      () => db.query('INSERT INTO parts (name) VALUES (?)', [long]),
      () => db.query('INSERT INTO parts (name, price) VALUES (?, -1)', [`${long}y`]),
      () => db.query('INSERT INTO parts (name, amount) VALUES (1, ?)', [long]),
    ]) {
      expect(failure(action).message.length).toBeLessThan(1000);
    }
  });

  test('a change that fails in the middle leaves nothing', () => {
    const before = db.query('SELECT * FROM parts').rows;
    const rows = Array.from({ length: 500 }, (_, i) => ({ name: i === 400 ? 'bolt' : `part ${i}` }));
    const texts = rows.map(({ name }) => `('${name}')`).join(', ');
    const inserts = [
      () => db.exec(`INSERT INTO parts (name) VALUES ${texts}`),
      () => db.insert('parts', rows),
      () => db.insert('parts', { name: rows.map(({ name }) => name) }),
      () => db.transaction((tx) => tx.insert('parts', rows)),
    ];
    for (const insert of inserts) {
      expectFailure(db, insert, 'UNIQUE_VIOLATION', "('bolt')");
      expect(db.query('SELECT * FROM parts').rows).toEqual(before);
    }
    // Inside of a transaction that goes on, the failed statement alone is undone.
    db.transaction((tx) => {
      tx.exec("INSERT INTO parts (name) VALUES ('kept')");
      expect(failure(() => tx.exec(`INSERT INTO parts (name) VALUES ${texts}`)).code).toBe('UNIQUE_VIOLATION');
      expect(failure(() => tx.exec("UPDATE parts SET name = 'same'")).code).toBe('UNIQUE_VIOLATION');
    });
    expect(db.query('SELECT name FROM parts ORDER BY id').rows.map(({ name }) => name)).toEqual(['bolt', 'kept']);
    expect(db.check().problems).toEqual([]);
  });
});

test('messages, read as a user', () => {
  const messages = [
    () => db.query('SELECT ?1 + ?2', [1]),
    () => db.query('SELECT ?', [1, 2]),
    () => db.query('SELECT :from', [new Map()] as never),
    () => db.query("INSERT INTO parts (name, price) VALUES ('x', 'cheap')"),
    () => db.query("INSERT INTO parts (name, made) VALUES ('x', 'yesterday')"),
    () => db.query("INSERT INTO parts (name, lot, shelf) VALUES ('x', 'A', 1)"),
    () => db.query('INSERT INTO parts (name) VALUES (NULL)'),
    () => db.query('SELECT 9223372036854775807 + 1'),
  ].map((action) => readable(failure(action)));
  expect(`\n${messages.join('\n\n')}\n`).toMatchInlineSnapshot(`
    "
    PARAMETER_COUNT no value for parameter ?2
    hint: The statement has 2 parameters.

    PARAMETER_COUNT the statement has 1 parameter, and 2 values were given

    PARAMETER_TYPE parameter :from is of type object, which no SQL type takes
    hint: Pass null, a string, number, bigint, boolean, Date, Uint8Array, array or plain object.

    TYPE_MISMATCH column parts.price is REAL and cannot take the text 'cheap'
    hint: It takes numbers, and text that is one.

    TYPE_MISMATCH column parts.made is TIMESTAMP and cannot take the text 'yesterday'
    hint: It takes a Date, text like '2024-12-31 23:59:59', and seconds (not milliseconds) since 1970.

    UNIQUE_VIOLATION UNIQUE constraint failed: parts.lot, parts.shelf: a row with ('A', 1) exists already

    NOT_NULL_VIOLATION NOT NULL constraint failed: parts.name is NULL

    NUMERIC_OVERFLOW the sum leaves the range of a 64-bit INTEGER
    hint: Compute with REAL: CAST(… AS REAL).
    "
  `);
});
