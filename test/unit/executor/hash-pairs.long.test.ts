import { expect, test } from 'vitest';
import type { SqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import { DirectKeys } from '../../../src/sql/executor/direct-keys.ts';
import { OPTIMIZER_SWITCHES } from '../../../src/sql/planner/switches.ts';
import { Session } from '../../../src/sql/session.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

function numbers(values: readonly (number | null)[]): ColumnVector {
  const nulls = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 1 : 0)) : null;
  return { kind: 'number', values: Float64Array.from(values, (value) => value ?? 7), nulls };
}

/** Per row of a vector the rows of the chain that its key leads to. */
function chains(
  keys: DirectKeys,
  vector: ColumnVector,
  count: number,
  selection: Uint32Array | null = null,
): number[][] {
  const firsts = new Int32Array(count);
  keys.find(vector, selection, count, firsts);
  return Array.from(firsts, (first) => {
    const rows: number[] = [];
    for (let row = first; row >= 0; row = keys.nexts === null ? -1 : keys.nexts[row]) rows.push(row);
    return rows;
  });
}

test('integers lead to their rows, and nothing else does', () => {
  const keys = new DirectKeys();
  expect(keys.build(numbers([5, 3, null, 5, -2]), 5, null)).toBe(true);
  expect(chains(keys, numbers([5, 3, 4, 5.5, -2, null, -3, 1e300]), 8)).toEqual([[0, 3], [1], [], [], [4], [], [], []]);
  expect(chains(keys, numbers([5, 3, 4]), 2, Uint32Array.of(1, 2))).toEqual([[1], []]);
  const any: ColumnVector = { kind: 'value', values: ['5', 5n, 5, 2n ** 60n, null, Uint8Array.of(5), -2.0] };
  expect(chains(keys, any, 7)).toEqual([[], [0, 3], [0, 3], [], [], [], [4]]);
  const wide: ColumnVector = {
    kind: 'bigint',
    values: BigInt64Array.of(3n, 5n, 2n ** 53n + 1n),
    nulls: Uint8Array.of(0, 1, 0),
  };
  expect(chains(keys, wide, 3)).toEqual([[1], [], []]);
  expect(chains(keys, { kind: 'dictionary', codes: Uint32Array.of(0), dictionary: ['5'], nulls: null }, 1)).toEqual([
    [],
  ]);
});

test('rows that are not wanted are in no chain, and the memory of one build serves the next', () => {
  const keys = new DirectKeys();
  expect(keys.build(numbers([1, 1, 2]), 3, Uint8Array.of(0, 1, 1))).toBe(true);
  expect(keys.nexts).toBeNull();
  expect(chains(keys, numbers([1, 2]), 2)).toEqual([[1], [2]]);
  expect(keys.build(numbers([100]), 1, null)).toBe(true);
  expect(chains(keys, numbers([1, 100, 101]), 3)).toEqual([[], [0], []]);
  expect(keys.build(numbers([null]), 1, null)).toBe(true);
  expect(chains(keys, numbers([1, 0]), 2)).toEqual([[], []]);
});

test('keys that are far apart, or no integers, are left to hashing', () => {
  const keys = new DirectKeys();
  expect(keys.build(numbers([1, 1e9]), 2, null)).toBe(false);
  expect(keys.build(numbers([1, 1.5]), 2, null)).toBe(false);
  expect(keys.build(numbers([2 ** 60]), 1, null)).toBe(false);
  expect(keys.build({ kind: 'value', values: [1n] }, 1, null)).toBe(false);
});

type Draw = () => SqlValue;

test('joins find the same pairs as comparisons of all of them, whatever the keys', () => {
  const random = new SeededRandom(3);
  const draws: readonly (readonly [string, Draw])[] = [
    ['INTEGER', () => BigInt(random.u32() % 12)],
    ['INTEGER', () => BigInt(random.u32() % 5) * 1_000_000_007n],
    ['INTEGER', () => 2n ** 53n + BigInt(random.u32() % 4)],
    ['REAL', () => (random.u32() % 12) / 2],
    ['ANY', () => [1n, 2, '3', 2.5, 2n ** 60n][random.u32() % 5]],
    ['TEXT', () => String(random.u32() % 5)],
  ];
  for (const [leftType, left] of draws) {
    for (const [rightType, right] of draws) {
      const session = memorySession({ batchRows: 1 + (random.u32() % 40) });
      session.executeScript(`CREATE TABLE l (k ${leftType}, x INTEGER); CREATE TABLE r (k ${rightType}, x INTEGER)`);
      for (const [table, draw] of [
        ['l', left],
        ['r', right],
      ] as const) {
        const insert = session.prepare(`INSERT INTO ${table} VALUES (?, ?)`);
        for (let i = 0; i < 40; i++) insert.run([random.u32() % 6 === 0 ? null : draw(), BigInt(random.u32() % 3)]);
      }
      const plain = new Session(session.engine, { disabledRules: OPTIMIZER_SWITCHES });
      for (const on of ['l.k = r.k', 'l.k = r.k AND l.x = r.x', 'l.x = r.x AND l.k = r.k', 'l.k IS r.k']) {
        const sql = `SELECT l.rowid, r.rowid FROM l JOIN r ON ${on} ORDER BY 1, 2`;
        const expected = query(plain, sql);
        expect(query(session, sql), `${leftType} ${rightType} ${on}`).toEqual(expected);
        // Operators are used again.
        expect(query(session, sql)).toEqual(expected);
        const exists = `SELECT rowid FROM l WHERE EXISTS (SELECT 1 FROM r WHERE ${on}) ORDER BY 1`;
        expect(query(session, exists)).toEqual(query(plain, exists));
      }
    }
  }
});
