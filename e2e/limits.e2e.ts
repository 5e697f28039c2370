import type * as Helios from 'heliosdb-nano';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITED } from '../test/support/limited-statements.ts';
import { type Profile, temporaryProfile } from './support/browser.ts';
import { type LibraryServer, serveLibrary } from './support/library.ts';

let server: LibraryServer;
let profile: Profile;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  server = await serveLibrary();
  profile = temporaryProfile();
  context = await profile.launch();
  page = await context.newPage();
  await page.goto(`${server.url}page.html`);
  await page.waitForFunction(() => window.helios !== undefined);
  await page.evaluate(async () => {
    window.db = await window.helios.open('limits');
    await window.db.exec('CREATE TABLE one (a INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)');
  });
});

afterAll(async () => {
  await context?.close();
  await server?.close();
  profile?.remove();
});

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
