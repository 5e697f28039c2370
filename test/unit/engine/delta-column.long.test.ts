import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import type { ColumnValue, PhysicalKind } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import { chunkEnd } from '../../../src/engine/table/delta.ts';
import { columnValueAt, DeltaColumn } from '../../../src/engine/table/delta-column.ts';
import { columnVectorOf } from '../../../src/engine/table/vector-builder.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';

const BIG = 2n ** 60n;

function randomValue(random: SeededRandom, physical: PhysicalKind): ColumnValue {
  if (random.chance(0.1)) return null;
  switch (physical) {
    case 'integer':
      return random.chance(0.0002) ? BIG + BigInt(random.below(9)) : random.below(1e9) - 5e8;
    case 'real':
      return random.below(1000) / 7;
    case 'text':
      return `text ${random.below(300)}`;
    case 'blob':
      return new Uint8Array([random.below(256)]);
    case 'any':
      return random.pick<ColumnValue>([1n, 2.5, 'x', new Uint8Array([1])]);
  }
}

describe('a growing column', () => {
  for (const physical of ['integer', 'real', 'text', 'blob', 'any'] as const) {
    test(`${physical}: appended one by one or by vectors, read one by one, by views and gathered`, () => {
      for (const seed of testSeeds(3)) withSeed(seed, () => exercise(new SeededRandom(seed), physical));
    });
  }

  test('text that only rows had which are gone is forgotten, and what readers have of it stays', () => {
    const column = new DeltaColumn('text');
    const append = (from: number, to: number): void => {
      for (let i = from; i < to; i++) column.append(`value ${i}`);
    };
    append(0, 100);
    const bytes = column.sizeBytes();
    append(100, 2000);
    const before = column.view(0, 2000);
    column.truncate(100);
    expect(column.sizeBytes() - bytes).toBeLessThan(10_000);
    column.append(null);
    append(5000, 5100);
    expect(column.get(99)).toBe('value 99');
    expect(column.get(100)).toBe(null);
    expect(column.get(200)).toBe('value 5099');
    const after = column.view(0, 201) as Extract<ColumnVector, { kind: 'dictionary' }>;
    expect(Math.max(...after.codes)).toBeLessThan(after.dictionary.length);
    expect((before as typeof after).dictionary[1999]).toBe('value 1999');
  });

  test('text with too many distinct values goes on as plain values', () => {
    const column = new DeltaColumn('text');
    const rows = LIMITS.dictionaryEntries + 5000;
    for (let i = 0; i < rows; i++) column.append(`value ${i}`);
    for (const row of [0, LIMITS.dictionaryEntries - 1, LIMITS.dictionaryEntries, rows - 1]) {
      expect(column.get(row)).toBe(`value ${row}`);
    }
    expect(columnValueAt(column.view(rows - 10, rows), 9)).toBe(`value ${rows - 1}`);
  });

  test('text that comes as codes goes on as plain values too, and its lone surrogates are replaced', () => {
    const column = new DeltaColumn('text');
    const rows = LIMITS.dictionaryEntries + 5000;
    for (let from = 0; from < rows; from += 1000) {
      const dictionary = Array.from({ length: 1000 }, (_, i) => (from + i === 7 ? 'a \ud800' : `value ${from + i}`));
      const codes = Uint32Array.from(dictionary, (_, i) => i);
      column.appendVector({ kind: 'dictionary', codes, dictionary, nulls: null }, 0, 1000);
    }
    for (const row of [0, LIMITS.dictionaryEntries - 1, LIMITS.dictionaryEntries, LIMITS.dictionaryEntries + 600]) {
      expect(column.get(row)).toBe(`value ${row}`);
    }
    expect(column.get(7)).toBe('a \ufffd');
    expect(column.length).toBe(Math.ceil(rows / 1000) * 1000);
  });
});

/** As a log or a caller gives them: codes of a dictionary of their own. */
function codedVector(values: readonly ColumnValue[]): ColumnVector {
  const dictionary = [...new Set(values.filter((value) => value !== null))] as string[];
  const nulls = values.includes(null) ? Uint8Array.from(values, (value) => (value === null ? 1 : 0)) : null;
  const codes = Uint32Array.from(values, (value) => Math.max(dictionary.indexOf(value as string), 0));
  return { kind: 'dictionary', codes, dictionary, nulls };
}

function exercise(random: SeededRandom, physical: PhysicalKind): void {
  const column = new DeltaColumn(physical);
  let expected: ColumnValue[] = [];
  for (let round = 0; round < 30; round++) {
    const values = Array.from({ length: random.below(3000) }, () => randomValue(random, physical));
    if (random.chance(0.5)) for (const value of values) column.append(value);
    else if (physical === 'text' && random.chance(0.7)) column.appendVector(codedVector(values), 0, values.length);
    else column.appendVector(columnVectorOf(physical, [...values]), 0, values.length);
    expected.push(...values);
    if (random.chance(0.2)) {
      expected = expected.slice(0, random.below(expected.length + 1));
      column.truncate(expected.length);
    }
  }
  expect(column.length).toBe(expected.length);
  for (let from = 0; from < expected.length; ) {
    const to = chunkEnd(from, expected.length);
    const view = column.view(from, to);
    for (let i = from; i < to; i++) expect(columnValueAt(view, i - from)).toEqual(expected[i]);
    from = to;
  }
  const rows = Uint32Array.from({ length: 500 }, () => random.below(expected.length));
  const gathered = column.gather(rows);
  rows.forEach((row, i) => {
    expect(columnValueAt(gathered, i)).toEqual(expected[row]);
    expect(column.get(row)).toEqual(expected[row]);
  });
}

test('a lone surrogate is stored as a file can hold it', () => {
  for (const physical of ['text', 'any'] as const) {
    const column = new DeltaColumn(physical);
    column.append('a\ud800b');
    expect(column.get(0)).toBe('a\ufffdb');
  }
});
