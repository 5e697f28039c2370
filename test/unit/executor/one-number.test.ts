import { expect, test } from 'vitest';
import { ColumnInterner } from '../../../src/sql/executor/key-interner.ts';

test('a batch of one number many times has one id, that of the number elsewhere', () => {
  const interner = new ColumnInterner('BINARY');
  const ids = (values: readonly number[], selection: readonly number[] | null = null, insert = true): number[] => {
    const out = new Int32Array(values.length).fill(99);
    const rows = selection === null ? null : Uint32Array.from(selection);
    const count = selection === null ? values.length : selection.length;
    interner.assign({ kind: 'number', values: Float64Array.from(values), nulls: null }, rows, count, out, insert);
    return [...out.subarray(0, count)];
  };
  expect(ids([5, 5, 5])).toEqual([0, 0, 0]);
  expect(ids([2 ** 60, 2 ** 60])).toEqual([1, 1]);
  expect(ids([1e300, 1e300])).toEqual([2, 2]);
  expect(ids([0.5, 0.5, 0.5])).toEqual([3, 3, 3]);
  expect(ids([0, -0, 0])).toEqual([4, 4, 4]);
  expect(ids([7, 0.5, 7, 0.5, 7], [1, 3])).toEqual([3, 3]);
  expect(ids([8, 8, 8], null, false)).toEqual([-1, -1, -1]);
  expect(ids([0.5, 1e300, 2 ** 60, 5, -0])).toEqual([3, 2, 1, 0, 4]);
  expect(ids([0.5, 0.5, 9])).toEqual([3, 3, 5]);
  expect(interner.size).toBe(6);
});
