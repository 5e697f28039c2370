import { describe, expect, test } from 'vitest';
import { Session } from '../../../../src/sql/session.ts';
import { rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

/** Lines are many, and an index finds those of an order; parts with `kind` 3 are few. */
const session: Session = memorySession();
session.executeScript(`
  CREATE TABLE part (id INTEGER PRIMARY KEY, kind INTEGER, name TEXT COLLATE NOCASE, any);
  CREATE TABLE line (part INTEGER, supplier INTEGER, name TEXT COLLATE NOCASE, any, amount INTEGER);
  CREATE INDEX line_part ON line (part, supplier);
  CREATE INDEX line_name ON line (name);
  CREATE INDEX line_any ON line (any);
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1500)
    INSERT INTO part SELECT x, x % 50, iif(x % 9 = 0, NULL, iif(x % 2, 'n', 'N') || (x % 300)), x FROM n;
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 30000)
    INSERT INTO line SELECT iif(x % 11 = 0, NULL, x * 7 % 2000), x % 5, 'n' || (x % 400), x % 3000 * 1.0, x % 97 FROM n;`);

function isByDomain(sql: string): boolean {
  expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'unnest-subqueries'));
  for (const batchRows of [2, 3]) {
    expect(query(new Session(session.engine, { batchRows }), sql), sql).toEqual(query(session, sql));
  }
  return query(session, `EXPLAIN ${sql}`).some(([line]) => String(line).includes('ROWS OF outer rows'));
}

describe('a scalar subquery is computed for the keys of the rows that need it', () => {
  test.each([
    ['where an index finds their rows', 'SELECT total(amount) FROM line WHERE part = p.id', true],
    ['by two columns of it', 'SELECT avg(amount) FROM line WHERE part = p.id AND supplier = p.id % 5', true],
    ['and where it counts none', 'SELECT count(*) FROM line WHERE part = p.id + 0 AND supplier = 2', false],
    ['of a join', 'SELECT max(l.amount) FROM line l JOIN part q ON q.id = l.supplier WHERE l.part = p.id', true],
    ['of texts under a collation', 'SELECT total(amount) FROM line WHERE name = p.name', false],
    ['of texts byte by byte', 'SELECT total(amount) FROM line WHERE name COLLATE BINARY = p.name', false],
    ['of values of any class', 'SELECT total(amount) FROM line WHERE any = p.any', false],
  ])('%s', (_, subquery, expected) => {
    const sql = `SELECT p.id, (${subquery}) AS s FROM part p WHERE kind = 3 ORDER BY p.id`;
    expect(isByDomain(sql)).toBe(expected);
  });

  test('of joined rows, several times over and below other subqueries', () => {
    const sum = (of: string) => `(SELECT total(amount) FROM line WHERE part = ${of})`;
    const joined = `SELECT p.id, q.id FROM part p JOIN part q ON q.kind = p.id WHERE p.id < 4 AND q.any > ${sum('p.id')}`;
    expect(isByDomain(`${joined} ORDER BY 1, 2`)).toBe(true);
    const twice = `SELECT ${sum('p.id')} + coalesce(${sum('p.kind')}, 0) FROM part p WHERE kind = 3 ORDER BY id`;
    expect(isByDomain(twice)).toBe(true);
    const below = `SELECT id FROM part o WHERE id IN (SELECT p.kind FROM part p WHERE p.kind < 9 AND ${sum('p.id')} > 400)`;
    isByDomain(`${below} ORDER BY id`);
  });

  test('but not where rows further out are read, or rows of a round of recursion', () => {
    const sum = '(SELECT total(amount) FROM line WHERE part = p.id)';
    const nested = `SELECT id, (SELECT count(*) FROM part p WHERE p.kind = o.kind AND p.id < o.id * 2 AND ${sum} > 9)
      FROM part o WHERE o.id < 40 ORDER BY id`;
    isByDomain(nested);
    const recursive = `WITH RECURSIVE r(id, n) AS (SELECT 3, 0 UNION ALL
      SELECT p.id + 1, n + 1 FROM r AS p WHERE n < 30 AND coalesce(${sum}, 0) >= 0) SELECT * FROM r ORDER BY n`;
    expect(isByDomain(recursive)).toBe(false);
  });
});
