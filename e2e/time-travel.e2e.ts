import type * as Helios from 'heliosdb-nano';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LibraryBrowser, rowsIn } from './support/library-page.ts';

let browser: LibraryBrowser;
let page: Page;
let count = 0;

beforeAll(async () => {
  browser = await LibraryBrowser.launch();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  await browser.closePages();
  page = await browser.openPage();
  count++;
  await openDatabase();
});

async function openDatabase(): Promise<void> {
  const name = `history-${count}`;
  const kind = await page.evaluate(async (database) => {
    window.db = await window.helios.open(database, { storage: 'opfs' });
    return window.db.storage.kind;
  }, name);
  expect(kind).toBe('opfs');
}

/** The page is closed without a word, and another one opens the database: what is asked of it comes from the files. */
async function reopen(): Promise<void> {
  await page.close();
  page = await browser.openPage();
  await openDatabase();
}

async function run(...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await page.evaluate((text) => window.db.exec(text), sql);
}

const rows = (sql: string): Promise<unknown[][]> => rowsIn(page, sql);
const codeOf = (sql: string): Promise<string> =>
  page.evaluate(
    (text) =>
      window.db.query(text).then(
        () => 'no error',
        (error: Helios.HeliosError) => error.code,
      ),
    sql,
  );

describe('the history of a database in the origin-private file system', () => {
  beforeEach(() =>
    run(
      'CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT, balance DECIMAL(15, 2))',
      "INSERT INTO accounts VALUES (1001, 'Ada', 250), (1002, 'Bob', 80)",
      'CREATE SNAPSHOT "end of month" EXPIRES \'1 year\'',
      'UPDATE accounts SET balance = balance - 100 WHERE id = 1001',
      'DELETE FROM accounts WHERE id = 1002',
    ),
  );

  test('is read by its points, and by snapshots', async () => {
    for (const _ of ['as written', 'opened again']) {
      expect(await rows('SELECT id, balance FROM accounts AS OF TRANSACTION 2')).toEqual([
        [1001, '250.00'],
        [1002, '80.00'],
      ]);
      expect(await rows('SELECT sum(balance) FROM accounts AS OF SCN 3')).toEqual([['230.00']]);
      expect(await rows("SELECT name FROM accounts AS OF SNAPSHOT 'end of month' ORDER BY 1")).toEqual([
        ['Ada'],
        ['Bob'],
      ]);
      expect(
        await rows(
          'SELECT was.name, now.id FROM accounts FOR SYSTEM_TIME AS OF TRANSACTION 2 AS was LEFT JOIN accounts AS now USING (id) ORDER BY 1',
        ),
      ).toEqual([
        ['Ada', 1001],
        ['Bob', null],
      ]);
      expect(await rows('SELECT name, expires_at > created_at FROM helios.snapshots')).toEqual([['end of month', 1]]);
      await reopen();
    }
    await run('DROP SNAPSHOT "end of month"');
    await reopen();
    expect(await codeOf("SELECT * FROM accounts AS OF SNAPSHOT 'end of month'")).toBe('SNAPSHOT_NOT_FOUND');
  });

  test('tells versions, differences and transactions', async () => {
    const versions = 'SELECT balance, _operation FROM accounts VERSIONS BETWEEN MINVALUE AND MAXVALUE';
    for (const _ of ['as written', 'opened again']) {
      expect(await rows(`${versions} WHERE id = 1001 ORDER BY _created_txn`)).toEqual([
        ['250.00', 'INSERT'],
        ['150.00', 'UPDATE'],
      ]);
      expect(await rows("SELECT operation, key, old_balance, new_balance FROM helios_diff('accounts', 2)")).toEqual([
        ['UPDATE', 1001, '250.00', '150.00'],
        ['DELETE', 1002, '80.00', null],
      ]);
      expect(await rows('SELECT txn, updated, deleted FROM helios.transaction_changes WHERE txn > 3')).toEqual([
        [4, 1, 0],
        [5, 0, 1],
      ]);
      await reopen();
    }
  });

  test('goes back, by table and as a whole, and what was dropped returns', async () => {
    expect(await rows('FLASHBACK TABLE accounts TO TRANSACTION 2 PREVIEW')).toHaveLength(2);
    await run('FLASHBACK TABLE accounts TO SNAPSHOT "end of month"');
    await reopen();
    expect(await rows('SELECT balance FROM accounts ORDER BY id')).toEqual([['250.00'], ['80.00']]);
    await run('DROP TABLE accounts');
    await reopen();
    await run('UNDROP TABLE accounts AS returned');
    await reopen();
    expect(await rows('SELECT count(*) FROM returned')).toEqual([[2]]);
    expect(await rows('FLASHBACK DATABASE TO TRANSACTION 5 PREVIEW')).toEqual([
      ['table', 'returned', 'ALTER', 0, 1, 1],
    ]);
    await run('FLASHBACK DATABASE TO TRANSACTION 5');
    await reopen();
    expect(await rows('SELECT id, balance FROM accounts')).toEqual([[1001, '150.00']]);
    expect(await page.evaluate(() => window.db.check())).toMatchObject({ ok: true });
  });

  test('is rid of what ERASE takes, and proves what a ledger holds', async () => {
    await run(
      'CREATE TABLE journal (id INTEGER PRIMARY KEY, amount INTEGER) WITH (ledger = true)',
      'INSERT INTO journal VALUES (1, 10), (2, 20)',
      'UPDATE journal SET amount = 21 WHERE id = 2',
      "ERASE FROM accounts WHERE name = 'Bob' REASON 'asked for'",
    );
    const [head] = await rows('VERIFY LEDGER journal');
    await reopen();
    expect(await rows('VERIFY LEDGER journal')).toEqual([head]);
    expect(head.slice(0, 3)).toEqual(['journal', 2, null]);
    expect(await rows('SELECT id, name FROM accounts AS OF SNAPSHOT "end of month"')).toEqual([[1001, 'Ada']]);
    expect(await rows('SELECT table_name, rows, versions, reason FROM helios.erasures')).toEqual([
      ['accounts', 1, 1, 'asked for'],
    ]);
    expect(await codeOf("ERASE FROM journal REASON 'no'")).toBe('INVALID_STATEMENT');
    const holds = await page.evaluate(async () => {
      const bytes = new Uint8Array(await new Response(await window.db.export()).arrayBuffer());
      return new TextDecoder('latin1').decode(bytes).includes('Bob');
    });
    expect(holds).toBe(false);
  });

  test('is kept for as long as its settings say', async () => {
    await run(
      "CREATE TABLE cache (v) WITH (history = 'off')",
      'INSERT INTO cache VALUES (1)',
      'UPDATE cache SET v = 2',
      'PRAGMA min_retention_seconds = 0',
      'VACUUM',
    );
    await reopen();
    expect(await codeOf('SELECT * FROM cache AS OF TRANSACTION 7')).toBe('SNAPSHOT_TOO_OLD');
    expect(await codeOf('SELECT * FROM accounts AS OF TRANSACTION 1')).toBe('SNAPSHOT_TOO_OLD');
    expect(await rows('SELECT count(*) FROM accounts AS OF SNAPSHOT "end of month"')).toEqual([[2]]);
  });
});
