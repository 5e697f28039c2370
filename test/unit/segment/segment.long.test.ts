import { describe, expect, it } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { BlockCache } from '../../../src/engine/cache/block-cache.ts';
import { compareText } from '../../../src/engine/column/compare.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import { integerColumnValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import { valueAt } from '../../../src/engine/column/vector.ts';
import { pagesFor } from '../../../src/engine/extent/layout.ts';
import { CREATED_ID, ENDED_ID, ROWID_ID, type SegmentMeta } from '../../../src/engine/segment/segment-format.ts';
import { SegmentReader } from '../../../src/engine/segment/segment-reader.ts';
import { buildWhole, storeWhole, type WholeSource } from '../../support/whole-segments.ts';
import { seededRandom } from '../encodings/support.ts';
import { BytesFile } from './bytes-file.ts';

const PAGE = 512;

interface Stored {
  readonly file: BytesFile;
  readonly meta: SegmentMeta;
  readonly reader: SegmentReader;
}

function store(source: WholeSource, cache = new BlockCache()): Stored {
  const file = new BytesFile();
  const image = buildWhole(source);
  const extent = { firstPage: 20, pageCount: pagesFor(image.lengthBytes, PAGE) };
  const meta = storeWhole(file, PAGE, extent, image);
  expect(file.size()).toBe((20 + extent.pageCount) * PAGE);
  return { file, meta, reader: new SegmentReader(file, PAGE, meta, cache) };
}

const text = (values: readonly (string | null)[]): ColumnVector => ({ kind: 'value', values });

function source(rowCount: number, overrides: Partial<WholeSource> = {}): WholeSource {
  const rows = Array.from({ length: rowCount }, (_, i) => i);
  const random = seededRandom(rowCount);
  const columns: [PhysicalKind, ColumnVector][] = [
    ['integer', { kind: 'number', values: Float64Array.from(rows, (i) => i * 3), nulls: null }],
    ['real', { kind: 'number', values: Float64Array.from(rows, () => random() * 100), nulls: nullsEvery(rowCount, 5) }],
    ['text', text(rows.map((i) => (i % 11 === 0 ? null : `type ${(i * 7) % 13}`)))],
    ['text', text(rows.map((i) => `unique ${i * 7919} é`))],
    ['blob', { kind: 'value', values: rows.map((i) => Uint8Array.of(i, i >> 8)) }],
    ['any', { kind: 'value', values: rows.map((i): SqlValue => (i % 2 === 0 ? BigInt(i) : `s${i}`)) }],
    ['integer', { kind: 'bigint', values: BigInt64Array.from(rows, (i) => 2n ** 60n + BigInt(i % 9)), nulls: null }],
  ];
  return {
    id: 7,
    kind: 'current',
    rowCount,
    rowids: Float64Array.from(rows, (i) => 1000 + i),
    created: new Float64Array(rowCount).fill(42),
    ended: null,
    columns: columns.map(([physical, vector], id) => ({ id, physical, vector: () => vector })),
    indexes: [{ id: 300, permutation: () => Uint32Array.from(rows, (i) => rowCount - 1 - i) }],
    ...overrides,
  };
}

function nullsEvery(rowCount: number, n: number): Uint8Array {
  return Uint8Array.from({ length: rowCount }, (_, i) => (i % n === 0 ? 1 : 0));
}

function expectedAt(vector: ColumnVector, physical: PhysicalKind, i: number): ColumnValue {
  const value = valueAt(vector, physical, i);
  return physical === 'integer' && typeof value === 'bigint' ? integerColumnValue(value) : value;
}

describe('texts', () => {
  it.each([
    [LIMITS.deflatedSegmentRows - 1, 'front-coded'],
    [LIMITS.deflatedSegmentRows, 'deflated'],
  ])('of %i rows are %s', (rowCount, encoding) => {
    const values = Array.from({ length: rowCount }, (_, i) => `a path in common/${i}`);
    const columns = [{ id: 0, physical: 'text' as const, vector: () => text(values) }];
    const { reader, meta } = store(source(rowCount, { columns }));
    expect(reader.open(0).blocks.encodingOf(3)).toBe(encoding);
    expect(meta.usesStoredEncodings).toBe(true);
    for (const i of [0, 31, 32, 4096, rowCount - 1]) expect(reader.valueAt(0, i)).toBe(values[i]);
    expect(reader.column(0, 15)).toEqual({ kind: 'value', values: values.slice(15 * 4096, 16 * 4096) });
  });

  it.each([
    [LIMITS.searchedSegmentRows - 1, false],
    [LIMITS.searchedSegmentRows, true],
  ])('of a dictionary for %i rows that begin alike are front-coded: %s', (rowCount, isFrontCoded) => {
    const values = Array.from({ length: rowCount }, (_, i) => `SENSOR-${100_000 + (i % 700)}`);
    const columns = [{ id: 0, physical: 'text' as const, vector: () => text(values) }];
    const { reader, meta } = store(source(rowCount, { columns }));
    const place = reader.open(0).entry.dictionary;
    expect(place?.isFrontCoded).toBe(isFrontCoded);
    expect(meta.usesStoredEncodings).toBe(isFrontCoded);
    expect((place?.lengthBytes ?? 0) < 700 * 5).toBe(isFrontCoded);
    expect(reader.dictionary(0)).toEqual([...new Set(values)]);
  });
});

describe('a segment', () => {
  for (const rowCount of [
    1,
    2,
    LIMITS.blockRows - 1,
    LIMITS.blockRows,
    LIMITS.blockRows + 1,
    3 * LIMITS.blockRows + 77,
  ]) {
    it(`gives back ${rowCount} rows, block by block and one by one`, () => {
      const rows = source(rowCount);
      const { reader, meta } = store(rows);
      expect(reader.blockCount).toBe(Math.ceil(rowCount / LIMITS.blockRows));
      for (const { id, physical, vector } of rows.columns) {
        const expected = vector();
        for (let i = 0; i < rowCount; i += 1 + (i % 7)) {
          const block = Math.floor(i / LIMITS.blockRows);
          const alone = reader.valueAt(id, i);
          const decoded = reader.column(id, block);
          expect(alone).toEqual(expectedAt(expected, physical, i));
          expect(valueAt(decoded, physical, i % LIMITS.blockRows)).toEqual(valueAt(expected, physical, i));
        }
      }
      expect(reader.createdAt(rowCount - 1)).toBe(42);
      expect(reader.endedAt(0)).toBe(0);
      expect([meta.minCreated, meta.maxCreated, meta.minEnded, meta.maxEnded]).toEqual([42, 42, 0, 0]);
      const order = reader.permutation(300);
      expect(order.length).toBe(rowCount);
      expect(order.positionAt(0)).toBe(rowCount - 1);
      expect(Array.from(order.range(0, rowCount))).toEqual(
        Array.from({ length: rowCount }, (_, i) => rowCount - 1 - i),
      );
      expect(reader.verify()).toEqual([]);
    });
  }

  it('shares one sorted dictionary over the blocks of a text column', () => {
    const { reader } = store(source(3 * LIMITS.blockRows));
    const dictionary = reader.dictionary(2);
    expect(dictionary).toEqual([...(dictionary ?? [])].sort(compareText));
    for (let b = 0; b < 3; b++) {
      const vector = reader.column(2, b);
      expect(vector.kind === 'dictionary' && vector.dictionary === dictionary).toBe(true);
    }
    expect(reader.dictionary(3)).toBeNull();
    expect(reader.column(3, 0).kind).toBe('value');
  });

  it('writes no dictionary entry that is not in use', () => {
    const dictionary = Array.from({ length: 70_000 }, (_, i) => `entry ${i}`);
    const codes = Uint32Array.from({ length: 100 }, (_, i) => (i % 3) * 30_000);
    const vector: ColumnVector = { kind: 'dictionary', codes, dictionary, nulls: null };
    const { reader, meta } = store(source(100, { columns: [{ id: 4, physical: 'text', vector: () => vector }] }));
    expect(reader.dictionary(4)).toEqual(['entry 0', 'entry 30000', 'entry 60000']);
    expect(meta.lengthBytes).toBeLessThan(600);
    expect(reader.valueAt(4, 5)).toBe('entry 60000');
  });

  it('knows which columns and indexes it has', () => {
    const { reader } = store(source(10));
    expect([ROWID_ID, CREATED_ID, ENDED_ID, 0, 6, 7].map((id) => reader.hasColumn(id))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect([300, 301].map((id) => reader.hasIndex(id))).toEqual([true, false]);
    expect(() => reader.column(7, 0)).toThrow(/no column 7/);
  });
});

describe('rowids', () => {
  it('are found in a dense segment without reading', () => {
    const { reader, file } = store(source(5000));
    file.reads = 0;
    expect([999, 1000, 5999, 6000, 1000.5].map((rowid) => reader.findRowid(rowid))).toEqual([-1, 0, 4999, -1, -1]);
    expect([0, 1000.5, 7000].map((rowid) => reader.lowerBoundRowid(rowid))).toEqual([0, 1, 5000]);
    expect(reader.rowidRunEnd(5)).toBe(6);
    expect(file.reads).toBe(0);
  });

  it('are found among gaps and versions', () => {
    const random = seededRandom(5);
    const rowids: number[] = [];
    const created: number[] = [];
    for (let rowid = -3000; rowids.length < 13_000; rowid += 1 + Math.floor(random() * 4)) {
      for (let version = Math.floor(random() * 3); version >= 0 && rowids.length < 13_000; version--) {
        rowids.push(rowid);
        created.push(100 - version);
      }
    }
    const rows = source(rowids.length, {
      rowids: Float64Array.from(rowids),
      created: Float64Array.from(created),
      ended: Float64Array.from(created, (transaction) => transaction + 50),
      kind: 'history',
    });
    const { reader, meta } = store(rows);
    expect([meta.uniqueRowids, meta.minEnded, meta.maxEnded]).toEqual([false, 148, 150]);
    for (let probe = -3005; probe < rowids[rowids.length - 1] + 5; probe += 3) {
      const first = rowids.indexOf(probe);
      expect(reader.findRowid(probe)).toBe(first);
      if (first >= 0) expect(reader.rowidRunEnd(first)).toBe(rowids.lastIndexOf(probe) + 1);
      const bound = rowids.findIndex((rowid) => rowid >= probe);
      expect(reader.lowerBoundRowid(probe)).toBe(bound === -1 ? rowids.length : bound);
    }
    expect(reader.endedAt(77)).toBe(created[77] + 50);
    expect(reader.createdAt(77)).toBe(created[77]);
    expect(reader.verify()).toEqual([]);
  });

  it('must ascend', () => {
    expect(() => buildWhole(source(3, { rowids: Float64Array.of(1, 3, 2) }))).toThrow(/ascend/);
    expect(() => buildWhole(source(2, { rowids: Float64Array.of(1, 1), created: Float64Array.of(5, 4) }))).toThrow(
      /ascend/,
    );
  });
});

describe('zone maps', () => {
  it('bound the values of blocks and of the segment', () => {
    const { reader } = store(source(2 * LIMITS.blockRows + 10));
    expect(reader.zoneMap(0, 1)).toEqual({ rowCount: 4096, nullCount: 0, min: 4096 * 3, max: 8191 * 3 });
    expect(reader.segmentZoneMap(0)).toEqual({ rowCount: 8202, nullCount: 0, min: 0, max: 8201 * 3 });
    expect(reader.segmentZoneMap(1).nullCount).toBe(Math.ceil(8202 / 5));
    expect(reader.zoneMap(2, 0)).toMatchObject({ min: 'type 0', max: 'type 9' });
    expect(reader.zoneMap(5, 0)).toMatchObject({ min: null, max: null });
    expect(reader.zoneMap(6, 0)).toMatchObject({ min: 2n ** 60n, max: 2n ** 60n + 8n });
  });

  it('shorten long texts and blobs outwards', () => {
    const long = 'x'.repeat(31);
    const values = [`${long}\u{1f600}tail`, `${long}zzz`, `${long}\ud7ff!`, `${long}\u{10ffff}!`, 'y'];
    const cases: [string[], string, string | null][] = [
      [[values[0]], long, `${long.slice(0, 30)}y`],
      [[values[1]], `${long}z`, `${long}{`],
      [[values[2]], `${long}\ud7ff`, `${long}\ue000`],
      [['\u{10ffff}'.repeat(20)], '\u{10ffff}'.repeat(16), null],
      [['short'], 'short', 'short'],
    ];
    for (const [texts, min, max] of cases) {
      const rows = source(1, { columns: [{ id: 0, physical: 'text', vector: () => text(texts) }], indexes: [] });
      const zone = store(rows).reader.zoneMap(0, 0);
      expect(zone).toEqual({ rowCount: 1, nullCount: 0, min, max });
      expect(compareText(zone.min as string, texts[0])).toBeLessThanOrEqual(0);
      if (zone.max !== null) expect(compareText(zone.max as string, texts[0])).toBeGreaterThanOrEqual(0);
    }
    const blob = new Uint8Array(40).fill(0xff);
    blob[0] = 1;
    const rows = source(1, {
      columns: [{ id: 0, physical: 'blob', vector: () => ({ kind: 'value', values: [blob] }) }],
    });
    expect(store(rows).reader.zoneMap(0, 0).max).toEqual(Uint8Array.of(2));
  });

  it('claim nothing where a value is not a number', () => {
    const vector: ColumnVector = { kind: 'number', values: Float64Array.of(1, Number.NaN, 3), nulls: null };
    const { reader } = store(source(3, { columns: [{ id: 0, physical: 'real', vector: () => vector }] }));
    expect(reader.segmentZoneMap(0)).toEqual({ rowCount: 3, nullCount: 0, min: null, max: null });
    expect(reader.verify()).toEqual([]);
  });
});

describe('reading', () => {
  it('takes few calls for a whole column, and none for what the cache holds', () => {
    const { reader, file } = store(source(40 * LIMITS.blockRows));
    reader.segmentZoneMap(0);
    file.reads = 0;
    for (let b = 0; b < reader.blockCount; b++) reader.column(6, b);
    expect(file.reads).toBeLessThan(14);
    file.reads = 0;
    for (let b = 0; b < reader.blockCount; b++) reader.column(6, b);
    expect(file.reads).toBe(0);
    reader.forget();
    reader.column(6, 0);
    expect(file.reads).toBe(1);
  });

  it('works without any room in the cache', () => {
    const { reader } = store(source(3 * LIMITS.blockRows), new BlockCache(0));
    for (let b = 0; b < 3; b++) expect(valueAt(reader.column(0, b), 'integer', 5)).toBe(BigInt((b * 4096 + 5) * 3));
    expect(reader.valueAt(0, 9000)).toBe(27_000);
  });
});

describe('damage', () => {
  it('to any byte is found, named and never read as rows', () => {
    const rows = source(700);
    const { file, meta } = store(rows);
    const intact = file.bytes;
    const start = meta.extent.firstPage * PAGE;
    for (let offset = 0; offset < meta.lengthBytes; offset += 1 + (offset % 13)) {
      file.bytes = intact.slice();
      file.bytes[start + offset] ^= 1 << (offset % 8);
      const reader = new SegmentReader(file, PAGE, meta, new BlockCache());
      const problems = reader.verify();
      expect(problems.length, `byte ${offset}`).toBeGreaterThan(0);
      expect(problems[0].file).toBe('test.db');
      expect(problems[0].what).toMatch(/checksum/);
      for (const column of rows.columns) {
        try {
          expect(reader.valueAt(column.id, 650)).toEqual(expectedAt(column.vector(), column.physical, 650));
        } catch (error) {
          expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
          expect(String(error)).toMatch(/test\.db: segment 7, at byte \d+: .* lost/);
        }
      }
    }
  });

  it('to one block leaves the others readable', () => {
    const { file, reader } = store(source(20 * LIMITS.blockRows));
    const { offsets } = reader.open(6).entry.blocks;
    file.bytes[20 * PAGE + offsets[3] + 9] ^= 0x10;
    for (const b of [0, 1, 2, 4, 19])
      expect(valueAt(reader.column(6, b), 'integer', 0)).toBe(2n ** 60n + BigInt((b * 4096) % 9));
    expect(() => reader.column(6, 3)).toThrow(/column 6, block 3 \(rows 12288 to 16383\) does not match its checksum/);
    expect(reader.verify()).toHaveLength(1);
  });

  it('by truncation, or by another segment in its place, is found', () => {
    const { file, meta } = store(source(5000));
    const intact = file.bytes;
    file.bytes = intact.slice(0, 20 * PAGE + 100);
    expect(() => new SegmentReader(file, PAGE, meta, new BlockCache()).hasColumn(0)).toThrow(/the file ends inside/);
    file.bytes = intact;
    const other = new SegmentReader(file, PAGE, { ...meta, id: 8 }, new BlockCache());
    expect(() => other.hasColumn(0)).toThrow(/segment 7/);
    const wrong = new SegmentReader(file, PAGE, { ...meta, rowCount: 4999 }, new BlockCache());
    expect(() => wrong.hasColumn(0)).toThrow(/manifest/);
  });
});
