import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const LIMIT_EXCEEDED = expect.objectContaining({ code: 'LIMIT_EXCEEDED' });

test('a compound has at most so many SELECTs', () => {
  const session = memorySession();
  const compound = (count: number) => Array.from({ length: count }, (_, i) => `SELECT ${i}`).join(' UNION ALL ');
  expect(query(session, compound(LIMITS.compoundSelects))).toHaveLength(LIMITS.compoundSelects);
  expect(() => query(session, compound(LIMITS.compoundSelects + 1))).toThrow(LIMIT_EXCEEDED);
});

test('a result and a table have at most so many columns', () => {
  const session = memorySession();
  const list = (count: number) => Array.from({ length: count }, (_, i) => `${i} AS c${i}`).join();
  expect(query(session, `SELECT ${list(LIMITS.columns)}`)[0]).toHaveLength(LIMITS.columns);
  expect(() => query(session, `SELECT ${list(LIMITS.columns + 1)}`)).toThrow(LIMIT_EXCEEDED);
  const table = (count: number) =>
    `CREATE TABLE t${count} (${Array.from({ length: count }, (_, i) => `c${i}`).join()})`;
  session.executeScript(table(LIMITS.columns));
  expect(() => session.executeScript(table(LIMITS.columns + 1))).toThrow(LIMIT_EXCEEDED);
});

test('a join has at most so many tables', () => {
  const session = memorySession();
  const join = (count: number) =>
    `SELECT count(*) FROM ${Array.from({ length: count }, (_, i) => `(SELECT 1) AS t${i}`).join(' CROSS JOIN ')}`;
  expect(query(session, join(LIMITS.joinTables))).toEqual([[1]]);
  expect(() => query(session, join(LIMITS.joinTables + 1))).toThrow(LIMIT_EXCEEDED);
});

test('a GROUP BY stands for at most so many sets, of so many keys', () => {
  const session = memorySession();
  const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`).join();
  session.executeScript(`CREATE TABLE g (${names(LIMITS.groupingKeys + 1)})`);
  const count = (grouping: string) => query(session, `SELECT count(*) FROM g GROUP BY ${grouping}`);
  expect(count(`CUBE (${names(Math.log2(LIMITS.groupingSets))})`)).toEqual([[0]]);
  expect(() => count(`CUBE (${names(Math.log2(LIMITS.groupingSets) + 1)})`)).toThrow(LIMIT_EXCEEDED);
  expect(() => count(`CUBE (${names(LIMITS.groupingKeys)})`)).toThrow(LIMIT_EXCEEDED);
  expect(count(`ROLLUP (${names(LIMITS.groupingKeys)})`)).toEqual([[0]]);
  expect(() => count(`ROLLUP (${names(LIMITS.groupingKeys + 1)})`)).toThrow(LIMIT_EXCEEDED);
  const sets = (many: number) => `GROUPING SETS (${Array(many).fill('(c0)').join()}), CUBE (c1, c2, c3)`;
  expect(count(sets(LIMITS.groupingSets / 8))).toEqual([]);
  expect(() => count(sets(LIMITS.groupingSets / 8 + 1))).toThrow(LIMIT_EXCEEDED);
});

test('WITH tables refer to each other only so deep, and so often', () => {
  const session = memorySession();
  const chain = (count: number) => {
    const tables = Array.from(
      { length: count },
      (_, i) => `c${i} AS (SELECT ${i === 0 ? '1 AS x' : `x FROM c${i - 1}`})`,
    );
    return `WITH ${tables.join()} SELECT x FROM c${count - 1}`;
  };
  expect(query(session, chain(LIMITS.nestingDepth))).toEqual([[1]]);
  expect(() => query(session, chain(LIMITS.nestingDepth + 1))).toThrow(LIMIT_EXCEEDED);
  const doubling = Array.from(
    { length: 30 },
    (_, i) => `c${i} AS NOT MATERIALIZED (SELECT 1 ${i === 0 ? '' : `FROM c${i - 1} a, c${i - 1} b`})`,
  );
  expect(() => query(session, `WITH ${doubling.join()} SELECT 1 FROM c29`)).toThrow(LIMIT_EXCEEDED);
});
