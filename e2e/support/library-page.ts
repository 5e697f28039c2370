import type { BrowserContext, Page } from 'playwright';
import type { LibraryServer } from './library.ts';

/** A new page whose `window.helios` is the library. */
export async function openLibraryPage(context: BrowserContext, { url }: LibraryServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}page.html`);
  await page.waitForFunction(() => window.helios !== undefined);
  return page;
}

/** The rows of a query of `window.db`, as arrays. */
export function rowsIn(page: Page, sql: string): Promise<unknown[][]> {
  return page.evaluate(async (text) => (await window.db.query<never>(text, [], { rowMode: 'array' })).rows, sql);
}
