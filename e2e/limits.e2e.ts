import type * as Helios from 'heliosdb-nano';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITED } from '../test/support/limited-statements.ts';
import { LibraryBrowser } from './support/library-page.ts';

let browser: LibraryBrowser;
let page: Page;

beforeAll(async () => {
  browser = await LibraryBrowser.launch();
  page = await browser.openPage();
  await page.evaluate(async () => {
    window.db = await window.helios.open('limits');
    await window.db.exec('CREATE TABLE one (a INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)');
  });
});

afterAll(() => browser?.close());

/** What the worker says to a statement: 'done', or the code of its error. */
function outcome(sql: string): Promise<string> {
  return page.evaluate(async (text) => {
    try {
      await window.db.query(text);
      return 'done';
    } catch (error) {
      return (error as Helios.HeliosError).code ?? String(error);
    }
  }, sql);
}

describe('in a worker, whose stack is small, at a limit and one beyond', () => {
  for (const [what, [limit, sql]] of Object.entries(LIMITED)) {
    test(what, async () => {
      expect(await outcome(sql(limit))).toBe('done');
      expect(await outcome(sql(limit + 1))).toBe('LIMIT_EXCEEDED');
      expect(await outcome('SELECT a FROM one')).toBe('done');
    });
  }
});

describe('in the same worker, what sets itself off', () => {
  /** The depth that docs/sql.md names. */
  const DEPTH = 200;

  test('triggers', async () => {
    await page.evaluate(() =>
      window.db.exec(`PRAGMA recursive_triggers = ON; CREATE TABLE t (x INTEGER);
        CREATE TRIGGER deeper AFTER INSERT ON t WHEN new.x > 0 BEGIN
          INSERT INTO t SELECT CASE WHEN EXISTS (SELECT 1 FROM t WHERE x = new.x) THEN new.x - 1 END;
        END`),
    );
    expect(await outcome(`INSERT INTO t VALUES (${DEPTH - 1})`)).toBe('done');
    expect(await outcome(`INSERT INTO t VALUES (${DEPTH})`)).toBe('LIMIT_EXCEEDED');
    expect(await outcome('SELECT a FROM one')).toBe('done');
  });

  test('cascades', async () => {
    await page.evaluate((depth) => {
      const rows = Array.from({ length: depth }, (_, i) => `(${i + 1}, ${i === 0 ? 'NULL' : i})`).join();
      return window.db.exec(`CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree ON DELETE CASCADE);
        CREATE INDEX tree_up ON tree (up); INSERT INTO tree VALUES ${rows}`);
    }, DEPTH);
    expect(await outcome('DELETE FROM tree WHERE id = 1')).toBe('done');
    expect(await page.evaluate(async () => (await window.db.query('SELECT count(*) AS n FROM tree')).rows)).toEqual([
      { n: 0 },
    ]);
  });

  test('views upon views', async () => {
    const chain = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => `CREATE VIEW v${from + i + 1} AS SELECT a FROM v${from + i}`).join(
        ';',
      );
    await page.evaluate((sql) => window.db.exec(`CREATE VIEW v0 AS SELECT a FROM one; ${sql}`), chain(0, 60));
    expect(await outcome('SELECT a FROM v60')).toBe('done');
    await page.evaluate((sql) => window.db.exec(sql), chain(60, 150));
    expect(await outcome('SELECT a FROM v150')).toBe('LIMIT_EXCEEDED');
    expect(await outcome('SELECT a FROM one')).toBe('done');
  });
});
