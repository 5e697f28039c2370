import { describe, expect, test } from 'vitest';
import { ChunkedBytes } from '../../../src/storage/chunked-bytes.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { storageContract } from '../../contract/storage-contract.ts';

describe('memory storage keeps the storage contract', () => {
  for (const check of storageContract) {
    test(check.name, async () => {
      const disk = new MemoryDisk();
      await check.run({ open: async () => openMemoryStorage(disk) });
    });
  }
});

describe('memory storage', () => {
  test('readers share, and exclude a writer', () => {
    const disk = new MemoryDisk();
    const first = openMemoryStorage(disk, { readOnly: true });
    const second = openMemoryStorage(disk, { readOnly: true });
    expect(() => openMemoryStorage(disk)).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    first.close();
    first.close();
    expect(() => openMemoryStorage(disk)).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    second.close();
    openMemoryStorage(disk).close();
  });

  test('a read-only file refuses changes', () => {
    const { main } = openMemoryStorage(new MemoryDisk(), { readOnly: true });
    expect(() => main.write(new Uint8Array(1), 0)).toThrow(expect.objectContaining({ code: 'IO' }));
    expect(() => main.truncate(0)).toThrow(expect.objectContaining({ code: 'IO' }));
  });
});

describe('chunked bytes', () => {
  test('a copy shares nothing', () => {
    const bytes = new ChunkedBytes();
    bytes.write(new Uint8Array([1, 2, 3]), 200_000);
    const copy = bytes.copy();
    copy.write(new Uint8Array([9]), 200_000);
    expect(bytes.toBytes().subarray(200_000)).toEqual(new Uint8Array([1, 2, 3]));
    const second = bytes.copy();
    bytes.write(new Uint8Array([7]), 200_001);
    expect(second.toBytes().subarray(200_000)).toEqual(new Uint8Array([1, 2, 3]));
    second.truncate(200_001);
    expect(bytes.toBytes().subarray(200_000)).toEqual(new Uint8Array([1, 7, 3]));
    bytes.truncate(5);
    expect(copy.size).toBe(200_003);
    expect(copy.toBytes().subarray(200_000)).toEqual(new Uint8Array([9, 2, 3]));
    expect(bytes.toBytes()).toEqual(new Uint8Array(5));
  });
});
