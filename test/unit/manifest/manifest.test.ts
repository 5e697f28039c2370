import { describe, expect, it } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import type { ManifestData } from '../../../src/engine/manifest/manifest-format.ts';
import { readManifest } from '../../../src/engine/manifest/manifest-reader.ts';
import { loadManifest, manifestPages, storeManifest } from '../../../src/engine/manifest/manifest-store.ts';
import { writeManifest } from '../../../src/engine/manifest/manifest-writer.ts';
import type { Superblock } from '../../../src/engine/manifest/superblock.ts';
import { seededRandom } from '../encodings/support.ts';
import { BytesFile } from '../segment/bytes-file.ts';

const data: ManifestData = {
  lastTransaction: 1_000_000_000_000,
  lastScn: 2 ** 45,
  lastCommitMicros: 1_767_225_600_000_123,
  nextObjectId: 12,
  nextSegmentId: 5,
  catalog: [
    { kind: 'table', id: 3, name: '\ufefftür', created: 1, ended: 0, definition: '{"id":3,"name":"tür"}' },
    { kind: 'index', id: 4, name: '', created: 2, ended: 9, definition: '{}' },
  ],
  tables: [
    { tableId: 1, nextRowid: 1, segments: [] },
    {
      tableId: 3,
      nextRowid: Number.MAX_SAFE_INTEGER + 1,
      segments: [
        {
          meta: {
            id: 4,
            kind: 'current',
            rowCount: 10_000,
            blockRows: 4096,
            extent: { firstPage: 2, pageCount: 100 },
            lengthBytes: 400_001,
            minRowid: Number.MIN_SAFE_INTEGER,
            maxRowid: Number.MAX_SAFE_INTEGER,
            uniqueRowids: true,
            usesStoredEncodings: true,
            minCreated: 1,
            maxCreated: 2 ** 40,
            minEnded: 0,
            maxEnded: 0,
            directoryOffset: 390_000,
            directoryLength: 10_001,
            directoryCrc: 0xffffffff,
          },
          ended: { positions: Uint32Array.of(0, 1, 7, 9999), transactions: Float64Array.of(5, 2 ** 40, 5, 6) },
        },
        {
          meta: {
            id: 2,
            kind: 'history',
            rowCount: 1,
            blockRows: 4096,
            extent: { firstPage: 102, pageCount: 1 },
            lengthBytes: 200,
            minRowid: -1,
            maxRowid: -1,
            uniqueRowids: false,
            usesStoredEncodings: false,
            minCreated: 3,
            maxCreated: 3,
            minEnded: 4,
            maxEnded: 4,
            directoryOffset: 100,
            directoryLength: 100,
            directoryCrc: 1,
          },
          ended: { positions: new Uint32Array(0), transactions: new Float64Array(0) },
        },
      ],
    },
  ],
  sections: [{ name: 'commit-log', bytes: Uint8Array.of(1, 2, 3) }],
};

describe('the manifest', () => {
  it('comes back as it was, from the same bytes each time', () => {
    const bytes = writeManifest(data);
    expect(readManifest(bytes, 'test.db')).toEqual(data);
    expect(writeManifest(readManifest(bytes, 'test.db'))).toEqual(bytes);
    const empty = { ...data, catalog: [], tables: [], sections: [], lastCommitMicros: -5 };
    expect(readManifest(writeManifest(empty), 'test.db')).toEqual(empty);
  });

  it('keeps a long list of ended rows in about a byte a row', () => {
    const positions = Uint32Array.from({ length: 100_000 }, (_, i) => i * 9 + (i % 4));
    const transactions = Float64Array.from(positions, (_, i) => 50 + Math.floor(i / 1000));
    const [small, large] = data.tables[1].segments;
    const ended = { ...small, meta: { ...small.meta, rowCount: 1_000_000 }, ended: { positions, transactions } };
    const grown = { ...data, tables: [{ ...data.tables[1], segments: [ended, large] }] };
    const bytes = writeManifest(grown);
    expect(bytes.length).toBeLessThan(120_000);
    expect(readManifest(bytes, 'test.db')).toEqual(grown);
  });

  it('is checked when it is read from its place', () => {
    const file = new BytesFile();
    const bytes = writeManifest(data);
    const extent = { firstPage: 30, pageCount: manifestPages(bytes.length, 512) };
    const manifest = storeManifest(file, 512, extent, bytes);
    expect(file.size() % 512).toBe(0);
    const superblock: Superblock = {
      pageSize: 512,
      generation: 1,
      manifest,
      walEpoch: 1,
      walSalt: 1,
      walStart: 0,
      walPreviousCrc: 0,
    };
    expect(loadManifest(file, superblock)).toEqual(data);
    for (let i = 0; i < bytes.length; i++) {
      file.bytes[30 * 512 + i] ^= 4;
      expect(() => loadManifest(file, superblock)).toThrow(/test\.db: at byte 15360: the manifest does not match/);
      file.bytes[30 * 512 + i] ^= 4;
    }
    file.bytes = file.bytes.slice(0, 30 * 512 + 10);
    expect(() => loadManifest(file, superblock)).toThrow(/outside of the file/);
  });

  it('answers damage that a checksum missed with CORRUPT and nothing else', () => {
    const random = seededRandom(11);
    const bytes = writeManifest(data);
    for (let round = 0; round < 5000; round++) {
      const damaged = bytes.slice(0, random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length);
      if (damaged.length > 0) damaged[Math.floor(random() * damaged.length)] = random() * 256;
      try {
        readManifest(damaged, 'test.db');
      } catch (error) {
        expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
      }
    }
  });
});
