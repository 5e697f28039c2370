import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { open, openSync } from '../../src/node.ts';
import { temporaryDirectory } from '../support/node-child.ts';

const TIMES = 10_000;
/** One in so many writes, one is asynchronous, one fails. */
const WRITES = 50;
const ASYNCHRONOUS = 7;
const FAILS = 13;
/** A kilobyte of each: a database that is kept has a cache, a catalogue and a session. */
const HEAP_GROWTH_BYTES = 9 * 1024 * 1024;
/** Of the event loop: more than anything that is due takes. */
const TURNS = 10;
const DESCRIPTORS = '/proc/self/fd';

let folder: ReturnType<typeof temporaryDirectory>;
let path: string;

beforeEach(() => {
  folder = temporaryDirectory();
  path = join(folder.path, 'often.db');
});
afterEach(() => folder.remove());

async function openAndClose(i: number): Promise<void> {
  if (i % FAILS === 0) {
    expect(() => openSync(join(folder.path, 'none.db'), { create: false })).toThrow('no such file');
  } else if (i % ASYNCHRONOUS === 0) {
    const database = await open(path, { readOnly: true });
    await database.query('SELECT count(*) FROM t');
    await database.close();
  } else {
    const readOnly = i % WRITES !== 1;
    const database = openSync(path, { readOnly, synchronous: 'off' });
    if (readOnly) database.query('SELECT count(*) FROM t');
    else database.exec(`CREATE TABLE IF NOT EXISTS t (i); INSERT INTO t VALUES (${i})`);
    database.close();
  }
}

/** What a process holds beside memory when what was due has run: kinds of resources, and files. */
async function held(): Promise<Record<string, number>> {
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  // Not on every system. Reading the directory opens it, each time.
  if (existsSync(DESCRIPTORS)) counts.descriptors = readdirSync(DESCRIPTORS).length;
  return counts;
}

/** What is left when all garbage has been collected. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

it(`${TIMES} times opened and closed, a database leaves no handle, lock, timer or memory behind`, async () => {
  const warmUp = TIMES / 10;
  for (let i = 1; i <= warmUp; i++) await openAndClose(i);
  const before = await held();
  const heapBytes = heapInUse();
  for (let i = warmUp + 1; i <= TIMES; i++) await openAndClose(i);
  expect(await held()).toEqual(before);
  expect(readdirSync(folder.path).sort()).toEqual(['often.db', 'often.db-wal']);
  expect(heapInUse() - heapBytes).toBeLessThan(HEAP_GROWTH_BYTES);
  const database = openSync(path);
  expect(database.check()).toMatchObject({ ok: true });
  database.close();
});
