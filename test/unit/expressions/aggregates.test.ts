import { describe, expect, test } from 'vitest';
import type { Collation, SqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import { STATIC_TYPES, type StaticType } from '../../../src/sql/expressions/static-type.ts';
import type { AggregateState } from '../../../src/sql/functions/aggregates/definition.ts';
import { createAggregate, findAggregate } from '../../../src/sql/functions/registry.ts';

const { INTEGER, REAL, TEXT, ANY } = STATIC_TYPES;

interface Options {
  readonly distinct?: boolean;
  readonly collation?: Collation;
}

function aggregate(name: string, types: readonly StaticType[], options: Options = {}): AggregateState {
  const definition = findAggregate(name, types.length);
  if (definition === null) throw new Error(`no aggregate ${name}`);
  const { distinct = false, collation = 'BINARY' } = options;
  return createAggregate(definition, { argumentTypes: types, collation, distinct });
}

function numbers(values: readonly (number | null)[]): ColumnVector {
  const nulls = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 1 : 0)) : null;
  return { kind: 'number', values: Float64Array.from(values, (value) => value ?? 99), nulls };
}

function texts(values: readonly (string | null)[]): ColumnVector {
  const dictionary = [...new Set(values.filter((value) => value !== null))];
  const codes = Uint32Array.from(values, (value) => (value === null ? 0 : dictionary.indexOf(value)));
  return { kind: 'dictionary', codes, dictionary, nulls: Uint8Array.from(values, (v) => (v === null ? 1 : 0)) };
}

function anything(values: readonly SqlValue[]): ColumnVector {
  return { kind: 'value', values };
}

/** The aggregate of one vector as a single group. */
function over(name: string, type: StaticType, vector: ColumnVector, count: number, options: Options = {}): SqlValue {
  const state = aggregate(name, [type], options);
  state.ensureGroups(1);
  state.update(null, [vector], null, count);
  return state.result(0);
}

describe('aggregates of a single group', () => {
  test('of no rows', () => {
    const results = ['count', 'sum', 'total', 'avg', 'min', 'max', 'group_concat', 'stddev', 'median', 'bool_and'].map(
      (name) => over(name, REAL, numbers([]), 0),
    );
    expect(results).toEqual([0n, null, 0, null, null, null, null, null, null, null]);
  });

  test('NULLs do not count', () => {
    const vector = numbers([1, null, 4]);
    const results = ['count', 'sum', 'total', 'avg', 'min', 'max'].map((name) => over(name, INTEGER, vector, 3));
    expect(results).toEqual([2n, 5n, 5, 2.5, 1n, 4n]);
  });

  test('sums of INTEGERs are exact beyond 2^53 and an error beyond 2^63', () => {
    const large = numbers([9007199254740991, 9007199254740991, 1, -3]);
    expect(over('sum', INTEGER, large, 4)).toBe(18014398509481980n);
    const wide: ColumnVector = { kind: 'bigint', values: BigInt64Array.of(2n ** 62n, 2n ** 62n, -1n), nulls: null };
    expect(over('sum', INTEGER, wide, 3)).toBe(2n ** 63n - 1n);
    expect(() => over('sum', INTEGER, wide, 2)).toThrow(expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }));
    expect(over('avg', INTEGER, wide, 2)).toBe(2 ** 62);
  });

  test('sums of REALs are compensated', () => {
    expect(over('sum', REAL, numbers([1, 1e100, 1, -1e100]), 4)).toBe(2);
    expect(over('sum', REAL, numbers(new Array(10).fill(0.1)), 10)).toBe(1);
    expect(over('sum', REAL, numbers([1e308, 1e308]), 2)).toBe(Number.POSITIVE_INFINITY);
    expect(over('sum', REAL, numbers([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), 2)).toBe(null);
  });

  test('sums of mixed values: INTEGER until a REAL comes; text counts as the number that it begins with', () => {
    expect(over('sum', ANY, anything([1n, 2n, '3']), 3)).toBe(6n);
    expect(over('sum', ANY, anything([1n, 0.5]), 2)).toBe(1.5);
    expect(over('sum', TEXT, texts(['2', 'x', '1.5b']), 3)).toBe(3.5);
    expect(over('sum', ANY, anything([null]), 1)).toBe(null);
  });

  test('min and max follow the order of values and the collation', () => {
    const mixed = anything(['a', 3n, null, Uint8Array.of(1), 2.5]);
    expect(over('min', ANY, mixed, 5)).toBe(2.5);
    expect(over('max', ANY, mixed, 5)).toEqual(Uint8Array.of(1));
    expect(over('max', TEXT, texts(['b', 'C', null, 'a']), 4)).toBe('b');
    expect(over('max', TEXT, texts(['b', 'C', null, 'a']), 4, { collation: 'NOCASE' })).toBe('C');
    expect(over('min', REAL, numbers([-0.5, 3]), 2)).toBe(-0.5);
  });

  test('min and max over batches of number and bigint vectors', () => {
    const state = aggregate('max', [INTEGER]);
    state.ensureGroups(1);
    state.update(null, [numbers([5])], null, 1);
    expect(state.result(0)).toBe(5n);
    state.update(null, [{ kind: 'bigint', values: BigInt64Array.of(2n ** 60n), nulls: null }], null, 1);
    expect(state.result(0)).toBe(2n ** 60n);
  });

  test('DISTINCT: each value once, numbers by value, text by collation', () => {
    expect(over('count', ANY, anything([1n, 1, '1', null, 'a', 'a']), 6, { distinct: true })).toBe(3n);
    expect(over('sum', INTEGER, numbers([2, 2, 3]), 3, { distinct: true })).toBe(5n);
    expect(over('count', TEXT, texts(['a', 'A', 'b']), 3, { distinct: true })).toBe(3n);
    expect(over('count', TEXT, texts(['a', 'A', 'b']), 3, { distinct: true, collation: 'NOCASE' })).toBe(2n);
  });

  test('statistics', () => {
    const vector = numbers([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(over('stddev_pop', REAL, vector, 8)).toBe(2);
    expect(over('var_pop', REAL, vector, 8)).toBe(4);
    expect(over('variance', REAL, vector, 8)).toBeCloseTo(32 / 7, 12);
    expect(over('stddev', REAL, numbers([1]), 1)).toBe(null);
    expect(over('median', REAL, vector, 8)).toBe(4.5);
    expect(over('median', INTEGER, numbers([3, 1, 2]), 3)).toBe(2);
  });

  test('group_concat, string_agg, bool_and, bool_or', () => {
    expect(over('group_concat', TEXT, texts(['a', null, 'b']), 3)).toBe('a,b');
    expect(over('group_concat', REAL, numbers([1, 2.5]), 2)).toBe('1.0,2.5');
    const state = aggregate('string_agg', [TEXT, TEXT]);
    state.ensureGroups(1);
    state.update(null, [texts(['a', 'b', 'c']), texts(['-', '+', null])], null, 3);
    expect(state.result(0)).toBe('a+bc');
    expect(over('bool_and', INTEGER, numbers([1, 0, null]), 3)).toBe(0n);
    expect(over('bool_or', INTEGER, numbers([0, 1, 0]), 3)).toBe(1n);
  });

  test('times have extremes, but no sum', () => {
    const { resultType } = findAggregate('max', 1)!;
    expect(resultType([STATIC_TYPES.TIMESTAMP])).toBe(STATIC_TYPES.TIMESTAMP);
    const sum = findAggregate('sum', 1)!;
    expect(() => sum.resultType([STATIC_TYPES.DATE])).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }));
  });
});

describe('aggregates by group', () => {
  const groups = Uint32Array.of(0, 1, 0, 2, 1, 0);

  test.each([
    ['count', [3n, 2n, 1n]],
    ['sum', [10n, 7n, 4n]],
    ['avg', [10 / 3, 3.5, 4]],
    ['min', [1n, 2n, 4n]],
    ['max', [6n, 5n, 4n]],
    ['group_concat', ['1,3,6', '2,5', '4']],
    ['median', [3, 3.5, 4]],
  ])('%s', (name, expected) => {
    const state = aggregate(name as string, [INTEGER]);
    state.ensureGroups(2);
    state.ensureGroups(3);
    state.update(groups, [numbers([1, 2, 3, 4, 5, 6])], null, 6);
    expect([0, 1, 2].map((group) => state.result(group))).toEqual(expected);
  });

  test('a selection names rows, and groups are numbered by row', () => {
    for (const type of [INTEGER, REAL]) {
      const state = aggregate('total', [type]);
      state.ensureGroups(3);
      state.update(groups, [numbers([1, 2, 3, 4, 5, 6])], Uint32Array.of(1, 2, 5), 3);
      expect([0, 1, 2].map((group) => state.result(group))).toEqual([9, 2, 0]);
    }
  });

  test('what came before stays when groups are added', () => {
    const state = aggregate('count', []);
    for (let batch = 1; batch <= 100; batch++) {
      state.ensureGroups(batch);
      state.update(Uint32Array.of(batch - 1, 0), [], null, 2);
    }
    expect(state.result(0)).toBe(101n);
    expect(state.result(99)).toBe(1n);
  });
});
