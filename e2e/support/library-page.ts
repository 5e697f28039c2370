import type { BrowserContext, Page } from 'playwright';
import { type Profile, temporaryProfile } from './browser.ts';
import { type LibraryServer, serveLibrary } from './library.ts';

/** The library on a server, and a browser with a profile of its own. */
export class LibraryBrowser {
  readonly server: LibraryServer;
  context: BrowserContext;
  private readonly profile: Profile;

  private constructor(server: LibraryServer, profile: Profile, context: BrowserContext) {
    this.server = server;
    this.profile = profile;
    this.context = context;
  }

  static async launch(): Promise<LibraryBrowser> {
    const server = await serveLibrary();
    const profile = temporaryProfile();
    return new LibraryBrowser(server, profile, await profile.launch());
  }

  /** A new page whose `window.helios` is the library. */
  async openPage(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(`${this.server.url}page.html`);
    await page.waitForFunction(() => window.helios !== undefined);
    return page;
  }

  async closePages(): Promise<void> {
    for (const page of this.context.pages()) await page.close();
  }

  /** Ends the browser and starts it again with what its profile has kept. */
  async restart(): Promise<void> {
    await this.context.close();
    this.context = await this.profile.launch();
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.server.close();
    this.profile.remove();
  }
}

/** The rows of a query of `window.db`, as arrays. */
export function rowsIn(page: Page, sql: string): Promise<unknown[][]> {
  return page.evaluate(async (text) => (await window.db.query<never>(text, [], { rowMode: 'array' })).rows, sql);
}
