import { afterAll, describe, expect, test } from 'vitest';
import { openSync, type Row } from '../../../src/node.ts';

const db = openSync(':memory:');
afterAll(() => db.close());

/** Names that JavaScript objects, SQL text or terminals might trip over. */
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  'a"b',
  "it's",
  '[x]',
  '`y`',
  'SELECT',
  'rowid',
  'a.b',
  '--',
  '/*',
  '\0',
  '\n',
  '😀',
  'x'.repeat(1000),
];

describe('any name may be any string', () => {
  for (const name of NAMES) {
    test(JSON.stringify(name.slice(0, 20)), () => {
      const id = `"${name.replaceAll('"', '""')}"`;
      db.exec(
        `CREATE TABLE ${id} (${id} TEXT CHECK (${id} <> 'bad'), k INTEGER); CREATE INDEX by_name ON ${id} (${id})`,
      );
      db.query(`INSERT INTO ${id} (${id}, k) VALUES (?, 1)`, ['first']);
      db.insert(name, [row(name, 'second')]);
      db.insert(name, row(name, ['third']) as never);
      db.exec(`UPDATE ${id} SET k = 2 WHERE ${id} = 'third'`);

      const found = db.query(`SELECT ${id}, k FROM ${id} WHERE ${id} >= 'first' ORDER BY ${id}`).rows;
      expect(found.map((each) => [Object.keys(each), each[name], each.k])).toEqual([
        [[name, 'k'], 'first', 1],
        [[name, 'k'], 'second', null],
        [[name, 'k'], 'third', 2],
      ]);
      expect(Object.getPrototypeOf(found[0])).toBe(null);
      const group = db.query(`SELECT k AS ${id}, count(*) AS n FROM ${id} AS ${id} GROUP BY ${id}.k ORDER BY 1`)
        .rows[0];
      expect([group[name], group.n]).toEqual([null, 1]);
      expect(db.sql`SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ${name}`).toHaveLength(1);
      db.exec(`DROP TABLE ${id}`);
      expect(({} as Row).k).toBe(undefined);
    });
  }
});

test('a parameter of any name', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'SELECT', 'größe']) {
    expect(db.query(`SELECT :${name} AS v`, row(name, 7)).rows[0].v).toBe(7);
    expect(db.query(`SELECT $${name} AS v, @${name} AS w`, row(name, 7)).rows[0].w).toBe(7);
  }
});

test('ASCII letters fold, others do not', () => {
  db.exec('CREATE TABLE Folded (Größe INTEGER, größE2 INTEGER); INSERT INTO FOLDED (größe) VALUES (1)');
  expect(db.query('SELECT GRößE AS v FROM folded').rows[0].v).toBe(1);
  expect(() => db.query('SELECT GRÖSSE FROM folded')).toThrow('no such column');
  db.exec('DROP TABLE folded');
});

/** An object with one own key, `__proto__` included. */
function row<T>(name: string, value: T): Record<string, T> {
  return Object.defineProperty({}, name, { value, enumerable: true });
}
