import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { finish } from '../../../src/base/work.ts';
import { type ColumnVector, valueAt } from '../../../src/engine/column/vector.ts';
import { FRESH } from '../../../src/engine/column/vector-room.ts';
import { BlockJoiner } from '../../../src/engine/jobs/join-blocks.ts';

function numbers(values: number[], nulls: number[] | null = null): ColumnVector {
  return { kind: 'number', values: Float64Array.from(values), nulls: nulls === null ? null : Uint8Array.from(nulls) };
}

function codes(dictionary: string[], rows: number[], nulls: number[] | null = null): ColumnVector {
  return { kind: 'dictionary', dictionary, codes: Uint32Array.from(rows), nulls: nulls && Uint8Array.from(nulls) };
}

function joined(blocks: readonly ColumnVector[], physical: 'integer' | 'real' | 'text') {
  const lengths = blocks.map((block) => (block.kind === 'dictionary' ? block.codes.length : block.values.length));
  const rowCount = lengths.reduce((sum, length) => sum + length, 0);
  const joiner = new BlockJoiner(rowCount, FRESH);
  for (const block of blocks) {
    finish(joiner.add(block));
    // Nobody needs to keep them for it.
    if (block.kind === 'number') block.values.fill(-1);
    if (block.kind === 'dictionary') block.codes.fill(block.dictionary.length - 1);
  }
  const vector = joiner.finish();
  return { vector, values: Array.from({ length: rowCount }, (_, i) => valueAt(vector, physical, i)) };
}

test('numbers become one array, with NULLs only where there are some', () => {
  const whole = joined([numbers([1.5, 2]), numbers([3])], 'real');
  expect(whole.vector).toEqual(numbers([1.5, 2, 3]));
  const some = joined([numbers([1, 2]), numbers([9, 4], [1, 0])], 'real');
  expect(some.values).toEqual([1, 2, null, 4]);
});

test('codes get one dictionary, in which each text stands once', () => {
  const first = ['a', 'b'];
  const { vector, values } = joined(
    [codes(first, [1, 0]), codes(first, [0]), codes(['b', 'c'], [0, 1, 0], [0, 0, 1]), codes([], [0], [1])],
    'text',
  );
  expect(values).toEqual(['b', 'a', 'a', 'b', 'c', null, null]);
  expect(vector).toMatchObject({ kind: 'dictionary', dictionary: ['a', 'b', 'c'] });
});

test('blocks of other kinds, and of too many texts, come behind those that were joined', () => {
  const wide: ColumnVector = { kind: 'bigint', values: BigInt64Array.of(2n ** 60n, 5n), nulls: Uint8Array.of(0, 1) };
  expect(joined([numbers([1]), numbers([2]), wide, numbers([3])], 'integer').values).toEqual([
    1n,
    2n,
    2n ** 60n,
    null,
    3n,
  ]);
  const plain: ColumnVector = { kind: 'value', values: ['x', null] };
  expect(joined([plain, codes(['y'], [0])], 'text').values).toEqual(['x', null, 'y']);
  const count = LIMITS.dictionaryEntries + 1;
  const texts = (letter: string) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const rows = Array.from({ length: count }, (_, i) => i);
  const many = joined([codes(texts('a'), rows), codes(texts('b'), rows), codes(['c'], [0])], 'text');
  expect(many.values).toEqual([...texts('a'), ...texts('b'), 'c']);
});
