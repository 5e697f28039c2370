import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Profile, temporaryProfile } from './support/browser.ts';
import { freePort, type GatewayProcess, startGateway } from './support/gateway.ts';

/** A day of weather a sample: thousands of readings within seconds. */
const OPTIONS = ['--replay', '24'];
const START_TIMEOUT_MS = 150_000;
const PATIENCE = { timeout: 30_000, interval: 250 };

let folder: string;
let profile: Profile;
let context: BrowserContext;
let page: Page;
let gateway: GatewayProcess;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'helios-demo-'));
  profile = temporaryProfile();
  port = await freePort();
  gateway = await startGateway(folder, port, OPTIONS);
  context = await profile.launch();
  page = context.pages()[0]!;
  await page.goto(gateway.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}, START_TIMEOUT_MS);

afterAll(async () => {
  await context?.close();
  await gateway?.end('SIGKILL');
  profile?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The first row that the page's own SQL box answers. */
async function ask(sql: string): Promise<string[]> {
  await page.fill('#sql', sql);
  await page.evaluate(() => document.querySelector('#console-output')!.replaceChildren());
  await page.click('#console-form button[type=submit]');
  const cells = page.locator('#console-output tbody tr').first().locator('td');
  await cells.first().waitFor();
  return cells.allInnerTexts();
}

async function pageCount(upTo: number): Promise<number> {
  return Number((await ask(`SELECT COUNT(*) FROM sensor_readings WHERE id <= ${upTo}`))[0]);
}

/** Id of the newest reading that the gateway has acknowledged. */
async function acknowledged(): Promise<number> {
  const response = await fetch(`${gateway.url}api/status`);
  return ((await response.json()) as { newestId: number }).newestId;
}

function connection(state: string): Promise<void> {
  return page.locator(`#connection[data-state="${state}"]`).waitFor();
}

async function waitUntilPageHas(newestId: number): Promise<void> {
  await expect
    .poll(async () => Number((await ask('SELECT MAX(id) FROM sensor_readings'))[0]), PATIENCE)
    .toBeGreaterThanOrEqual(newestId);
}

it('shows every acknowledged reading after the gateway is killed and both start again', async () => {
  await connection('live');
  for (let round = 0; round < 3; round++) {
    // Some of these the page has not yet pulled when the gateway dies.
    await waitUntilPageHas((await acknowledged()) + 200);
    const newest = await acknowledged();
    await gateway.end('SIGKILL');
    await connection('unreachable');
    const held = await pageCount(newest);
    expect(held).toBeGreaterThan(0);

    await page.reload();
    await connection('unreachable');
    expect(await page.textContent('#connection')).toMatch(/Gateway unreachable since \d\d:\d\d/);
    expect(await pageCount(newest)).toBe(held);

    gateway = await startGateway(folder, port, OPTIONS);
    await connection('live');
    await waitUntilPageHas(newest);
    expect(await pageCount(newest)).toBe(newest);
  }
});

it('holds what the gateway holds, value by value', async () => {
  const newest = await acknowledged();
  await waitUntilPageHas(newest);
  const response = await fetch(`${gateway.url}api/readings?after=0&limit=50000`);
  const { readings } = (await response.json()) as { readings: { id: number[]; value: number[]; timestamp: number[] } };
  const count = readings.id.filter((id) => id <= newest).length;
  expect(count).toBe(newest);
  const sum = (values: number[]): number => values.slice(0, count).reduce((total, value) => total + value, 0);
  const [values, timestamps] = await ask(
    `SELECT SUM(value), SUM(timestamp) FROM sensor_readings WHERE id <= ${newest}`,
  );
  expect(Number(timestamps)).toBe(sum(readings.timestamp));
  expect(Number(values)).toBeCloseTo(sum(readings.value), 0);
});

it('keeps the readings when the browser is closed and opened without the gateway', async () => {
  const newest = await acknowledged();
  await waitUntilPageHas(newest);
  await context.close();
  expect(await gateway.end('SIGINT'), gateway.output()).toBe(0);
  expect(gateway.output()).toMatch(/Stopped\. [\d,]+ readings were recorded/);
  context = await profile.launch();
  page = context.pages()[0]!;
  await page.goto(gateway.url);
  await connection('unreachable');
  expect(await pageCount(newest)).toBe(newest);
  gateway = await startGateway(folder, port, OPTIONS);
  await connection('live');
});

it('shows the place of a mistake in the SQL', async () => {
  await page.fill('#sql', 'SELECT value\nFROM sensor_reading');
  await page.click('#console-form button[type=submit]');
  expect(await page.textContent('.error-message')).toContain('sensor_reading');
  expect(await page.textContent('.error-place')).toBe('FROM sensor_reading\n     ^');
});

/** Drags a slider to a second since 1970. */
async function slide(id: string, second: number): Promise<void> {
  await page.locator(`#${id}`).evaluate((slider, to) => {
    (slider as HTMLInputElement).value = String(to);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }, second);
}

it('shows any instant since it was first opened, and what has changed since then', async () => {
  const limit = page.locator('#limit-rows input').first();
  const count = async () => Number((await ask('SELECT COUNT(*) FROM sensor_readings'))[0]);
  const [before, countBefore] = [await limit.inputValue(), await count()];
  const then = Math.floor(Date.now() / 1000) + 1;
  await expect.poll(() => Date.now() / 1000, PATIENCE).toBeGreaterThan(then + 1);
  await waitUntilPageHas((await acknowledged()) + 1);
  await limit.fill('12.5');
  await limit.press('Tab');
  await expect.poll(() => ask('SELECT above FROM alarm_limits WHERE above = 12.5').then(String), PATIENCE).toBe('12.5');

  await slide('instant', then);
  await expect.poll(() => limit.inputValue(), PATIENCE).toBe(before);
  expect(await limit.isDisabled()).toBe(true);
  const countThen = await count();
  expect(countThen).toBeGreaterThanOrEqual(countBefore);

  await page.click('#instant-now');
  await expect.poll(() => limit.inputValue(), PATIENCE).toBe('12.5');
  expect(await count()).toBeGreaterThan(countThen);

  await page.click('#changes-toggle');
  expect(await page.textContent('#changes-span')).toMatch(/comparing|compared/);
  // Not before the first second that is remembered.
  const since = await page.locator('#since').evaluate((slider) => Number((slider as HTMLInputElement).value));
  expect(since).toBeGreaterThan(then - 3600);
  await slide('since', then);
  const changed = page.locator('#changes-output table').first().locator('tbody tr');
  await expect.poll(() => changed.allInnerTexts(), PATIENCE).toEqual([expect.stringMatching(/85 %\s+12.5 %/)]);
});

it('says so when another tab has the database', async () => {
  const second = await context.newPage();
  await second.goto(gateway.url);
  await second.locator('#notice').waitFor();
  expect(await second.textContent('#notice-title')).toBe('The kiosk is open in another tab');
  await second.close();
});
