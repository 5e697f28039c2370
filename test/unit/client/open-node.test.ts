import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { open, openSync } from '../../../src/node.ts';
import { temporaryDirectory } from '../../support/node-child.ts';
import { failing } from './support.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let path: string;

beforeEach(() => {
  folder = temporaryDirectory();
  path = join(folder.path, 'sensors.db');
});
afterEach(() => folder.remove());

test('a file outlives its process; both APIs read it', async () => {
  const db = await open(path, { synchronous: 'normal', memoryLimitMb: 8, pageSize: 512 });
  expect(db.storage).toEqual({ kind: 'file', persisted: true, role: 'leader' });
  await db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, v TIMESTAMP)');
  await db.transaction(async (tx) => {
    await tx.insert('t', { v: [new Date(0), null] });
  });
  await db.close();
  const sync = openSync(path);
  expect(sync.query('SELECT * FROM t').rows).toEqual([
    { id: 1, v: new Date(0) },
    { id: 2, v: null },
  ]);
  sync.close();
  expect(readdirSync(folder.path).filter((name) => name.includes('lock'))).toEqual([]);
});

test('one owner at a time; readers share, and write nothing', async () => {
  const owner = await open(path);
  await owner.exec('CREATE TABLE t(v); INSERT INTO t VALUES (1)');
  await expect(open(path)).rejects.toEqual(failing('LOCKED'));
  await owner.close();
  const [first, second] = [await open(path, { readOnly: true }), openSync(path, { readOnly: true })];
  expect((await first.query('SELECT * FROM t')).rows).toEqual(second.query('SELECT * FROM t').rows);
  await expect(first.exec('DELETE FROM t')).rejects.toEqual(failing('TRANSACTION_READ_ONLY'));
  await expect(first.insert('t', [{ v: 2 }])).rejects.toEqual(failing('TRANSACTION_READ_ONLY'));
  expect(() => second.exec('DELETE FROM t')).toThrow(failing('TRANSACTION_READ_ONLY'));
  await first.close();
  second.close();
});

test('what is not there, and what is no database', async () => {
  await expect(open(path, { create: false })).rejects.toEqual(failing('FILE_NOT_FOUND'));
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'a shopping list, long enough to be looked at '.repeat(500));
  await expect(open(path)).rejects.toEqual(failing('NOT_A_DATABASE'));
  expect(() => openSync(path)).toThrow(failing('NOT_A_DATABASE'));
  await expect(open(7 as never)).rejects.toEqual(failing('MISUSE'));
});

test('parallel writers and readers of one file', async () => {
  const db = await open(path);
  await db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, worker INTEGER)');
  const work = async (worker: number): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      await db.query('INSERT INTO t(worker) VALUES (?)', [worker]);
      const { rows } = await db.query('SELECT count(*) AS n FROM t WHERE worker = ?', [worker]);
      expect(rows).toEqual([{ n: i + 1 }]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
  expect((await db.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 160 }]);
  await db.close();
});

test('an option that is misspelt is not taken for none', () => {
  const misspelt = { syncronous: 'off' } as object;
  expect(() => openSync(':memory:', misspelt)).toThrow('unknown option "syncronous"; did you mean "synchronous"?');
  expect(() => openSync(':memory:', { decimals: 'exact' } as object)).toThrow(failing('MISUSE'));
});

test('nor is an option of a call', () => {
  const db = openSync(':memory:');
  expect(() => db.query('SELECT 1', [], { rowmode: 'array' } as object)).toThrow('did you mean "rowMode"?');
  expect(() => db.transaction(() => 1, { readonly: true } as object)).toThrow('did you mean "readOnly"?');
  expect(() => db.query('SELECT 1', [], { timeoutMs: 5 } as object)).toThrow('a synchronous call runs to its end');
  expect(() => db.prepare('SELECT 1').all([], { timeoutMs: 5 } as object)).toThrow(failing('MISUSE'));
  db.close();
});

test('a parameter is named with its sigil or without', () => {
  const db = openSync(':memory:');
  const { rows } = db.query('SELECT :a AS a, @b AS b, $c AS c', { ':a': 1, '@b': 2, c: 3 });
  expect(rows).toEqual([{ a: 1, b: 2, c: 3 }]);
  expect(() => db.query('SELECT :a', { ':b': 1 })).toThrow(failing('PARAMETER_COUNT'));
  db.close();
});

test('what becomes of the history is kept in the file', async () => {
  const settings = async (db: Awaited<ReturnType<typeof open>>): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const name of [
      'time_travel_enabled',
      'min_retention_seconds',
      'max_retained_transactions',
      'max_snapshots',
      'auto_gc_enabled',
    ])
      found.push(...Object.values((await db.query(`PRAGMA ${name}`)).rows[0]));
    return found;
  };
  const options = { timeTravelEnabled: false, minRetentionSeconds: 60, maxRetainedTransactions: 5, maxSnapshots: 2 };
  const first = await open(path, { ...options, autoGcEnabled: false });
  expect(await settings(first)).toEqual([0, 60, 5, 2, 0]);
  await first.close();
  const second = await open(path, { minRetentionSeconds: 60 });
  const [{ n }] = await second.sql`SELECT helios_txn() AS n`;
  expect([n, await settings(second)]).toEqual([5, [0, 60, 5, 2, 0]]);
  await second.close();
  const third = openSync(path, { autoGcEnabled: true, timeTravelEnabled: true });
  expect(third.query('PRAGMA auto_gc_enabled').rows).toEqual([{ auto_gc_enabled: 1 }]);
  third.close();
});

test.each([
  [{ timeTravelEnabled: 1 }, 'true or false'],
  [{ minRetentionSeconds: -1 }, 'a whole number'],
  [{ maxSnapshots: 1.5 }, 'a whole number'],
  [{ autoGcEnabled: true, readOnly: true }, 'does not go with readOnly'],
  [{ maxSnapshot: 1 }, 'did you mean "maxSnapshots"'],
])('an option that cannot be meant: %j', async (options, message) => {
  await expect(open(path, options as never)).rejects.toMatchObject({
    code: 'MISUSE',
    message: expect.stringContaining(message),
  });
});

test('a setting beyond its range closes what was opened', async () => {
  await expect(open(path, { maxSnapshots: 1_000_000 })).rejects.toEqual(failing('INVALID_VALUE'));
  expect(() => openSync(path, { maxSnapshots: 1_000_000 })).toThrow(failing('INVALID_VALUE'));
  await (await open(path)).close();
});
