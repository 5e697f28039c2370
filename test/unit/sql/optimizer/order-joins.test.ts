import { expect, test } from 'vitest';
import { shareOfKeys } from '../../../../src/sql/planner/selectivity.ts';
import type { Session } from '../../../../src/sql/session.ts';
import { SeededRandom } from '../../../sim/seeded-random.ts';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

/** Tables t1 to tN of ten rows: a is 1 to 10, b the same in another order. */
function chainSession(tables: number, random: SeededRandom): Session {
  const session = memorySession();
  for (let t = 1; t <= tables; t++) {
    session.executeScript(`CREATE TABLE t${t} (a${t} INTEGER PRIMARY KEY, b${t} INTEGER, x${t} TEXT)`);
    const b = shuffled(10, random);
    const rows = b.map((value, i) => `(${i + 1}, ${value}, 'table t${t} row ${i + 1}')`);
    session.executeScript(`INSERT INTO t${t} VALUES ${rows.join(', ')}`);
  }
  return session;
}

/** The numbers 1 to n in a random order. */
function shuffled(n: number, random: SeededRandom): number[] {
  const numbers = Array.from({ length: n }, (_, i) => i + 1);
  for (let i = n - 1; i > 0; i--) {
    const k = random.u32() % (i + 1);
    [numbers[i], numbers[k]] = [numbers[k], numbers[i]];
  }
  return numbers;
}

/** A join of n of the tables, chained by equalities, in a random order. */
function chainQuery(n: number, tables: number, random: SeededRandom): string {
  const chain = shuffled(tables, random).slice(0, n);
  const conditions = chain.slice(1).map((t, i) => `a${chain[i]} = b${t}`);
  conditions.push(`a${chain[n - 1]} = ${1 + (random.u32() % 10)}`);
  const order = shuffled(conditions.length, random).map((i) => conditions[i - 1]);
  const from = [...chain].sort((a, b) => ((a * 7919) % 64) - ((b * 7919) % 64));
  return `SELECT ${from.map((t) => `x${t}`).join(', ')} FROM ${from.map((t) => `t${t}`).join(', ')} WHERE ${order.join(' AND ')}`;
}

test('chains of up to 64 tables have one row, found at once', () => {
  const random = new SeededRandom(3);
  const session = chainSession(64, random);
  for (const n of [2, 5, 10, 11, 30, 64]) {
    const sql = chainQuery(n, 64, random);
    const started = performance.now();
    session.prepare(sql);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(query(session, sql), sql).toHaveLength(1);
  }
});

test('small joins give the same rows in any order', () => {
  const random = new SeededRandom(4);
  const session = chainSession(8, random);
  for (let i = 0; i < 20; i++) {
    const sql = chainQuery(2 + (random.u32() % 4), 8, random).replace(/ AND a\d = \d+$/, '');
    expect(query(session, sql).sort(), sql).toEqual(rowsWithout(session, sql, 'order-joins').sort());
  }
});

test('the most selective pair comes first, and equal columns are as good as each other', () => {
  const session = memorySession();
  session.executeScript(
    'CREATE TABLE big (k INTEGER, v INTEGER); CREATE TABLE small (k INTEGER, w INTEGER); CREATE TABLE one (k INTEGER)',
  );
  session.insertColumns('big', {
    k: Array.from({ length: 5000 }, (_, i) => i % 100),
    v: Array.from({ length: 5000 }, (_, i) => i),
  });
  session.insertColumns('small', {
    k: Array.from({ length: 100 }, (_, i) => i),
    w: Array.from({ length: 100 }, (_, i) => i),
  });
  session.executeScript('INSERT INTO one VALUES (7)');
  const sql = 'SELECT count(*) FROM big JOIN small ON big.k = small.k JOIN one ON one.k = big.k';
  expect(query(session, sql)).toEqual([[50]]);
  const plan = planAfter(session, sql, 'order-joins');
  expect(plan).toMatch(
    /inner join \[\(k = k\)\]\n\s+(scan big\n\s+)?inner join \[\(k = k\)\]\n\s+scan (small|one)\n\s+scan (one|small)/,
  );
});

test('several keys of one pair of tables are not taken to be independent', () => {
  expect(shareOfKeys([])).toBe(1);
  expect(shareOfKeys([1 / 200, 1 / 4000])).toBeCloseTo(1 / 4000 / Math.sqrt(200), 12);
  const session = memorySession();
  session.executeScript(`CREATE TABLE offers (part INTEGER, maker INTEGER); CREATE TABLE sales (part INTEGER, maker INTEGER,
    bill INTEGER); CREATE TABLE bills (id INTEGER PRIMARY KEY, day INTEGER)`);
  const count = 12_000;
  const numbers = (of: (i: number) => number, rows: number) => Array.from({ length: rows }, (_, i) => of(i));
  const part = (i: number) => i % 3000;
  session.insertColumns('offers', { part: numbers(part, 3000), maker: numbers((i) => i % 100, 3000) });
  session.insertColumns('sales', {
    part: numbers(part, count),
    maker: numbers((i) => part(i) % 100, count),
    bill: numbers((i) => i, count),
  });
  session.insertColumns('bills', { id: numbers((i) => i, count), day: numbers((i) => i % 7, count) });
  const sql = `SELECT count(day) FROM offers JOIN sales USING (part, maker) JOIN bills ON id = bill`;
  expect(query(session, sql)).toEqual([[count]]);
  // Each of the sales has its offer: bills are not looked up one by one.
  expect(query(session, `EXPLAIN ${sql}`).join('\n')).not.toContain('LOOKUP');
});

test('conditions without a pair of columns find their place', () => {
  const session = chainSession(3, new SeededRandom(1));
  const sql = 'SELECT count(*) FROM t1, t2, t3 WHERE a1 + a2 = a3 AND b1 < b2 AND a1 = b1 AND a2 = a3 - 2';
  expect(query(session, sql)).toEqual(rowsWithout(session, sql, 'order-joins', 'push-down-predicates'));
});
