import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32c } from '../../../src/base/crc32c.ts';
import { CRC_AT, FORMAT_VERSION, VERSION_AT } from '../../../src/engine/manifest/superblock-format.ts';
import { open, openSync } from '../../../src/node.ts';
import { bundleForNode, LineChild, temporaryDirectory } from '../../support/node-child.ts';
import { expectFailure, failure, readable } from './failure.ts';

const directory = temporaryDirectory();
let count = 0;
let child: string;
beforeAll(async () => {
  child = await bundleForNode(join(import.meta.dirname, '../node/lock-child.ts'), join(directory.path, 'child'));
});
afterAll(() => directory.remove());

function freshPath(): string {
  return join(directory.path, `db-${count++}`);
}

/** A database with one row, closed. */
function freshDatabase(): string {
  const path = freshPath();
  const db = openSync(path);
  db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)');
  db.close();
  return path;
}

/** Everything beside the file, with its bytes. */
function contents(path: string): Record<string, string> {
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dirname(path), name), 'latin1')]));
}

describe('files that are no databases', () => {
  const FILES: Readonly<Record<string, string>> = {
    'a letter': 'Dear grandmother, '.repeat(1000),
    'two bytes': 'hi',
    'an SQLite database': `SQLite format 3\0${'\0'.repeat(4080)}`,
    zeros: '\0'.repeat(8192),
  };
  for (const [what, text] of Object.entries(FILES)) {
    test(`${what} stays as it is`, async () => {
      const path = freshPath();
      writeFileSync(path, text, 'latin1');
      const before = contents(path);
      for (const options of [{}, { readOnly: true }, { create: false }]) {
        const error = failure(() => openSync(path, options));
        expect(error.code).toBe('NOT_A_DATABASE');
        expect(error.message).toContain(path);
        await expect(open(path, options)).rejects.toMatchObject({ code: 'NOT_A_DATABASE' });
      }
      expect(contents(path)).toEqual(before);
      writeFileSync(path, '');
      openSync(path).close();
    });
  }

  test('a newer format is named, and the file left alone', () => {
    const path = freshDatabase();
    const bytes = readFileSync(path);
    for (const at of [0, 4096]) {
      const record = bytes.subarray(at, at + CRC_AT + 4);
      record.writeUInt32LE(FORMAT_VERSION + 6, VERSION_AT);
      record.writeUInt32LE(crc32c(record, 0, 0, CRC_AT), CRC_AT);
    }
    writeFileSync(path, bytes);
    for (const options of [{}, { readOnly: true }]) {
      const error = failure(() => openSync(path, options));
      expect(error.code).toBe('FORMAT_TOO_NEW');
      expect(error.message).toContain(`${path} has format version ${FORMAT_VERSION + 6}`);
    }
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});

describe('paths', () => {
  test('that lead nowhere', () => {
    const path = freshPath();
    const CASES: [path: string, options: object, code: string, fragment: string][] = [
      [path, { create: false }, 'FILE_NOT_FOUND', path],
      [path, { readOnly: true }, 'FILE_NOT_FOUND', path],
      [join(path, 'deep', 'x.db'), {}, 'FILE_NOT_FOUND', path],
      [directory.path, {}, 'IO', 'it is a directory'],
      ['/dev/null', {}, 'IO', 'not a regular file'],
    ];
    for (const [each, options, code, fragment] of CASES) {
      const error = failure(() => openSync(each, options));
      expect([each, error.code]).toEqual([each, code]);
      expect(error.message).toContain(fragment);
    }
    expect(existsSync(path)).toBe(false);
    symlinkSync(`${path}-gone`, path);
    expect(failure(() => openSync(path)).message).toContain('symbolic link');
    expect(failure(() => openSync('a\0b')).code).toBe('IO');
    for (const none of ['', 5, undefined, null, {}] as string[]) {
      expect(failure(() => openSync(none)).code).toBe('MISUSE');
    }
  });

  test('a file that may only be read', (context) => {
    const path = freshDatabase();
    chmodSync(path, 0o444);
    // Root writes to any file.
    if (process.getuid?.() === 0) return context.skip();
    const error = failure(() => openSync(path));
    expect(error.code).toBe('IO');
    expect(error.message).toContain('permission denied');
    openSync(path, { readOnly: true }).close();
  });

  test('a log that is a directory', () => {
    const path = freshPath();
    mkdirSync(`${path}-wal`);
    expect(failure(() => openSync(path)).code).toBe('IO');
    expect(existsSync(`${path}-lock`)).toBe(false);
  });
});

test('options that cannot be meant', () => {
  const WRONG: [options: object, fragment: string][] = [
    [{ synchronous: 'maybe' }, "synchronous is maybe; it takes 'full', 'normal', 'off'"],
    [{ integers: 'text' }, 'integers'],
    [{ timestamps: 5 }, 'timestamps'],
    [{ pageSize: 1000 }, 'a power of two'],
    [{ pageSize: 256 }, '512 to 65536'],
    [{ memoryLimitMb: 0 }, 'memoryLimitMb is 0'],
    [{ memoryLimitMb: Number.NaN }, 'memoryLimitMb is NaN'],
    [{ maxDbSizeMb: 0.5 }, 'maxDbSizeMb is 0.5'],
    [{ maxDbSizeMb: Number.POSITIVE_INFINITY }, 'maxDbSizeMb is Infinity'],
    [{ walCheckpointIntervalKb: 63 }, 'walCheckpointIntervalKb is 63'],
    [{ writerTimeoutMs: -1 }, 'milliseconds'],
    [null as never, 'must be an object'],
  ];
  for (const [options, fragment] of WRONG) {
    const error = failure(() => openSync(':memory:', options));
    expect(error.code).toBe('MISUSE');
    expect(error.message).toContain(fragment);
  }
});

describe('read only', () => {
  test('refuses every kind of write, and goes on reading', () => {
    const path = freshDatabase();
    const before = contents(path);
    const db = openSync(path, { readOnly: true });
    const writes = [
      () => db.exec('INSERT INTO t VALUES (2)'),
      () => db.exec('UPDATE t SET a = 2'),
      () => db.exec('DELETE FROM t'),
      () => db.exec('CREATE TABLE u (a)'),
      () => db.exec('DROP TABLE t'),
      () => db.exec('CREATE INDEX i ON t (a)'),
      () => db.insert('t', [{ a: 2 }]),
      () => db.insert('t', { a: [2] }),
      () => db.prepare('INSERT INTO t VALUES (?)').run([2]),
      () => db.transaction((tx) => tx.exec('INSERT INTO t VALUES (2)')),
    ];
    for (const write of writes) expectFailure(db, write, 'TRANSACTION_READ_ONLY', 'read');
    expect(db.query('SELECT a FROM t').rows).toEqual([{ a: 1 }]);
    expect(db.transaction((tx) => tx.query('SELECT a FROM t').rows, { readOnly: true })).toEqual([{ a: 1 }]);
    expect(db.check().ok).toBe(true);
    db.close();
    expect(contents(path)).toEqual(before);
    expect(failure(() => openSync(':memory:', { readOnly: true })).code).toBe('MISUSE');
  });

  test('a transaction that only reads', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t (a)');
    const write = () => db.transaction((tx) => tx.exec('INSERT INTO t VALUES (1)'), { readOnly: true });
    expectFailure(db, write, 'TRANSACTION_READ_ONLY', 'read only');
    expectFailure(db, () => db.exec('BEGIN READ ONLY; INSERT INTO t VALUES (1)'), 'TRANSACTION_READ_ONLY');
    db.exec('ROLLBACK; INSERT INTO t VALUES (1)');
    db.close();
  });
});

describe('a database that somebody has open', () => {
  test('in this process', async () => {
    const path = freshDatabase();
    const db = openSync(path);
    for (const options of [{}, { readOnly: true }]) {
      const error = expectFailure(db, () => openSync(path, options), 'LOCKED', 'this process has it open');
      expect(error.message).toContain(path);
    }
    await expect(open(path)).rejects.toMatchObject({ code: 'LOCKED' });
    db.close();
    const readers = [openSync(path, { readOnly: true }), openSync(path, { readOnly: true })];
    expect(failure(() => openSync(path)).message).toContain('open for reading');
    for (const reader of readers) reader.close();
    openSync(path).close();
  });

  test('in another process', async () => {
    const path = freshDatabase();
    const other = new LineChild(child, ['hold', path]);
    expect(await other.line()).toBe('open');
    const error = failure(() => openSync(path));
    expect(error.code).toBe('LOCKED');
    expect(error.message).toContain(`process ${other.process.pid} has it open`);
    other.send('close');
    expect(await other.line()).toBe('closed');
    await other.ended;
    const db = openSync(path);
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 1 }]);
    db.close();
  });
});

test('messages, read as a user', () => {
  const path = freshPath();
  writeFileSync(path, 'Dear grandmother');
  const messages = [
    () => openSync(path),
    () => openSync(directory.path),
    () => openSync(join(directory.path, 'missing', 'x.db')),
    () => openSync(join(directory.path, 'missing.db'), { readOnly: true }),
    () => openSync(':memory:', { synchronous: 'maybe' as never }),
  ].map((action) => readable(failure(action)).replaceAll(directory.path, '/data'));
  expect(`\n${messages.join('\n\n')}\n`.replace(/db-\d+/g, 'letter.db')).toMatchInlineSnapshot(`
    "
    NOT_A_DATABASE /data/letter.db is not a HeliosDB Nano database, and has not been changed
    hint: Give another name. If it was a database whose beginning is lost, heliosdb repair looks for the rest.

    IO /data: cannot open the file: it is a directory; name a file

    FILE_NOT_FOUND /data/missing/x.db: cannot open the file: there is no such file, or its directory does not exist

    FILE_NOT_FOUND /data/missing.db: there is no such file; check the path

    MISUSE option synchronous is maybe; it takes 'full', 'normal', 'off'
    "
  `);
});
