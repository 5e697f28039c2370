import type { Storage, StorageFile } from '../../src/storage/storage.ts';
import { type ContractCheck, expectBytes, expectEqual, expectError } from './check.ts';

/** How a suite opens one implementation. `open` gives the same database each time; every check gets a fresh subject. */
export interface StorageSubject {
  open(): Promise<Storage>;
}

function pattern(length: number, start = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (start + i * 31 + (i >>> 8) * 7) & 0xff;
  return bytes;
}

function readAll(file: StorageFile): Uint8Array {
  const bytes = new Uint8Array(file.size());
  expectEqual(file.read(bytes, 0), bytes.length, `${file.name}: bytes read of the whole file`);
  return bytes;
}

async function withStorage(subject: StorageSubject, body: (storage: Storage) => void | Promise<void>): Promise<void> {
  const storage = await subject.open();
  try {
    await body(storage);
  } finally {
    storage.close();
  }
}

function check(name: string, body: (file: StorageFile, storage: Storage) => void | Promise<void>) {
  return { name, run: (subject: StorageSubject) => withStorage(subject, (storage) => body(storage.main, storage)) };
}

const readingAndWriting: readonly ContractCheck<StorageSubject>[] = [
  check('a new database has two empty, writable files with different names', (main, storage) => {
    expectEqual(main.size(), 0, 'size of the main file');
    expectEqual(storage.wal.size(), 0, 'size of the log');
    expectEqual(storage.readOnly, false, 'readOnly');
    expectEqual(main.name !== storage.wal.name, true, 'names differ');
  }),
  check('what is written is read', (file) => {
    file.write(pattern(1000), 0);
    expectEqual(file.size(), 1000, 'size');
    expectBytes(readAll(file), pattern(1000), 'content');
  }),
  check('the two files are separate', (main, storage) => {
    main.write(pattern(10, 1), 0);
    storage.wal.write(pattern(20, 2), 0);
    expectBytes(readAll(main), pattern(10, 1), 'main');
    expectBytes(readAll(storage.wal), pattern(20, 2), 'log');
  }),
  check('a read is short only at the end of the file, and leaves the rest of the buffer alone', (file) => {
    file.write(pattern(100), 0);
    const into = new Uint8Array(50).fill(0xee);
    expectEqual(file.read(into, 70), 30, 'bytes read across the end');
    expectBytes(into.subarray(0, 30), pattern(100).subarray(70), 'bytes before the end');
    expectBytes(into.subarray(30), new Uint8Array(20).fill(0xee), 'bytes after the end');
    expectEqual(file.read(into, 100), 0, 'bytes read at the end');
    expectEqual(file.read(into, 5000), 0, 'bytes read beyond the end');
  }),
  check('an overwrite changes its own bytes only', (file) => {
    file.write(pattern(3000), 0);
    file.write(new Uint8Array(7).fill(0xaa), 1021);
    const expected = pattern(3000);
    expected.fill(0xaa, 1021, 1028);
    expectBytes(readAll(file), expected, 'content');
  }),
  check('a write beyond the end fills the gap with zeros', (file) => {
    file.write(pattern(10), 0);
    file.write(pattern(10), 70_000);
    expectEqual(file.size(), 70_010, 'size');
    const expected = new Uint8Array(70_010);
    expected.set(pattern(10), 0);
    expected.set(pattern(10), 70_000);
    expectBytes(readAll(file), expected, 'content');
  }),
  check('a buffer belongs to the caller again when write returns, and a view is written as a view', (file) => {
    const buffer = pattern(300);
    file.write(buffer.subarray(100, 200), 0);
    buffer.fill(0);
    expectBytes(readAll(file), pattern(300).subarray(100, 200), 'content');
  }),
  check('reading into a view fills that view', (file) => {
    file.write(pattern(64), 0);
    const buffer = new Uint8Array(100);
    expectEqual(file.read(buffer.subarray(30, 60), 8), 30, 'bytes read');
    expectBytes(buffer.subarray(30, 60), pattern(64).subarray(8, 38), 'the view');
    expectEqual(
      buffer.subarray(60).every((byte) => byte === 0),
      true,
      'nothing after the view',
    );
  }),
  check('empty reads and writes do nothing', (file) => {
    file.write(new Uint8Array(0), 0);
    expectEqual(file.size(), 0, 'size after an empty write');
    expectEqual(file.read(new Uint8Array(0), 0), 0, 'bytes of an empty read');
  }),
  check('large writes are whole', (file) => {
    const large = pattern(3_000_001);
    file.write(large, 4096);
    const into = new Uint8Array(large.length);
    expectEqual(file.read(into, 4096), large.length, 'bytes read');
    expectBytes(into, large, 'content');
  }),
  check('many appends keep their order', (file) => {
    for (let i = 0; i < 200; i++) file.write(pattern(37, i), i * 37);
    for (let i = 0; i < 200; i++) {
      const into = new Uint8Array(37);
      file.read(into, i * 37);
      expectBytes(into, pattern(37, i), `append ${i}`);
    }
  }),
];

const truncating: readonly ContractCheck<StorageSubject>[] = [
  check('truncate cuts', (file) => {
    file.write(pattern(1000), 0);
    file.truncate(300);
    expectEqual(file.size(), 300, 'size');
    expectBytes(readAll(file), pattern(1000).subarray(0, 300), 'content');
  }),
  check('truncate grows with zeros', (file) => {
    file.write(pattern(10), 0);
    file.truncate(100_000);
    const expected = new Uint8Array(100_000);
    expected.set(pattern(10));
    expectBytes(readAll(file), expected, 'content');
  }),
  check('bytes that were cut off do not come back', (file) => {
    file.write(pattern(100_000, 1), 0);
    file.truncate(10);
    file.truncate(100_000);
    const expected = new Uint8Array(100_000);
    expected.set(pattern(10, 1));
    expectBytes(readAll(file), expected, 'after truncate');
    file.truncate(10);
    file.write(pattern(1, 5), 90_000);
    expectEqual(
      readAll(file)
        .subarray(10, 90_000)
        .every((byte) => byte === 0),
      true,
      'zeros after a write beyond the cut',
    );
  }),
  check('truncate to nothing, then write anew', (file) => {
    file.write(pattern(500), 0);
    file.flush();
    file.truncate(0);
    expectEqual(file.size(), 0, 'size');
    file.write(pattern(20, 9), 0);
    file.flush();
    expectBytes(readAll(file), pattern(20, 9), 'content');
  }),
];

const lifeCycle: readonly ContractCheck<StorageSubject>[] = [
  check('flush may be called at any time, and often', (file) => {
    file.flush();
    file.write(pattern(10), 0);
    file.flush();
    file.flush();
    expectBytes(readAll(file), pattern(10), 'content');
  }),
  {
    name: 'flushed bytes are there after reopening, in both files',
    async run(subject) {
      await withStorage(subject, (storage) => {
        storage.main.write(pattern(9000, 3), 0);
        storage.wal.write(pattern(700, 4), 100);
        storage.main.flush();
        storage.wal.flush();
      });
      await withStorage(subject, (storage) => {
        expectBytes(readAll(storage.main), pattern(9000, 3), 'main');
        expectEqual(storage.wal.size(), 800, 'size of the log');
        expectBytes(readAll(storage.wal).subarray(100), pattern(700, 4), 'log');
      });
    },
  },
  {
    name: 'an open database is locked for a second owner, and free after close',
    async run(subject) {
      await withStorage(subject, (storage) =>
        expectError(['LOCKED'], 'second open', async () => (await subject.open()).close()).then(() => {
          storage.main.write(pattern(3), 0);
        }),
      );
      await withStorage(subject, (storage) => expectEqual(storage.main.size(), 3, 'size after reopening'));
    },
  },
  {
    name: 'close is idempotent, and a closed file fails with IO',
    async run(subject) {
      const storage = await subject.open();
      storage.main.write(pattern(10), 0);
      storage.close();
      storage.close();
      storage.main.close();
      await expectError(['IO'], 'read', () => storage.main.read(new Uint8Array(1), 0));
      await expectError(['IO'], 'write', () => storage.main.write(new Uint8Array(1), 0));
      await expectError(['IO'], 'size', () => storage.wal.size());
      await expectError(['IO'], 'truncate', () => storage.wal.truncate(0));
      await expectError(['IO'], 'flush', () => storage.wal.flush());
    },
  },
  check('an offset that is none is a bug, reported before the file is touched', async (file) => {
    file.write(pattern(10), 0);
    for (const offset of [-1, 0.5, Number.NaN, 2 ** 53]) {
      await expectError(['INTERNAL'], `read at ${offset}`, () => file.read(new Uint8Array(1), offset));
      await expectError(['INTERNAL'], `write at ${offset}`, () => file.write(new Uint8Array(1), offset));
      await expectError(['INTERNAL'], `truncate to ${offset}`, () => file.truncate(offset));
    }
    expectBytes(readAll(file), pattern(10), 'content');
  }),
];

/** What every Storage promises, whatever host it stands on. */
export const storageContract: readonly ContractCheck<StorageSubject>[] = [
  ...readingAndWriting,
  ...truncating,
  ...lifeCycle,
];
