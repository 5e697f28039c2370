import { describe, expect, test } from 'vitest';
import { WAL_HEADER_BYTES, type WalPosition } from '../../../src/engine/wal/wal-format.ts';
import { readWal } from '../../../src/engine/wal/wal-reader.ts';
import { WalWriter } from '../../../src/engine/wal/wal-writer.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import type { StorageFile } from '../../../src/storage/storage.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';

const POSITION: WalPosition = { epoch: 3, salt: 0xdeadbeef, startBytes: 0, previousCrc: 0 };
const START = { endBytes: 0, lastCrc: 0 };

function append(writer: WalWriter, transaction: number, text = `transaction ${transaction}`): void {
  writer.append({ transaction, commitMicros: transaction * 1000, changes: 1 }, (payload) => payload.text(text));
}

function read(file: StorageFile, position = POSITION): { texts: string[]; end: { endBytes: number; lastCrc: number } } {
  const texts: string[] = [];
  const end = readWal(file, position, (_, payload) => texts.push(payload.text()));
  return { texts, end };
}

function logOf(count: number, options: { flushEach: boolean }): { file: StorageFile; ends: number[] } {
  const file = openMemoryStorage().wal;
  const writer = new WalWriter(file, POSITION, START);
  const ends: number[] = [];
  for (let i = 1; i <= count; i++) {
    append(writer, i);
    if (options.flushEach) writer.flush();
    ends.push(writer.lengthBytes);
  }
  return { file, ends };
}

function flipByte(file: StorageFile, at: number): void {
  const byte = new Uint8Array(1);
  file.read(byte, at);
  byte[0] ^= 0x40;
  file.write(byte, at);
}

describe('the log', () => {
  test('gives back what was appended, and where it ends', () => {
    const { file, ends } = logOf(5, { flushEach: true });
    const { texts, end } = read(file);
    expect(texts).toEqual([1, 2, 3, 4, 5].map((i) => `transaction ${i}`));
    expect(end.endBytes).toBe(ends[4]);
    expect(file.size()).toBe(ends[4]);
  });

  test('goes on after a reopen', () => {
    const { file } = logOf(2, { flushEach: true });
    const writer = new WalWriter(file, POSITION, read(file).end);
    append(writer, 3);
    expect(read(file).texts).toEqual(['transaction 1', 'transaction 2', 'transaction 3']);
  });

  test('that grows at once ends where its frames end, now and after a reopen', () => {
    const file = openMemoryStorage().wal;
    const writer = new WalWriter(file, POSITION, START, 1024);
    append(writer, 1);
    expect(file.size()).toBe(1024);
    append(writer, 2, 'x'.repeat(1024));
    expect(file.size()).toBe(2048);
    expect(read(file).end.endBytes).toBe(writer.lengthBytes);
    const reopened = new WalWriter(file, POSITION, read(file).end, 1024);
    append(reopened, 3, 'short');
    expect(file.size()).toBe(2048);
    expect(read(file).texts).toEqual(['transaction 1', 'x'.repeat(1024), 'short']);
    reopened.restart({ ...POSITION, epoch: 4 }, START);
    reopened.cutBeyond(2000);
    expect(file.size()).toBe(0);
    append(reopened, 4);
    expect(file.size()).toBe(1024);
  });

  test('doubles as far as it may, and is told how long it would be before it grows', () => {
    const file = openMemoryStorage().wal;
    const writer = new WalWriter(file, POSITION, START, 1024, 4096);
    const lengths: number[] = [];
    for (let i = 1; file.size() < 16_384; i++) {
      let admitted = 0;
      const header = { transaction: i, commitMicros: i, changes: 1 };
      writer.append(
        header,
        (payload) => payload.text('x'.repeat(500)),
        (bytes) => {
          admitted = bytes;
        },
      );
      expect(admitted).toBeLessThanOrEqual(file.size());
      if (file.size() !== lengths.at(-1)) lengths.push(file.size());
    }
    expect(lengths).toEqual([1024, 2048, 4096, 8192, 12_288, 16_384]);
    expect(read(file).end.endBytes).toBe(writer.lengthBytes);
  });

  test('ends at a torn frame', () => {
    const { file, ends } = logOf(3, { flushEach: true });
    for (const size of [ends[1] + 1, ends[1] + WAL_HEADER_BYTES, ends[2] - 8]) {
      file.truncate(size);
      expect(read(file).texts).toHaveLength(2);
    }
  });

  test('every damaged byte of a durable frame is corruption', () => {
    const { ends } = logOf(3, { flushEach: true });
    for (let at = 0; at < ends[1]; at++) {
      const { file } = logOf(3, { flushEach: true });
      flipByte(file, at);
      let texts: string[] = [];
      try {
        texts = read(file).texts;
      } catch (error) {
        expect(error).toMatchObject({ code: 'CORRUPT' });
        continue;
      }
      // The padding behind a payload carries nothing.
      expect(texts).toEqual(['transaction 1', 'transaction 2', 'transaction 3']);
    }
  });

  test('a lost frame is a torn tail when it had never been durable, whatever follows it', () => {
    const { file } = logOf(3, { flushEach: false });
    flipByte(file, 60);
    expect(read(file).texts).toEqual([]);
  });

  test('frames of another epoch or another salt do not follow', () => {
    const { file } = logOf(2, { flushEach: true });
    expect(read(file, { ...POSITION, epoch: 4 }).texts).toEqual([]);
    expect(read(file, { ...POSITION, salt: 1 }).texts).toEqual([]);
  });

  test('a frame that an interrupted run left behind never follows a new one', () => {
    const { file, ends } = logOf(3, { flushEach: false });
    // The second frame was lost in a crash; its place is taken by another of the same length.
    const writer = new WalWriter(file, POSITION, readFirst(file, ends[0]));
    append(writer, 2, 'transaction X');
    expect(writer.lengthBytes).toBe(ends[1]);
    expect(read(file).texts).toEqual(['transaction 1', 'transaction X']);
  });

  test('a failed append leaves nothing that could be replayed', () => {
    const disk = new LyingDisk(1);
    const { wal } = disk.open();
    const writer = new WalWriter(wal, POSITION, START);
    append(writer, 1);
    disk.faults.add({ effect: 'disk-full', on: 'write', at: 1 });
    expect(() => append(writer, 2, 'x'.repeat(5000))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    append(writer, 2, 'second try');
    expect(read(wal).texts).toEqual(['transaction 1', 'second try']);
  });

  test('a failed append is not replayed after a crash, though all of its frame was written', () => {
    const disk = new LyingDisk(1);
    const { wal } = disk.open();
    const writer = new WalWriter(wal, POSITION, START, 64 * 1024);
    append(writer, 1);
    writer.flush();
    // The frame does not fit into what the log has grown by; with its own new room it does not fit on the disk.
    disk.capacityBytes = 100_000;
    expect(() => append(writer, 2, 'x'.repeat(65_500))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    expect(disk.damages(20).length).toBeGreaterThan(0);
    for (const damage of disk.damages(20)) {
      expect(read(disk.crash(damage).open().wal).texts).toEqual(['transaction 1']);
    }
  });

  test('when a failed append cannot be taken back, the log says that it is beyond use', () => {
    const disk = new LyingDisk(1);
    const { wal } = disk.open();
    const writer = new WalWriter(wal, POSITION, START);
    disk.faults.add({ effect: 'dead', on: 'write', at: 1 });
    expect(() => append(writer, 1)).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
  });
});

/** The log as it was when it ended at `endBytes`. */
function readFirst(file: StorageFile, endBytes: number): { endBytes: number; lastCrc: number } {
  const copy = openMemoryStorage().wal;
  const bytes = new Uint8Array(endBytes);
  file.read(bytes, 0);
  copy.write(bytes, 0);
  return read(copy).end;
}
