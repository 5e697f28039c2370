import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StorageAnswer, StorageCommand } from '../test/browser/storage-worker.ts';
import { storageContract } from '../test/contract/storage-contract.ts';
import { type Profile, temporaryProfile } from './support/browser.ts';
import { serveRepository, type TestServer } from './support/server.ts';

let server: TestServer;
let profile: Profile;
let context: BrowserContext;
let databaseCount = 0;
let database = '';

beforeAll(async () => {
  server = await serveRepository();
  profile = temporaryProfile();
  context = await profile.launch();
});

afterAll(async () => {
  await context?.close();
  await server?.close();
  profile?.remove();
});

beforeEach(() => {
  database = `db-${databaseCount++}`;
});

async function openPage(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}test/browser/storage.html`);
  await page.waitForFunction(() => window.storagePage !== undefined);
  return page;
}

/** A worker of a page, as a function that sends commands. */
async function startWorker(page: Page) {
  const worker = await page.evaluate(() => window.storagePage.start());
  const call = (command: StorageCommand): Promise<StorageAnswer> =>
    page.evaluate(([number, sent]) => window.storagePage.call(number, sent), [worker, command] as const);
  const terminate = () => page.evaluate((number) => window.storagePage.terminate(number), worker);
  return { call, terminate };
}

const ok = (value: number | boolean | string) => ({ ok: true, value });
const failed = (code: string, message = '') => ({ ok: false, code, message: expect.stringContaining(message) });

describe('OPFS keeps the storage contract', () => {
  let page: Page;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  beforeAll(async () => {
    page = await openPage();
    worker = await startWorker(page);
  });
  afterAll(() => page.close());
  for (const { name } of storageContract) {
    test(name, async () => {
      expect(await worker.call({ kind: 'contract', check: name })).toEqual(ok(name));
    });
  }
});

describe('ownership', () => {
  test('a second tab is locked out, and gets the files when the first closes', async () => {
    const [first, second] = [await openPage(), await openPage()];
    const owner = await startWorker(first);
    const other = await startWorker(second);
    expect(await owner.call({ kind: 'open', name: database })).toEqual(ok(0));
    expect(await owner.call({ kind: 'write', lengthBytes: 3, value: 5, at: 0 })).toEqual(ok(3));
    const blocked = await other.call({ kind: 'open', name: database, lockTimeoutMs: 100 });
    expect(blocked).toEqual(failed('LOCKED', database));
    expect(await other.call({ kind: 'delete', name: database, lockTimeoutMs: 100 })).toEqual(failed('LOCKED'));
    const waiting = other.call({ kind: 'open', name: database });
    await first.close();
    expect(await waiting).toEqual(ok(3));
    expect(await other.call({ kind: 'read' })).toEqual(ok('5 5 5'));
    await second.close();
  });

  test('the handles of a worker that died come back in time', async () => {
    const page = await openPage();
    const owner = await startWorker(page);
    expect(await owner.call({ kind: 'open', name: database })).toEqual(ok(0));
    expect(await owner.call({ kind: 'write', lengthBytes: 1, value: 5, at: 0 })).toEqual(ok(1));
    await owner.terminate();
    const next = await startWorker(page);
    expect(await next.call({ kind: 'open', name: database })).toEqual(ok(1));
    await page.close();
  });

  test('what was flushed survives the end of the browser', async () => {
    const owner = await startWorker(await openPage());
    await owner.call({ kind: 'open', name: database });
    await owner.call({ kind: 'write', lengthBytes: 2, value: 9, at: 0 });
    await context.close();
    context = await profile.launch();
    const next = await startWorker(await openPage());
    expect(await next.call({ kind: 'open', name: database, create: false })).toEqual(ok(2));
    expect(await next.call({ kind: 'read' })).toEqual(ok('9 9'));
  });
});

describe('refusals', () => {
  test('names, missing databases and deleted ones', async () => {
    const page = await openPage();
    const worker = await startWorker(page);
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\u0000', 'kiosk-wal', 'x'.repeat(251)]) {
      expect(await worker.call({ kind: 'open', name })).toEqual(failed('MISUSE'));
      expect(await worker.call({ kind: 'delete', name })).toEqual(failed('MISUSE'));
    }
    expect(await worker.call({ kind: 'open', name: 'x'.repeat(250) })).toEqual(ok(0));
    expect(await worker.call({ kind: 'close' })).toEqual(ok(true));
    expect(await worker.call({ kind: 'open', name: database, create: false })).toEqual(
      failed('FILE_NOT_FOUND', database),
    );
    await worker.call({ kind: 'open', name: database });
    await worker.call({ kind: 'close' });
    expect(await worker.call({ kind: 'delete', name: database })).toEqual(ok(true));
    expect(await worker.call({ kind: 'delete', name: database })).toEqual(ok(true));
    expect(await worker.call({ kind: 'open', name: database, create: false })).toEqual(failed('FILE_NOT_FOUND'));
    await page.close();
  });

  test('a page is no worker', async () => {
    const page = await openPage();
    const said = await page.evaluate(() => window.storagePage.openOnPage());
    expect(said).toMatch(/^OPFS_UNAVAILABLE: .*dedicated workers only/);
    await page.close();
  });

  test('a full quota is QUOTA_EXCEEDED, and the database works again when there is room', async () => {
    const page = await openPage();
    const worker = await startWorker(page);
    const devtools = await context.newCDPSession(page);
    const origin = new URL(server.url).origin;
    expect(await worker.call({ kind: 'open', name: database })).toEqual(ok(0));
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
    const write = { kind: 'write', lengthBytes: 8_000_000, value: 1, at: 0 } as const;
    expect(await worker.call(write)).toEqual(failed('QUOTA_EXCEEDED', 'quota'));
    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    expect(await worker.call(write)).toEqual(ok(8_000_000));
    await page.close();
  });

  test('storage that was cleared under the open handles is noticed', async () => {
    const page = await openPage();
    const worker = await startWorker(page);
    const devtools = await context.newCDPSession(page);
    await worker.call({ kind: 'open', name: database });
    await worker.call({ kind: 'write', lengthBytes: 10, value: 1, at: 0 });
    expect(await worker.call({ kind: 'stillExists' })).toEqual(ok(true));
    await devtools.send('Storage.clearDataForOrigin', { origin: new URL(server.url).origin, storageTypes: 'all' });
    expect(await worker.call({ kind: 'stillExists' })).toEqual(ok(false));
    await page.close();
  });
});
