import { describe, expect, it } from 'vitest';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../src/engine/column/vector.ts';
import { type NarrowBlock, narrowBlock, narrowBytes } from '../../../src/engine/segment/narrow-block.ts';
import { storedRoundTrip } from '../encodings/support.ts';

const ROWS = 3000;

function numbers(value: (row: number) => number, isNull: (row: number) => boolean = () => false): ColumnVector {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const nulls = Uint8Array.from(rows, (row) => (isNull(row) ? 1 : 0));
  return { kind: 'number', values: Float64Array.from(rows, value), nulls: nulls.includes(1) ? nulls : null };
}

function texts(code: (row: number) => number, isNull: (row: number) => boolean = () => false): ColumnVector {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const nulls = Uint8Array.from(rows, (row) => (isNull(row) ? 1 : 0));
  const dictionary = Array.from({ length: 40 }, (_, entry) => `text ${entry}`);
  return { kind: 'dictionary', codes: Uint32Array.from(rows, code), dictionary, nulls };
}

function values(value: (row: number) => SqlValue): ColumnVector {
  return { kind: 'value', values: Array.from({ length: ROWS }, (_, row) => value(row)) };
}

/** The narrow form of what a segment would store. */
function stored(vector: ColumnVector, physical: PhysicalKind): NarrowBlock | null {
  return narrowBlock(storedRoundTrip(physical, vector, 0, ROWS).encoded, physical);
}

function read(block: NarrowBlock, physical: PhysicalKind, row: number): SqlValue {
  if (block.nulls !== null && block.nulls[row] === 1) return null;
  if (block.kind === 'narrow codes') return block.dictionary[block.codes[row]];
  const number = (block.low + block.integers[row]) / block.power;
  return physical === 'real' ? number : BigInt(number);
}

const NARROW: readonly (readonly [string, PhysicalKind, ColumnVector])[] = [
  ['small integers', 'integer', numbers((row) => (row * 7) % 300)],
  ['integers below 0', 'integer', numbers((row) => -70_000 + ((row * 31) % 60_000))],
  ['as many as fit', 'integer', numbers((row) => (row === 17 ? 65_535 : row))],
  ['times', 'integer', numbers((row) => 1_767_225_600 + Math.floor(row / 100) * 10)],
  ['large integers that are close to each other', 'integer', numbers((row) => 2 ** 52 - 5000 + ((row * 13) % 4000))],
  ['integers in turns', 'integer', numbers((row) => ((row % 50) * 17) % 40)],
  [
    'integers and NULL',
    'integer',
    numbers(
      (row) => row % 90,
      (row) => row % 7 === 0,
    ),
  ],
  ['decimals', 'real', numbers((row) => Math.round(2000 + ((row * 37) % 9000)) / 100)],
  [
    'decimals and NULL',
    'real',
    numbers(
      (row) => (((row * 3) % 800) - 300) / 10,
      (row) => row % 3 === 1,
    ),
  ],
  ['walks in whole steps', 'real', numbers((row) => 50 + ((row % 100) * (1 + (row % 3))) / 10)],
  ['one number', 'real', numbers(() => 0.1)],
  [
    'one integer and NULL',
    'integer',
    numbers(
      () => 2 ** 52,
      (row) => row % 2 === 0,
    ),
  ],
  ['texts', 'text', texts((row) => (row * 7) % 40)],
  [
    'texts and NULL',
    'text',
    texts(
      (row) => row % 40,
      (row) => row % 5 === 0,
    ),
  ],
  ['one text', 'text', texts(() => 3)],
];

const NOT_NARROW: readonly (readonly [string, PhysicalKind, ColumnVector])[] = [
  ['one more than fits', 'integer', numbers((row) => (row === 17 ? 65_536 : row))],
  ['decimals of which one is none', 'real', numbers((row) => (row === 700 ? Number.NaN : (row % 300) / 10))],
  ['-0 among zeros', 'real', numbers((row) => (row % 9 === 0 ? -0 : 0))],
  ['-0 alone', 'real', numbers(() => -0)],
  ['doubles', 'real', numbers((row) => Math.sin(row))],
  ['one double among values of any type', 'any', values(() => 0)],
  ['one integer among values of any type', 'any', values(() => 0n)],
  ['one text among values of any type', 'any', values(() => 'text')],
  [
    'nothing but NULL',
    'integer',
    numbers(
      () => 0,
      () => true,
    ),
  ],
];

describe('the narrow form of a block', () => {
  it.each(NARROW)('%s: has all values', (_, physical, vector) => {
    const block = stored(vector, physical);
    expect(block).not.toBeNull();
    for (let row = 0; row < ROWS; row++) {
      const value = read(block as NarrowBlock, physical, row);
      expect(Object.is(value, valueAt(vector, physical, row)), `row ${row}: ${value}`).toBe(true);
    }
  });

  it.each(NOT_NARROW)('%s: there is none', (_, physical, vector) => {
    expect(stored(vector, physical)).toBeNull();
  });

  it('counts two bytes a row, and none where all rows share one value', () => {
    expect(narrowBytes(stored(NARROW[0][2], 'integer') as NarrowBlock)).toBe(2 * ROWS);
    expect(
      narrowBytes(
        stored(
          numbers(
            (row) => row % 90,
            (row) => row % 7 === 0,
          ),
          'integer',
        ) as NarrowBlock,
      ),
    ).toBe(3 * ROWS);
    expect(
      narrowBytes(
        stored(
          numbers(() => 7),
          'integer',
        ) as NarrowBlock,
      ),
    ).toBe(0);
  });
});
