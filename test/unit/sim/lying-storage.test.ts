import { describe, expect, test } from 'vitest';
import { storageContract } from '../../contract/storage-contract.ts';
import { SimulatedCrash } from '../../sim/faults.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';

const ones = (length: number, value = 1) => new Uint8Array(length).fill(value);
const failsWith = (code: string) => expect.objectContaining({ code });

describe('lying storage without faults keeps the storage contract', () => {
  for (const check of storageContract) {
    test(check.name, async () => {
      const disk = new LyingDisk(1);
      await check.run({ open: async () => disk.open() });
    });
  }
});

describe('a crash', () => {
  test('keeps what was flushed, whatever else it does', () => {
    const disk = new LyingDisk(1);
    const { main } = disk.open();
    main.write(ones(2000), 0);
    main.flush();
    main.write(ones(1000, 2), 5000);
    for (const damage of disk.damages(50)) {
      const image = disk.crash(damage).durableBytes('main');
      expect(image.subarray(0, 2000)).toEqual(ones(2000));
      expect(image.subarray(2000, 5000).every((byte) => byte === 0)).toBe(true);
    }
  });

  test('has as simple damages: each prefix, each loss, each survivor, each torn sector, one file alone', () => {
    const disk = new LyingDisk(1);
    const { main, wal } = disk.open();
    main.write(ones(1024, 1), 0);
    wal.write(ones(10, 2), 0);
    main.truncate(512);
    const states = disk.damages().map((damage) => {
      const after = disk.crash(damage);
      return `${after.durableBytes('main').length}/${after.durableBytes('wal').length}`;
    });
    const damages = disk.damages();
    expect(damages.map((damage, i) => [damage.kind, states[i]].join(' '))).toEqual([
      'prefix 0/0',
      'prefix 1024/0',
      'prefix 1024/10',
      'prefix 512/10',
      'without 512/10',
      'torn 512/0',
      'without 512/0',
      'only 0/10',
      'only 512/0',
      'file 512/0',
      'file 0/10',
    ]);
  });

  test('at random loses, tears and reorders sectors, and does the same again from the same seed', () => {
    const disk = new LyingDisk(7);
    const { main } = disk.open();
    main.write(ones(4096, 9), 0);
    main.flush();
    main.write(ones(4096, 1), 0);
    main.write(ones(4096, 2), 2048);
    let torn = 0;
    let reordered = 0;
    let grewEmpty = 0;
    const all = new Set<string>();
    for (const damage of disk.damages(300)) {
      const image = disk.crash(damage).durableBytes('main');
      const text = Buffer.from(image).toString('base64');
      expect(Buffer.from(disk.crash(damage).durableBytes('main')).toString('base64')).toBe(text);
      all.add(text);
      for (let at = 0; at < 2048; at += 512) {
        const sector = image.subarray(at, at + 512);
        if (sector.some((byte) => byte !== sector[0])) torn++;
      }
      if (image.subarray(2048, 4096).includes(1) && image.subarray(4096).includes(2)) reordered++;
      if (image.length === 6144 && image.subarray(5632).every((byte) => byte === 0)) grewEmpty++;
    }
    expect(all.size).toBeGreaterThan(200);
    expect(torn).toBeGreaterThan(10);
    expect(reordered).toBeGreaterThan(10);
    expect(grewEmpty).toBeGreaterThan(10);
  });

  test('can be set to any operation, and then nothing works until the disk is taken out', () => {
    const disk = new LyingDisk(1);
    disk.faults.add({ effect: 'crash', on: 'change', at: 3 });
    const storage = disk.open();
    storage.main.write(ones(1), 0);
    storage.main.read(ones(1), 0);
    storage.main.flush();
    expect(() => storage.wal.write(ones(5), 0)).toThrow(SimulatedCrash);
    expect(() => storage.wal.read(ones(5), 0)).toThrow(SimulatedCrash);
    storage.close();
    expect(() => disk.open()).toThrow(SimulatedCrash);
    expect([disk.operations, disk.changes]).toEqual([4, 3]);
    // The write had reached the cache: it may have arrived or not.
    expect(disk.damages().map((damage) => disk.crash(damage).open().wal.size())).toEqual([0, 5]);
  });

  test('at a flush leaves what came before it in doubt', () => {
    const disk = new LyingDisk(1);
    disk.faults.add({ effect: 'crash', on: 'flush', at: 1 });
    const { wal } = disk.open();
    wal.write(ones(5), 0);
    expect(() => wal.flush()).toThrow(SimulatedCrash);
    expect(disk.damages().map((damage) => disk.crash(damage).open().wal.size())).toEqual([0, 5]);
  });

  test('does not touch what a process sees that closes and opens again', () => {
    const disk = new LyingDisk(1);
    const storage = disk.open();
    storage.main.write(ones(5), 0);
    storage.close();
    expect(disk.open().main.size()).toBe(5);
    expect(disk.durableBytes('main').length).toBe(0);
  });
});

describe('faults', () => {
  test('the n-th operation fails once, or for good', () => {
    const disk = new LyingDisk(1);
    const { main } = disk.open();
    disk.faults.add({ effect: 'io', on: 'write', at: 2 });
    main.write(ones(4), 0);
    expect(() => main.write(ones(4), 0)).toThrow(failsWith('IO'));
    main.write(ones(4), 0);
    disk.faults.clear();
    disk.faults.add({ effect: 'quota', file: 'main', at: 1, times: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 3; i++) expect(() => main.write(ones(4), 0)).toThrow(failsWith('QUOTA_EXCEEDED'));
    expect(() => main.truncate(0)).toThrow(failsWith('QUOTA_EXCEEDED'));
    expect(main.read(ones(4), 0)).toBe(4);
    disk.faults.clear();
    disk.faults.add({ effect: 'io', on: 'read', at: 1 });
    expect(() => main.read(ones(4), 0)).toThrow(failsWith('IO'));
  });

  test('a failed flush loses changes that a later good flush does not bring back', () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const disk = new LyingDisk(seed);
      const { main } = disk.open();
      disk.faults.add({ effect: 'io', on: 'flush', at: 1 });
      main.write(ones(100), 0);
      expect(() => main.flush()).toThrow(failsWith('IO'));
      main.flush();
      expect(disk.pending()).toEqual([]);
      outcomes.add(`${disk.durableBytes('main').length} durable, ${main.size()} shown`);
    }
    expect([...outcomes].sort()).toEqual(['0 durable, 0 shown', '0 durable, 100 shown', '100 durable, 100 shown']);
  });

  test('a flush that lies leaves everything in doubt until one that does not', () => {
    const disk = new LyingDisk(1);
    const { main } = disk.open();
    disk.faults.add({ effect: 'lie', at: 1 });
    main.write(ones(100), 0);
    main.flush();
    expect(disk.durableBytes('main').length).toBe(0);
    main.flush();
    expect(disk.durableBytes('main').length).toBe(100);
  });

  test('space runs out after so many bytes, a part of the write is done, and space comes back', () => {
    const disk = new LyingDisk(1);
    const { main, wal } = disk.open();
    disk.capacityBytes = 1000;
    main.write(ones(600), 0);
    wal.write(ones(300), 0);
    expect(() => wal.write(ones(200, 2), 300)).toThrow(failsWith('DISK_FULL'));
    expect(wal.size()).toBe(400);
    main.write(ones(600, 3), 0);
    expect(() => main.truncate(700)).toThrow(failsWith('DISK_FULL'));
    disk.capacityBytes = 2000;
    wal.write(ones(200, 2), 300);
    expect(wal.size()).toBe(500);
    disk.faults.add({ effect: 'disk-full', on: 'write', at: 1 });
    expect(() => main.write(ones(10), 0)).toThrow(failsWith('DISK_FULL'));
    main.write(ones(10), 0);
  });

  test('reads flip a bit, are stale, or come from another place', () => {
    const disk = new LyingDisk(3);
    const { main } = disk.open();
    const content = new Uint8Array(4096).map((_, i) => i >>> 9);
    main.write(content, 0);
    main.flush();
    main.write(ones(512, 77), 0);
    const into = new Uint8Array(512);
    disk.faults.add({ effect: 'bit-flip', at: 1 });
    main.read(into, 0);
    const wrong = into.filter((byte) => byte !== 77);
    expect(wrong.length).toBe(1);
    expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(wrong[0] ^ 77);
    disk.faults.add({ effect: 'stale', at: 1 });
    main.read(into, 0);
    expect(into).toEqual(ones(512, 0));
    disk.faults.add({ effect: 'misplaced', at: 1 });
    main.read(into, 1024);
    expect(into[0]).not.toBe(2);
    main.read(into, 1024);
    expect(into).toEqual(ones(512, 2));
  });

  test('a handle dies for good, the other lives', () => {
    const disk = new LyingDisk(1);
    const storage = disk.open();
    disk.faults.add({ effect: 'dead', file: 'wal', at: 1 });
    expect(() => storage.wal.flush()).toThrow(failsWith('IO'));
    expect(() => storage.wal.size()).toThrow(failsWith('IO'));
    storage.main.write(ones(1), 0);
    storage.close();
    expect(disk.open().wal.size()).toBe(0);
  });

  test('the same seed and the same calls give the same bytes', () => {
    const run = (seed: number) => {
      const disk = new LyingDisk(seed);
      const { main } = disk.open();
      disk.faults.add({ effect: 'io', on: 'write', at: 2, times: 3 });
      for (let i = 0; i < 6; i++) {
        try {
          main.write(ones(1000, i), i * 900);
        } catch (error) {
          expect(error).toEqual(failsWith('IO'));
        }
      }
      return Buffer.from(disk.shownBytes('main')).toString('base64');
    };
    expect(run(5)).toBe(run(5));
    expect(run(5)).not.toBe(run(6));
  });
});
