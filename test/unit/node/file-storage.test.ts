import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storageError } from '../../../src/node/errno.ts';
import { openFileStorage } from '../../../src/node/file-storage.ts';
import { storageContract } from '../../contract/storage-contract.ts';
import { bundleForNode, LineChild, temporaryDirectory } from '../../support/node-child.ts';

const directory = temporaryDirectory();
let count = 0;
afterAll(() => directory.remove());

function freshPath(): string {
  return join(directory.path, `db-${count++}`);
}

function withCode(code: string, message = '') {
  return expect.objectContaining({ code, message: expect.stringContaining(message) });
}

describe('Node files keep the storage contract', () => {
  for (const check of storageContract) {
    test(check.name, async () => {
      const path = freshPath();
      await check.run({ open: async () => openFileStorage(path) });
    });
  }
});

describe('opening', () => {
  test('creates two files, and leaves nothing else behind', () => {
    const path = freshPath();
    const before = readdirSync(directory.path);
    const storage = openFileStorage(path);
    storage.main.write(new Uint8Array([1, 2, 3]), 0);
    storage.close();
    const name = path.slice(directory.path.length + 1);
    expect(readdirSync(directory.path).filter((file) => !before.includes(file))).toEqual([name, `${name}-wal`]);
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  });

  test('a missing file is named, and not created', () => {
    const path = freshPath();
    expect(() => openFileStorage(path, { create: false })).toThrow(withCode('FILE_NOT_FOUND', path));
    expect(() => openFileStorage(path, { readOnly: true })).toThrow(withCode('FILE_NOT_FOUND', path));
    expect(() => openFileStorage(join(path, 'x'))).toThrow(withCode('FILE_NOT_FOUND', path));
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}-lock`)).toBe(false);
  });

  test('a directory, a device and a dangling link are no databases', () => {
    const path = freshPath();
    mkdirSync(path);
    expect(() => openFileStorage(path)).toThrow(withCode('IO', 'directory'));
    expect(existsSync(`${path}-lock`)).toBe(false);
    writeFileSync(`${path}-file`, '');
    expect(() => openFileStorage(join(`${path}-file`, 'x'))).toThrow(withCode('IO', 'not a directory'));
    symlinkSync(`${path}-nowhere`, `${path}-link`);
    expect(() => openFileStorage(`${path}-link`)).toThrow(withCode('FILE_NOT_FOUND', 'symbolic link'));
  });

  test('a failure after the lock gives the lock back', () => {
    const path = freshPath();
    mkdirSync(`${path}-wal`);
    expect(() => openFileStorage(path)).toThrow(withCode('IO', `${path}-wal`));
    expect(existsSync(`${path}-lock`)).toBe(false);
  });
});

describe('read-only', () => {
  test('reads, refuses to change, shares with readers and excludes writers', () => {
    const path = freshPath();
    const writer = openFileStorage(path);
    writer.main.write(new Uint8Array([7]), 0);
    expect(() => openFileStorage(path, { readOnly: true })).toThrow(withCode('LOCKED', path));
    writer.close();
    const first = openFileStorage(path, { readOnly: true });
    const second = openFileStorage(path, { readOnly: true });
    expect(() => openFileStorage(path)).toThrow(withCode('LOCKED', 'for reading'));
    expect(first.main.read(new Uint8Array(5), 0)).toBe(1);
    expect(() => first.main.write(new Uint8Array(1), 0)).toThrow(withCode('IO', path));
    expect(() => second.wal.truncate(0)).toThrow(withCode('IO', path));
    first.close();
    second.close();
    openFileStorage(path).close();
  });

  test('a database that was copied without its log reads as one with an empty log', () => {
    const path = freshPath();
    writeFileSync(path, 'x');
    const storage = openFileStorage(path, { readOnly: true });
    expect(storage.main.size()).toBe(1);
    expect(storage.wal.size()).toBe(0);
    expect(() => storage.wal.write(new Uint8Array(1), 0)).toThrow(withCode('IO'));
    storage.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('the lock', () => {
  let child = '';
  beforeAll(async () => {
    child = await bundleForNode(join(import.meta.dirname, 'lock-child.ts'), join(directory.path, 'bundle'));
  }, 30_000);

  test('two names of one file meet in one lock', () => {
    const path = freshPath();
    openFileStorage(path).close();
    symlinkSync(path, `${path}-alias`);
    const storage = openFileStorage(`${path}-alias`);
    expect(() => openFileStorage(path)).toThrow(withCode('LOCKED', 'this process'));
    storage.close();
  });

  test('holds between processes until close', async () => {
    const path = freshPath();
    const holder = new LineChild(child, ['hold', path]);
    expect(await holder.line()).toBe('open');
    expect(() => openFileStorage(path)).toThrow(withCode('LOCKED', `process ${holder.process.pid}`));
    holder.send('go');
    expect(await holder.line()).toBe('closed');
    await holder.ended;
    openFileStorage(path).close();
  });

  test('readers of two processes share', async () => {
    const path = freshPath();
    openFileStorage(path).close();
    const holder = new LineChild(child, ['hold', path, 'readOnly']);
    expect(await holder.line()).toBe('open');
    openFileStorage(path, { readOnly: true }).close();
    expect(() => openFileStorage(path)).toThrow(withCode('LOCKED', 'for reading'));
    await holder.kill();
    openFileStorage(path).close();
  });

  test('goes with its process when that is killed', async () => {
    const path = freshPath();
    const holder = new LineChild(child, ['hold', path]);
    expect(await holder.line()).toBe('open');
    expect(readdirSync(`${path}-lock`).length).toBe(1);
    await holder.kill();
    const storage = openFileStorage(path);
    expect(readdirSync(`${path}-lock`).length).toBe(1);
    storage.close();
    expect(existsSync(`${path}-lock`)).toBe(false);
  });

  test('of processes that open, close and die at the same time, only one has it at a time', async () => {
    const path = freshPath();
    const children = Array.from({ length: 4 }, () => new LineChild(child, ['contend', path, '25']));
    const said = await Promise.all(children.map((each) => each.line()));
    await Promise.all(children.map((each) => each.ended));
    expect(said.map((line) => line?.split(' ')[0])).toEqual(Array(4).fill('opened'));
    expect(said.reduce((sum, line) => sum + Number(line?.split(' ')[1]), 0)).toBeGreaterThan(0);
    openFileStorage(path).close();
    expect(existsSync(`${path}-lock`)).toBe(false);
  }, 30_000);

  test('claims that cannot be judged count as alive, claims of an earlier boot do not, other files are no obstacle', () => {
    const path = freshPath();
    const storage = openFileStorage(path);
    const [own] = readdirSync(`${path}-lock`);
    storage.close();
    const [kind, , started, namespace, boot, host, once] = own.split('.');
    const plant = (fields: readonly string[]) => {
      mkdirSync(`${path}-lock`, { recursive: true });
      writeFileSync(join(`${path}-lock`, fields.join('.')), '');
    };
    plant([kind, '1', '1', namespace, '0'.repeat(32), host, once]);
    plant([kind, String(process.pid), `${started}1`, namespace, boot, host, once]);
    openFileStorage(path).close();
    expect(existsSync(`${path}-lock`)).toBe(false);
    plant([kind, '1', '1', namespace, '0'.repeat(32), 'f'.repeat(16), once]);
    expect(() => openFileStorage(path)).toThrow(withCode('LOCKED', 'another machine'));
    expect(() => openFileStorage(path)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(`${path}-lock`) }),
    );
  });
});

describe('errors of the file system', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['ENOENT', 'FILE_NOT_FOUND'],
    ['EACCES', 'IO'],
    ['EROFS', 'IO'],
    ['EISDIR', 'IO'],
    ['EIO', 'IO'],
    ['EWHATEVER', 'IO'],
  ])('%s becomes %s and names the path', (code, expected) => {
    const error = storageError(Object.assign(new Error('x'), { code }), '/some/path', 'write to');
    expect(error).toEqual(withCode(expected, '/some/path: cannot write to the file: '));
    expect(error.cause).toBeInstanceOf(Error);
  });
});
