import type * as Helios from 'heliosdb-nano';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LibraryBrowser } from './support/library-page.ts';

declare global {
  interface Window {
    helios: typeof Helios;
    db: Helios.Database;
    pending: Promise<unknown>;
  }
}

let browser: LibraryBrowser;
let page: Page;
let databaseCount = 0;
let name = '';

beforeAll(async () => {
  browser = await LibraryBrowser.launch();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  await browser.closePages();
  name = `database-${databaseCount++}`;
  page = await openPage();
});

const openPage = (): Promise<Page> => browser.openPage();

/** Opens the test's database as `window.db`; answers with its storage, or with the error. */
function openDatabase(on: Page, options: Helios.BrowserOpenOptions = {}): Promise<unknown> {
  return on.evaluate(
    async ([database, given]) => {
      try {
        window.db = await window.helios.open(database, given);
        return window.db.storage;
      } catch (error) {
        const { code, message } = error as Helios.HeliosError;
        return { code, message };
      }
    },
    [name, options] as const,
  );
}

const execute = (on: Page, sql: string): Promise<void> => on.evaluate((text) => window.db.exec(text), sql);
const rowsOf = (on: Page, sql: string): Promise<unknown[]> =>
  on.evaluate(async (text) => (await window.db.query(text)).rows, sql);

/** The fields of the error that a query ends with. */
const errorOf = (on: Page, sql: string): Promise<unknown> =>
  on.evaluate(async (text) => {
    try {
      await window.db.query(text);
      return 'no error';
    } catch (error) {
      const { code, sqlState, position, hint, message } = error as Helios.HeliosError;
      return { isOurs: window.helios.isHeliosError(error), code, sqlState, position, hint, message };
    }
  }, sql);

const LONG = 'SELECT count(*) AS n FROM big a, big b, big c';

/** A table whose triple join never ends. */
async function fillBig(on: Page): Promise<void> {
  await execute(on, 'CREATE TABLE big(x INTEGER)');
  await on.evaluate(() => window.db.insert('big', { x: Float64Array.from({ length: 5000 }, (_, i) => i) }));
}

describe('a database in the origin-private file system', () => {
  test('outlives the page and the browser', async () => {
    expect(await openDatabase(page)).toEqual({ kind: 'opfs', persisted: false, role: 'leader' });
    await execute(page, "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a')");
    await page.reload();
    await page.waitForFunction(() => window.helios !== undefined);
    await openDatabase(page);
    await execute(page, "INSERT INTO t(name) VALUES ('b')");
    await browser.restart();
    page = await openPage();
    await openDatabase(page, { storage: 'opfs', create: false });
    expect(await rowsOf(page, 'SELECT * FROM t')).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]);
    expect(await page.evaluate(() => window.db.check())).toMatchObject({ ok: true, rows: expect.any(Number) });
  });

  test('is exported, and imported under another name, by chunks and as a file', async () => {
    await openDatabase(page);
    await execute(page, 'CREATE TABLE photo(id INTEGER PRIMARY KEY, bytes BLOB)');
    await execute(page, 'INSERT INTO photo SELECT value, randomblob(20000) FROM generate_series(1, 100)');
    const copied = await page.evaluate(async (database) => {
      const sum = 'SELECT count(*) AS n, sum(unicode(hex(bytes))) AS sum, sum(length(bytes)) AS length FROM photo';
      const expected = (await window.db.query(sum)).rows;
      const file = await new Response(await window.db.export()).blob();
      const results: unknown[] = [];
      for (const [i, from] of [await window.db.export(), file].entries()) {
        const copy = await window.helios.open(`${database}-copy-${i}`, { from, storage: 'opfs' });
        results.push((await copy.query(sum)).rows, (await copy.check()).ok);
        await copy.close();
      }
      const codeOf = (error: unknown): string => (error as Helios.HeliosError).code;
      const over = await window.helios.open(`${database}-copy-0`, { from: file }).catch(codeOf);
      const broken = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new Uint8Array(300_000));
          controller.error(new Error('the line is dead'));
        },
      });
      const failed = await window.helios.open(`${database}-broken`, { from: broken }).catch(String);
      const retried = await window.helios.open(`${database}-broken`, { from: file });
      results.push((await retried.query(sum)).rows);
      await retried.close();
      return { expected, results, over, failed };
    }, name);
    const { expected, results, over, failed } = copied;
    expect(expected).toMatchObject([{ n: 100, length: 2_000_000 }]);
    expect(results).toEqual([expected, true, expected, true, expected]);
    expect([over, failed]).toEqual(['DATABASE_EXISTS', 'Error: the line is dead']);
  });

  test('is locked for a second tab until the first one closes', async () => {
    await openDatabase(page);
    const other = await openPage();
    expect(await openDatabase(other, { lockTimeoutMs: 100 })).toEqual({
      code: 'LOCKED',
      message: expect.stringContaining(`${name}: another tab`),
    });
    await page.close();
    expect(await openDatabase(other)).toMatchObject({ kind: 'opfs' });
    await other.evaluate(() => window.db.close());
    expect(await openDatabase(other)).toMatchObject({ kind: 'opfs' });
    await other.evaluate(() => window.db.close());
    await expect.poll(() => other.workers().length).toBe(0);
  });

  test('a full quota is QUOTA_EXCEEDED, and what was acknowledged is there afterwards', async () => {
    await openDatabase(page);
    await execute(page, "CREATE TABLE t(v TEXT); INSERT INTO t VALUES ('kept')");
    const devtools = await browser.context.newCDPSession(page);
    const { origin } = new URL(browser.server.url);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
    const code = await page.evaluate(async () => {
      try {
        for (let i = 0; i < 100; i++) await window.db.query('INSERT INTO t VALUES (?)', ['x'.repeat(500_000)]);
        return 'no error';
      } catch (error) {
        return (error as Helios.HeliosError).code;
      }
    });
    expect(code).toBe('QUOTA_EXCEEDED');
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    // A failed close may say so; the files are free in any case.
    await page.evaluate(() => window.db.close().catch(() => undefined));
    await openDatabase(page);
    expect(await rowsOf(page, "SELECT v FROM t WHERE v = 'kept'")).toEqual([{ v: 'kept' }]);
  });

  test('files that the browser removed are noticed', async () => {
    await openDatabase(page);
    await execute(page, 'CREATE TABLE t(v)');
    const devtools = await browser.context.newCDPSession(page);
    const { origin } = new URL(browser.server.url);
    await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await expect
      .poll(() => errorOf(page, 'SELECT * FROM t'), { timeout: 20_000 })
      .toMatchObject({
        code: 'STORAGE_EVICTED',
        isOurs: true,
      });
  });
});

describe('the worker', () => {
  test('that dies settles every call with WORKER_DIED', async () => {
    await openDatabase(page);
    await fillBig(page);
    await page.evaluate((sql) => {
      window.pending = Promise.allSettled([window.db.query(sql), window.db.transaction((tx) => tx.query(sql))]);
    }, LONG);
    await page.workers()[0].evaluate(() => self.close());
    const codes = await page.evaluate(async () => {
      const outcomes = (await window.pending) as PromiseSettledResult<unknown>[];
      return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'fulfilled'));
    });
    expect(codes).toEqual(['WORKER_DIED', 'WORKER_DIED']);
    expect(await errorOf(page, 'SELECT 1')).toMatchObject({ code: 'WORKER_DIED', isOurs: true });
    await page.evaluate(() => window.db.close());
    expect(await openDatabase(page)).toMatchObject({ kind: 'opfs' });
    expect(await rowsOf(page, 'SELECT count(*) AS n FROM big')).toEqual([{ n: 5000 }]);
  });

  test('whose script is not there is WORKER_DIED', async () => {
    expect(await openDatabase(page, { workerUrl: '/nowhere.js' })).toMatchObject({ code: 'WORKER_DIED' });
  });

  test('stops a running query when its signal fires, and serves others while it runs', async () => {
    await openDatabase(page, { storage: 'memory' });
    await fillBig(page);
    const seen = await page.evaluate(async (sql) => {
      const controller = new AbortController();
      const running = window.db.query(sql, [], { signal: controller.signal });
      const { rows } = await window.db.query('SELECT count(*) AS n FROM big');
      controller.abort('enough');
      try {
        await running;
        return 'no error';
      } catch (error) {
        return { rows, code: (error as Helios.HeliosError).code, cause: (error as Error).cause };
      }
    }, LONG);
    expect(seen).toEqual({ rows: [{ n: 5000 }], code: 'ABORTED', cause: 'enough' });
    const timedOut = page.evaluate((sql) => window.db.query(sql, [], { timeoutMs: 50 }).catch((e) => e.code), LONG);
    expect(await timedOut).toBe('TIMEOUT');
    expect(await page.evaluate(() => window.db.close())).toBeUndefined();
  });
});

describe('what crosses', () => {
  beforeEach(() => openDatabase(page, { storage: 'memory' }));

  test('values of every type, in and out', async () => {
    const seen = await page.evaluate(async () => {
      const { db } = window;
      await db.exec('CREATE TABLE v(i INTEGER, r REAL, t TEXT, b BLOB, f BOOLEAN, ts TIMESTAMP, d DATE, a)');
      const values = [2n ** 60n, 1.5, 'text', new Uint8Array([1, 2]), true, new Date(0), '2024-02-29', 'any'];
      await db.query('INSERT INTO v VALUES (?, ?, ?, ?, ?, ?, ?, ?)', values);
      await db.query('INSERT INTO v(i) VALUES (?)', [null]);
      const { rows } = await db.query('SELECT * FROM v');
      const [{ i, r, t, b, f, ts, d, a }, last] = rows;
      const nulls = Object.values(last).every((value) => value === null);
      const bytes = b instanceof Uint8Array ? [...b] : 'no bytes';
      const time = ts instanceof Date ? ts.getTime() : 'no Date';
      return [String(i), r, t, bytes, f, time, d, a, nulls, Object.getPrototypeOf(last) === null];
    });
    expect(seen).toEqual([String(2n ** 60n), 1.5, 'text', [1, 2], true, 0, '2024-02-29', 'any', true, true]);
  });

  test('many rows; typed arrays are transferred', async () => {
    const seen = await page.evaluate(async () => {
      const { db } = window;
      await db.exec('CREATE TABLE m(id INTEGER PRIMARY KEY, v REAL, name TEXT)');
      const v = Float64Array.from({ length: 150_000 }, (_, i) => i / 2);
      const part = new Float64Array(v.buffer.slice(0)).subarray(0, 150_000);
      const names = Array.from({ length: 150_000 }, (_, i) => `n${i % 7}`);
      await db.insert('m', { v, name: names });
      const { rows } = await db.query<{ id: number; v: number; name: string }>('SELECT * FROM m');
      const right = rows.every((row, i) => row.id === i + 1 && row.v === i / 2 && row.name === `n${i % 7}`);
      let streamed = 0;
      for await (const _row of db.iterate('SELECT * FROM m')) if (++streamed === 5000) break;
      return [rows.length, right, v.length, part.length, streamed];
    });
    expect(seen).toEqual([150_000, true, 0, 150_000, 5000]);
  });

  test('errors with all of their fields', async () => {
    expect(await errorOf(page, 'SELECT 1 FROM nowhere')).toMatchObject({
      isOurs: true,
      code: 'TABLE_NOT_FOUND',
      sqlState: '42P01',
      position: 14,
    });
    const code = await page.evaluate(() =>
      window.db.query('SELECT ?', [Symbol('s') as never]).catch((error: Helios.HeliosError) => error.code),
    );
    expect(code).toBe('PARAMETER_TYPE');
  });

  test('transactions and statements', async () => {
    const seen = await page.evaluate(async () => {
      const { db } = window;
      await db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)');
      await db.transaction(async (tx) => {
        await tx.sql`INSERT INTO t(v) VALUES (${'kept'})`;
        const insert = await tx.prepare('INSERT INTO t(v) VALUES (?) RETURNING id');
        await insert.get(['also']);
      });
      const failed = await db
        .transaction(async (tx) => {
          await tx.exec('DELETE FROM t');
          throw new Error('no');
        })
        .catch((error: Error) => error.message);
      const select = await db.prepare<{ v: string }>('SELECT v FROM t WHERE id = ?');
      const found = [await select.get([1]), await select.get([2]), (await select.get([3])) === undefined];
      await select.close();
      return [failed, ...found, await select.all([1]).catch((error: Helios.HeliosError) => error.code)];
    });
    expect(seen).toEqual(['no', { v: 'kept' }, { v: 'also' }, true, 'CLOSED']);
  });
});

describe('storage', () => {
  test('memory is gone with the page', async () => {
    expect(await openDatabase(page, { storage: 'memory' })).toEqual({
      kind: 'memory',
      persisted: false,
      role: 'leader',
    });
    await execute(page, 'CREATE TABLE t(v)');
    await page.evaluate(() => window.db.close());
    await openDatabase(page, { storage: 'memory' });
    expect(await errorOf(page, 'SELECT * FROM t')).toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });

  test('auto is memory where there is no OPFS, and says why', async () => {
    await page.route('**/worker.js', async (route) => {
      const response = await route.fetch();
      const body = `delete StorageManager.prototype.getDirectory;\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
    expect(await openDatabase(page)).toMatchObject({ kind: 'memory', reason: expect.stringContaining('getDirectory') });
    expect(await openDatabase(page, { storage: 'opfs' })).toMatchObject({ code: 'OPFS_UNAVAILABLE' });
  });

  test('what is not built, and what cannot be meant', async () => {
    expect(await openDatabase(page, { storage: 'indexeddb' })).toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(await openDatabase(page, { storage: 'floppy' as never })).toMatchObject({ code: 'MISUSE' });
    expect(await openDatabase(page, { storage: 'opfs', create: false })).toMatchObject({ code: 'FILE_NOT_FOUND' });
    name = 'a/b';
    expect(await openDatabase(page)).toMatchObject({ code: 'MISUSE' });
  });
});

describe('parts of the engine that are loaded on demand', () => {
  const FORMATTED = "SELECT printf('%05.1f', 2.25) AS text";

  test('come when a statement needs them, in scripts and transactions too', async () => {
    await openDatabase(page, { storage: 'memory' });
    await execute(page, "CREATE TABLE t(x TEXT); BEGIN; INSERT INTO t VALUES (printf('%d', 1)); COMMIT");
    expect(await rowsOf(page, 'SELECT x FROM t')).toEqual([{ x: '1' }]);
    expect(await rowsOf(page, FORMATTED)).toEqual([{ text: '002.3' }]);
  });

  test('are of no concern to a page that reads and fills one table', async () => {
    browser.server.refuse(
      /(bulk-insert|changes|dates|definitions|explain|maintenance|relational|seldom|types|windows)/,
    );
    try {
      await openDatabase(page, { storage: 'memory' });
      await execute(
        page,
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'y')",
      );
      expect(await rowsOf(page, 'SELECT b, count(*) AS n FROM t WHERE a > 1 GROUP BY b ORDER BY n LIMIT 5')).toEqual([
        { b: 'y', n: 2 },
      ]);
      expect(await errorOf(page, 'UPDATE t SET a = 4')).toMatchObject({ isOurs: true, code: 'PART_UNAVAILABLE' });
    } finally {
      browser.server.refuse(null);
    }
    await execute(page, "UPDATE t SET b = 'z'");
    expect(await rowsOf(page, 'SELECT DISTINCT b FROM t')).toEqual([{ b: 'z' }]);
  });

  test('that cannot be loaded are an error that says so, and the rest works', async () => {
    browser.server.refuse(/seldom/);
    try {
      await openDatabase(page, { storage: 'memory' });
      expect(await errorOf(page, FORMATTED)).toMatchObject({ isOurs: true, code: 'PART_UNAVAILABLE' });
      expect(await rowsOf(page, "SELECT upper('still here') AS text")).toEqual([{ text: 'STILL HERE' }]);
    } finally {
      browser.server.refuse(null);
    }
  });

  test('are there for pages that have gone offline since', async () => {
    // The file of functions, not that of rules: the others come before it.
    const isServed = (): boolean => browser.server.served.slice(before).some((path) => /\/seldom-(?!rules)/.test(path));
    const before = browser.server.served.length;
    await openDatabase(page, { storage: 'memory' });
    await expect.poll(isServed, { timeout: 20_000 }).toBe(true);
    browser.server.refuse(/./);
    try {
      expect(await rowsOf(page, FORMATTED)).toEqual([{ text: '002.3' }]);
    } finally {
      browser.server.refuse(null);
    }
  });
});

test('the past is read in the worker: asOf and AS OF', async () => {
  await openDatabase(page, { storage: 'memory', maxSnapshots: 1 });
  await execute(page, 'CREATE TABLE past(a INTEGER); INSERT INTO past VALUES (1)');
  const answers = await page.evaluate(async () => {
    const now = window.db.asOf({ timestamp: new Date() });
    const before = await now.sql`SELECT a FROM past`;
    await window.db.exec('UPDATE past SET a = 2; DROP TABLE past');
    const iterated: unknown[] = [];
    for await (const row of now.iterate('SELECT a FROM past')) iterated.push(row);
    await window.db.exec(
      "CREATE TABLE past(a); INSERT INTO past VALUES (3); CREATE SNAPSHOT s EXPIRES '1 day'; DELETE FROM past",
    );
    const named = await window.db.asOf({ snapshot: 's' }).sql`SELECT a FROM past`;
    const [{ changes }] = await window.db.sql`SELECT changes FROM helios.transactions WHERE txn = helios_txn()`;
    return [before, iterated, await window.db.sql`SELECT a FROM past AS OF TRANSACTION ${4}`, named, changes];
  });
  expect(answers).toEqual([[{ a: 1 }], [{ a: 1 }], [{ a: 2 }], [{ a: 3 }], 1]);
  expect(await errorOf(page, 'SELECT * FROM past AS OF SCN 99')).toMatchObject({ code: 'INVALID_VALUE' });
  expect(await errorOf(page, 'CREATE SNAPSHOT another')).toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test('the past comes back in the worker: versions, differences, FLASHBACK and UNDROP', async () => {
  await openDatabase(page, { storage: 'memory' });
  await execute(page, 'CREATE TABLE undone(id INTEGER PRIMARY KEY, a); INSERT INTO undone VALUES (1, 10), (2, 20)');
  const answers = await page.evaluate(async () => {
    const { db } = window;
    await db.exec('UPDATE undone SET a = 0 WHERE id = 1; DELETE FROM undone WHERE id = 2');
    const versions =
      await db.sql`SELECT a FROM undone VERSIONS BETWEEN MINVALUE AND MAXVALUE ORDER BY id, _created_txn`;
    const differences = await db.sql`SELECT key, operation FROM helios_diff('undone', ${2})`;
    const preview = await db.sql`FLASHBACK TABLE undone TO TRANSACTION ${2} PREVIEW`;
    await db.exec('FLASHBACK TABLE undone TO TRANSACTION 2; DROP TABLE undone; UNDROP TABLE undone AS back');
    const back = await db.sql`SELECT a FROM back`;
    await db.exec('FLASHBACK DATABASE TO TRANSACTION 4');
    const undone = await db.sql`SELECT a FROM undone`;
    return [versions, differences, back, undone].map((rows) => rows.flatMap(Object.values)).concat([preview.length]);
  });
  expect(answers).toEqual([[10, 0, 20, 20], [1, 'UPDATE', 2, 'DELETE'], [10, 20], [0], 2]);
});

describe('functions of the page', () => {
  test('are registered by a module that the worker imports', async () => {
    await openDatabase(page, { storage: 'memory' });
    await page.evaluate(() => window.db.loadFunctions('./functions.js'));
    expect(
      await rowsOf(page, "SELECT shout('a') AS a, (SELECT longest(letter || 'x') FROM letters('hm')) AS b"),
    ).toEqual([{ a: 'A!', b: 'hx' }]);
    await execute(page, "CREATE TABLE t(a TEXT CHECK (shout(a) <> 'NO!')); INSERT INTO t VALUES ('yes')");
    expect(await errorOf(page, "INSERT INTO t VALUES ('no')")).toMatchObject({ code: 'CHECK_VIOLATION' });
    expect(await errorOf(page, 'INSERT INTO t SELECT fail() FROM t')).toMatchObject({
      isOurs: true,
      code: 'USER_FUNCTION_ERROR',
      message: expect.stringContaining('fail() failed: on purpose'),
    });
    expect(await rowsOf(page, 'SELECT a FROM t')).toEqual([{ a: 'yes' }]);
  });

  test('as closures are refused with the way that works; a module that is not there is named', async () => {
    await openDatabase(page, { storage: 'memory' });
    const failures = await page.evaluate(async () => {
      const calls = [
        () => window.db.function('f', () => 1),
        () => window.db.aggregate('f', { step: () => 1 }),
        () => window.db.table('f', { columns: ['a'], rows: () => [] }),
        () => window.db.loadFunctions('./nowhere.js'),
        () => window.db.loadFunctions('./page.js'),
      ];
      const found: unknown[] = [];
      for (const call of calls) {
        try {
          await call();
          found.push('no error');
        } catch (error) {
          const { code, hint, message } = error as Helios.HeliosError;
          found.push([code, `${message} ${hint ?? ''}`.includes('loadFunctions'), message.includes('nowhere.js')]);
        }
      }
      return found;
    });
    expect(failures).toEqual([
      ['NOT_SUPPORTED', true, false],
      ['NOT_SUPPORTED', true, false],
      ['NOT_SUPPORTED', true, false],
      ['USER_FUNCTION_ERROR', false, true],
      ['USER_FUNCTION_ERROR', false, false],
    ]);
    expect(await rowsOf(page, 'SELECT 1 AS x')).toEqual([{ x: 1 }]);
  });
});
