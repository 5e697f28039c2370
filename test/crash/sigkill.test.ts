import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSync } from '../../src/node.ts';
import { testSeeds } from '../sim/seeds.ts';
import { bundleForNode } from '../support/node-child.ts';
import { judge, killWriters } from './sigkill.ts';
import { createSchema, Model, runStep, stepOf } from './sigkill-steps.ts';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = 100;

let bundle: string;
let script: string;

beforeAll(async () => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  bundle = mkdtempSync(join(ROOT, '.cache', 'sigkill-'));
  script = await bundleForNode(join(import.meta.dirname, 'sigkill-writer.ts'), bundle);
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

for (const seed of testSeeds(1)) {
  it(`a writer killed ${KILLS} times loses nothing that it acknowledged (seed ${seed})`, async () => {
    const { killedWhileWriting, steps } = await killWriters(script, seed, KILLS);
    expect(killedWhileWriting).toBeGreaterThan(KILLS / 2);
    expect(steps).toBeGreaterThan(1_000);
  });
}

it('the judge notices a lost step, a changed row and a missing table', () => {
  const written = 40;
  const database = openSync(':memory:');
  createSchema(database);
  for (let number = 1; number <= written; number++) runStep(database, number, stepOf(1, number));
  const judged = (acknowledged: number) => () => judge(database, new Model(), 1, acknowledged);
  expect(judged(written)).not.toThrow();
  expect(judged(written + 1)).toThrow('the last committed step');
  database.exec('BEGIN; UPDATE items SET amount = amount + 1 WHERE id = (SELECT max(id) FROM items)');
  expect(judged(written)).toThrow('items');
  database.exec('ROLLBACK; CREATE TABLE extra_9 (id INTEGER PRIMARY KEY, born INTEGER)');
  expect(judged(written)).toThrow('names');
  database.close();
});
