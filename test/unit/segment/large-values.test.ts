import { describe, expect, it } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { BlockCache } from '../../../src/engine/cache/block-cache.ts';
import { pickValues } from '../../../src/engine/column/large-values.ts';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import {
  type ColumnVector,
  isNullAt,
  sliceVector,
  type ValueVector,
  valueAt,
} from '../../../src/engine/column/vector.ts';
import { pagesFor } from '../../../src/engine/extent/layout.ts';
import type { SegmentMeta } from '../../../src/engine/segment/segment-format.ts';
import { SegmentReader } from '../../../src/engine/segment/segment-reader.ts';
import { buildWhole, storeWhole } from '../../support/whole-segments.ts';
import { seededRandom } from '../encodings/support.ts';
import { BytesFile } from './bytes-file.ts';

const PAGE = 512;
const LIMIT = LIMITS.inlineValueLength;

interface Column {
  readonly physical: PhysicalKind;
  readonly vector: ColumnVector;
}

function store(
  columns: readonly Column[],
  rowCount: number,
): { file: BytesFile; meta: SegmentMeta; reader: SegmentReader } {
  const file = new BytesFile();
  const image = buildWhole({
    id: 7,
    kind: 'current',
    rowCount,
    rowids: Float64Array.from({ length: rowCount }, (_, i) => i + 1),
    created: new Float64Array(rowCount).fill(1),
    ended: null,
    columns: columns.map(({ physical, vector }, id) => ({ id, physical, vector: () => vector })),
    indexes: [],
  });
  const meta = storeWhole(file, PAGE, { firstPage: 20, pageCount: pagesFor(image.lengthBytes, PAGE) }, image);
  return { file, meta, reader: new SegmentReader(file, PAGE, meta, new BlockCache()) };
}

/** Long and short values by turns, with NULLs, some of them repeated. */
function mixed(rowCount: number, kinds: readonly ('text' | 'blob')[]): SqlValue[] {
  const random = seededRandom(rowCount);
  const repeated = 'é'.repeat(LIMIT + 1);
  return Array.from({ length: rowCount }, (_, i): SqlValue => {
    if (i % 7 === 0) return null;
    const isText = kinds[i % kinds.length] === 'text';
    if (i % 50 === 5 && isText) return repeated;
    const length = i % 55 === 11 ? LIMIT + 1 + Math.floor(random() * 9000) : Math.floor(random() * 40);
    return isText ? `${i} `.repeat(length).slice(0, length) : new Uint8Array(length).fill(i);
  });
}

function dictionaryOf(values: readonly SqlValue[]): ColumnVector {
  const dictionary = [...new Set(values.filter((value) => value !== null))] as string[];
  const codeOf = new Map(dictionary.map((entry, code) => [entry, code]));
  const codes = Uint32Array.from(values, (value) => codeOf.get(value as string) ?? 0);
  return { kind: 'dictionary', codes, dictionary, nulls: Uint8Array.from(values, (value) => (value === null ? 1 : 0)) };
}

/** toEqual takes milliseconds for a blob. */
function expectSame(actual: SqlValue, expected: SqlValue, what: string): void {
  const isSame =
    actual instanceof Uint8Array && expected instanceof Uint8Array
      ? Buffer.compare(actual, expected) === 0
      : actual === expected;
  if (!isSame) expect.fail(`${what} is another value`);
}

describe('large values', () => {
  const rowCount = LIMITS.blockRows + 40;
  const texts = mixed(rowCount, ['text']);
  const columns: Column[] = [
    { physical: 'text', vector: { kind: 'value', values: texts } },
    { physical: 'text', vector: dictionaryOf(texts) },
    { physical: 'blob', vector: { kind: 'value', values: mixed(rowCount, ['blob']) } },
    { physical: 'any', vector: { kind: 'value', values: mixed(rowCount, ['text', 'blob', 'blob']) } },
  ];

  it('come back from a segment, block by block and one by one, and pass its verification', () => {
    const { reader } = store(columns, rowCount);
    columns.forEach(({ physical, vector }, id) => {
      for (let i = 0; i < rowCount; i += 1 + (i % 9)) {
        const expected = valueAt(vector, physical, i);
        const decoded = reader.column(id, Math.floor(i / LIMITS.blockRows));
        const at = i % LIMITS.blockRows;
        expectSame(isNullAt(decoded, at) ? 1n : 0n, expected === null ? 1n : 0n, `whether row ${i} is NULL`);
        if (i % 3 === 0) expectSame(reader.valueAt(id, i), expected, `row ${i}`);
        else expectSame(valueAt(decoded, physical, at), expected, `row ${i}`);
      }
    });
    expect(reader.verify()).toEqual([]);
  });

  it('pass through a second segment without being decoded', () => {
    const first = store(columns, rowCount);
    const again = columns.map(({ physical }, id): Column => {
      const vector = first.reader.column(id, 0) as ValueVector;
      expect(vector.large?.size).toBeGreaterThan(10);
      for (const value of vector.large?.values() ?? []) {
        Object.assign(value, { value: () => expect.fail('a large value is decoded') });
      }
      return { physical, vector };
    });
    const second = store(again, LIMITS.blockRows);
    columns.forEach(({ physical, vector }, id) => {
      for (let i = 0; i < LIMITS.blockRows; i += 5) {
        expectSame(second.reader.valueAt(id, i), valueAt(vector, physical, i), `row ${i}`);
      }
    });
  });

  it('that several rows share are stored once a block', () => {
    const text = 'shared'.repeat(LIMIT);
    const values = Array.from({ length: 500 }, () => text);
    const { meta, reader } = store([{ physical: 'text', vector: dictionaryOf(values) }], values.length);
    expect(meta.lengthBytes).toBeLessThan(text.length * 1.2);
    expect(reader.valueAt(0, 499)).toBe(text);
  });

  it('are not read for the sake of others', () => {
    const { file, reader } = store(columns, rowCount);
    reader.column(0, 0);
    const before = file.reads;
    const vector = reader.column(0, 0) as ValueVector;
    const picked = pickValues(vector, [1, 5, 11, 2]);
    const sliced = sliceVector(picked, 1, 3);
    expect(isNullAt(sliced, 0)).toBe(false);
    expect(file.reads).toBe(before);
    expect(valueAt(sliced, 'text', 0)).toBe(texts[5]);
    expect(valueAt(sliced, 'text', 1)).toBe(texts[11]);
    expect(file.reads).toBeGreaterThan(before);
  });

  it('begin one beyond the limit', () => {
    const values = ['x'.repeat(LIMIT), 'x'.repeat(LIMIT + 1)];
    const { reader } = store([{ physical: 'text', vector: { kind: 'value', values } }], 2);
    expect([...((reader.column(0, 0) as ValueVector).large?.keys() ?? [])]).toEqual([1]);
  });

  it('that are damaged are named, and leave the others readable', () => {
    const few = texts.slice(0, 120);
    const { file, meta } = store([{ physical: 'text', vector: { kind: 'value', values: few } }], few.length);
    const start = meta.extent.firstPage * PAGE;
    const intact = file.bytes;
    for (let offset = 0; offset < meta.lengthBytes; offset += offset < meta.lengthBytes - 2000 ? 997 : 11) {
      file.bytes = intact.slice();
      file.bytes[start + offset] ^= 1 << (offset % 8);
      const reader = new SegmentReader(file, PAGE, meta, new BlockCache());
      expect(reader.verify().length, `byte ${offset}`).toBeGreaterThan(0);
      for (let i = 0; i < few.length; i += 7) {
        try {
          expectSame(reader.valueAt(0, i), few[i], `byte ${offset}: row ${i}`);
        } catch (error) {
          expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
        }
      }
    }
  });
});
