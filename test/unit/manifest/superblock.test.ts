import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/base/crc32c.ts';
import { isHeliosError } from '../../../src/base/errors.ts';
import { superblockSpacing } from '../../../src/engine/extent/layout.ts';
import {
  createSuperblocks,
  readSuperblocks,
  type Superblock,
  superblockCopyAt,
  writeSuperblock,
} from '../../../src/engine/manifest/superblock.ts';
import { CRC_AT, RECORD_BYTES, VERSION_AT } from '../../../src/engine/manifest/superblock-format.ts';
import { writeRecord } from '../../../src/engine/manifest/superblock-record.ts';
import { seededRandom } from '../encodings/support.ts';
import { BytesFile } from '../segment/bytes-file.ts';

const PAGE_SIZES = [512, 1024, 4096, 8192, 65_536];

function superblock(pageSize: number, generation: number): Superblock {
  return {
    pageSize,
    generation,
    manifest: { extent: { firstPage: 40 + generation, pageCount: 3 }, lengthBytes: 700, crc: 0xdeadbeef },
    walEpoch: 2 ** 40 + generation,
    walSalt: 0xfedcba98,
    walStart: 64,
    walPreviousCrc: 0x89abcdef,
  };
}

function codeOf(file: BytesFile): string {
  try {
    const found = readSuperblocks(file);
    return found === 'empty' ? 'empty' : `generation ${found.generation}`;
  } catch (error) {
    return isHeliosError(error) ? error.code : String(error);
  }
}

describe('superblocks', () => {
  for (const pageSize of PAGE_SIZES) {
    it(`come back with a page size of ${pageSize}`, () => {
      const file = new BytesFile();
      expect(readSuperblocks(file)).toBe('empty');
      const created = createSuperblocks(file, pageSize);
      expect(readSuperblocks(file)).toEqual(created);
      expect(created).toMatchObject({ pageSize, generation: 0, manifest: null });
      for (let generation = 1; generation < 4; generation++) {
        writeSuperblock(file, superblock(pageSize, generation));
        expect(readSuperblocks(file)).toEqual(superblock(pageSize, generation));
      }
      for (const at of [0, superblockSpacing(pageSize)]) {
        const intact = file.bytes.slice();
        file.bytes.fill(0xee, at, at + RECORD_BYTES);
        expect(readSuperblocks(file)).toEqual(superblock(pageSize, 3));
        file.bytes = intact;
      }
    });
  }

  it('survive a write that is cut off after any byte, in the copy or in whichever slot', () => {
    const file = new BytesFile();
    createSuperblocks(file, 4096);
    const random = seededRandom(1);
    for (let generation = 1; generation < 400; generation++) {
      const before = readSuperblocks(file) as Superblock;
      const next = superblock(4096, before.generation + 1);
      file.writableBytes = Math.floor(random() * 3 * RECORD_BYTES);
      // The copy comes first.
      const allowed = file.writableBytes - RECORD_BYTES;
      expect(() => writeSuperblock(file, next)).toThrow('crash');
      file.writableBytes = Number.POSITIVE_INFINITY;
      const after = readSuperblocks(file);
      // The checksum is the record's last field, so a record that lacks a byte is none, unless the bytes were there.
      expect(after).toEqual(
        allowed < RECORD_BYTES && after !== 'empty' && after.generation === before.generation ? before : next,
      );
    }
  });

  it('have a copy in the last sector of the manifest, where that is free', () => {
    const file = new BytesFile();
    createSuperblocks(file, 4096);
    const next = superblock(4096, 1);
    writeSuperblock(file, next);
    const at = superblockCopyAt(next)!;
    expect(at).toBe((next.manifest!.extent.firstPage + next.manifest!.extent.pageCount) * 4096 - RECORD_BYTES);
    expect(file.bytes.slice(at, at + RECORD_BYTES)).toEqual(file.bytes.slice(0, RECORD_BYTES));
    const full = { ...next, manifest: { ...next.manifest!, lengthBytes: 3 * 4096 - RECORD_BYTES + 1 } };
    expect(superblockCopyAt(full)).toBeNull();
  });

  it('read as empty while the first one of a new file is incomplete', () => {
    const record = new BytesFile();
    createSuperblocks(record, 8192);
    for (let length = 0; length <= RECORD_BYTES; length++) {
      const file = new BytesFile();
      file.bytes = record.bytes.slice(0, length);
      const complete = length === RECORD_BYTES;
      expect(codeOf(file), `${length} bytes`).toBe(complete ? 'generation 0' : 'empty');
      file.bytes = new Uint8Array(RECORD_BYTES);
      file.bytes.set(record.bytes.subarray(length, RECORD_BYTES), length);
      expect(codeOf(file), `without the first ${length}`).toBe(length === 0 ? 'generation 0' : 'empty');
      expect(createSuperblocks(file, 512).generation).toBe(0);
      expect(codeOf(file)).toBe('generation 0');
    }
  });

  it('survive a creation that is cut off between the slots, and the next write', () => {
    const file = new BytesFile();
    file.writableBytes = RECORD_BYTES + 100;
    expect(() => createSuperblocks(file, 4096)).toThrow('crash');
    file.writableBytes = 100;
    expect(codeOf(file)).toBe('generation 0');
    expect(() => writeSuperblock(file, superblock(4096, 1))).toThrow('crash');
    expect(codeOf(file)).toBe('generation 0');
  });

  it('are not found in other files, which stay as they are', () => {
    for (const content of ['hello', 'SQLite format 3\0'.padEnd(8192, 'x'), '\0'.repeat(5000), 'HeliosDB', '\0\0\0x']) {
      const file = new BytesFile();
      file.bytes = new TextEncoder().encode(content);
      const expected = content === 'HeliosDB' ? 'empty' : 'NOT_A_DATABASE';
      expect(codeOf(file), content.slice(0, 20)).toBe(expected);
      expect(file.writes).toBe(0);
    }
  });

  it('are corrupt when both are damaged', () => {
    const random = seededRandom(3);
    for (const pageSize of PAGE_SIZES) {
      const file = new BytesFile();
      createSuperblocks(file, pageSize);
      writeSuperblock(file, superblock(pageSize, 1));
      const intact = file.bytes.slice();
      for (let round = 0; round < 200; round++) {
        file.bytes = intact.slice();
        for (const at of [0, superblockSpacing(pageSize)])
          file.bytes[at + Math.floor(random() * RECORD_BYTES)] ^= 1 + random() * 254;
        expect(codeOf(file)).toBe('CORRUPT');
        file.bytes.set(intact.subarray(0, RECORD_BYTES));
        expect(codeOf(file)).toBe('generation 1');
      }
    }
  });

  it('of a newer version are refused by name, but only when they are whole', () => {
    const record = writeRecord(superblock(4096, 9));
    record[VERSION_AT] = 2;
    const file = new BytesFile();
    createSuperblocks(file, 4096);
    file.write(record, 4096);
    expect(codeOf(file)).toBe('generation 0');
    new DataView(record.buffer).setUint32(CRC_AT, crc32c(record, 0, 0, CRC_AT), true);
    file.write(record, 4096);
    expect(codeOf(file)).toBe('FORMAT_TOO_NEW');
  });
});
