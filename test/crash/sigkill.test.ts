import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSync, type SyncDatabase } from '../../src/node.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { testSeeds } from '../sim/seeds.ts';
import { bundleForNode, LineChild, temporaryDirectory } from '../support/node-child.ts';
import { createSchema, lastStep, Model, runStep, stepOf } from './sigkill-steps.ts';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = 50;
const LONGEST_WAIT_MS = 250;
const MOST_ACKNOWLEDGEMENTS = 100;

let bundle: string;
let script: string;

beforeAll(async () => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  bundle = mkdtempSync(join(ROOT, '.cache', 'sigkill-'));
  script = await bundleForNode(join(import.meta.dirname, 'sigkill-writer.ts'), bundle);
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

/** Lets a writer run until a random moment. Returns the last step that it acknowledged, or 0. */
async function writeAndKill(path: string, seed: number, random: SeededRandom): Promise<number> {
  const writer = new LineChild(script, [path, String(seed)]);
  let acknowledged = 0;
  if (random.chance(0.7)) {
    for (let left = random.between(1, MOST_ACKNOWLEDGEMENTS); left > 0; left--) {
      const line = await writer.line();
      if (line === null) throw new Error(`the writer ended by itself behind step ${acknowledged}`);
      acknowledged = Number(line);
    }
  } else {
    await new Promise((resolve) => setTimeout(resolve, random.below(LONGEST_WAIT_MS)));
  }
  await writer.kill();
  for (let line = await writer.line(); line !== null; line = await writer.line()) acknowledged = Number(line);
  return acknowledged;
}

/** The state must be the model's after the step that the file names, and that step no older than what was acknowledged. */
function judge(database: SyncDatabase, model: Model, seed: number, acknowledged: number): void {
  const step = lastStep(database);
  expect(step, 'the last committed step').toBeGreaterThanOrEqual(acknowledged);
  expect(step, 'the last committed step').toBeGreaterThanOrEqual(model.step);
  model.advance(seed, step);
  expect(database.check()).toMatchObject({ ok: true, problems: [] });
  if (step === 0) return;
  const items = database.query('SELECT id, amount, note FROM items ORDER BY id').rows;
  const wanted = [...model.items.values()].sort((a, b) => a.id - b.id);
  expect(items.map((row) => ({ ...row }))).toEqual(wanted);
  const names = database.query("SELECT name FROM sqlite_schema WHERE name LIKE 'extra%' OR type = 'index'").rows;
  const wantedNames = [...model.extra.keys(), ...(model.hasIndex ? ['items_amount'] : [])];
  expect(names.map(({ name }) => name).sort()).toEqual(wantedNames.sort());
  for (const [table, born] of model.extra) {
    expect(database.query(`SELECT born FROM ${table} ORDER BY id`).rows.map((row) => row.born)).toEqual(born);
  }
  if (model.hasIndex) expectIndexAgrees(database, wanted);
}

function expectIndexAgrees(database: SyncDatabase, items: readonly { readonly id: number; readonly amount: number }[]) {
  for (const amount of new Set(items.slice(0, 5).map((item) => item.amount))) {
    const found = database.query('SELECT id FROM items WHERE amount = ? ORDER BY id', [amount]).rows;
    expect(found.map(({ id }) => id)).toEqual(items.filter((item) => item.amount === amount).map(({ id }) => id));
  }
}

for (const seed of testSeeds(1)) {
  it(`a writer killed ${KILLS} times loses nothing that it acknowledged (seed ${seed})`, {
    timeout: 120_000,
  }, async () => {
    const directory = temporaryDirectory();
    const path = join(directory.path, 'killed.db');
    const random = new SeededRandom(seed);
    const model = new Model();
    let killedWhileWriting = 0;
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const acknowledged = await writeAndKill(path, seed, random);
        if (acknowledged > 0) killedWhileWriting++;
        // Killed before it created its files: there is nothing to judge. Every second time the judge only reads, so that
        // the next writer recovers what this one left.
        const readOnly = kill % 2 === 1;
        if (!existsSync(path)) continue;
        const database = openSync(path, { readOnly });
        try {
          judge(database, model, seed, acknowledged);
        } finally {
          database.close();
        }
      }
    } finally {
      directory.remove();
    }
    expect(killedWhileWriting).toBeGreaterThan(KILLS / 2);
    expect(model.step).toBeGreaterThan(1_000);
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
  expect(judged(written)).toThrow();
  database.exec('ROLLBACK; CREATE TABLE extra_9 (id INTEGER PRIMARY KEY, born INTEGER)');
  expect(judged(written)).toThrow();
  database.close();
});
