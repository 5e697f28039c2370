import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSync, type SyncDatabase } from '../../src/node.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { LineChild, temporaryDirectory } from '../support/node-child.ts';
import { type Item, lastStep, Model } from './sigkill-steps.ts';

const LONGEST_WAIT_MS = 250;
const MOST_ACKNOWLEDGEMENTS = 60;

export interface KillReport {
  /** Writers that had acknowledged something when they were killed. */
  readonly killedWhileWriting: number;
  /** The last step that the files hold in the end. */
  readonly steps: number;
}

/**
 * Starts a writer on real files, kills it at a random moment, and judges what the files hold by what the writer had
 * acknowledged; `kills` times on the same files. Every second time the judge only reads, so that the next writer recovers
 * what this one left. `script`: sigkill-writer.ts, bundled. Throws at the first that is wrong.
 */
export async function killWriters(script: string, seed: number, kills: number): Promise<KillReport> {
  const directory = temporaryDirectory();
  const path = join(directory.path, 'killed.db');
  const random = new SeededRandom(seed);
  const model = new Model();
  let killedWhileWriting = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      const acknowledged = await writeAndKill(script, path, seed, random);
      if (acknowledged > 0) killedWhileWriting++;
      // Killed before it created its files: there is nothing to judge.
      if (!existsSync(path)) continue;
      const database = openSync(path, { readOnly: kill % 2 === 1 });
      try {
        judge(database, model, seed, acknowledged);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`seed ${seed}, kill ${kill + 1}: ${message}`, { cause: error });
      } finally {
        database.close();
      }
    }
  } finally {
    directory.remove();
  }
  return { killedWhileWriting, steps: model.step };
}

/** Lets a writer run until a random moment. Returns the last step that it acknowledged, or 0. */
async function writeAndKill(script: string, path: string, seed: number, random: SeededRandom): Promise<number> {
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
export function judge(database: SyncDatabase, model: Model, seed: number, acknowledged: number): void {
  const step = lastStep(database);
  if (step < acknowledged) throw new Error(`step ${acknowledged} was acknowledged, the last committed step is ${step}`);
  if (step < model.step) throw new Error(`step ${model.step} was there before, the last committed step is ${step}`);
  model.advance(seed, step);
  const { problems } = database.check();
  if (problems.length > 0) throw new Error(`check: ${problems.map(({ what }) => what).join('; ')}`);
  if (step === 0) return;
  const items = [...model.items.values()].sort((a, b) => a.id - b.id);
  const found = database.query('SELECT id, amount, note FROM items ORDER BY id').rows;
  same('items', found, items);
  const names = database.query("SELECT name FROM sqlite_schema WHERE name LIKE 'extra%' OR type = 'index'").rows;
  const wantedNames = [...model.extra.keys(), ...(model.hasIndex ? ['items_amount'] : [])];
  same('names', names.map(({ name }) => name).sort(), wantedNames.sort());
  for (const [table, born] of model.extra) {
    const rows = database.query(`SELECT born FROM ${table} ORDER BY id`).rows;
    same(
      table,
      rows.map((row) => row.born),
      born,
    );
  }
  if (model.hasIndex) judgeIndex(database, items);
}

function judgeIndex(database: SyncDatabase, items: readonly Item[]): void {
  for (const amount of new Set(items.slice(0, 5).map((item) => item.amount))) {
    const found = database.query('SELECT id FROM items WHERE amount = ? ORDER BY id', [amount]).rows;
    same(
      `items with the amount ${amount}`,
      found.map(({ id }) => id),
      items.filter((item) => item.amount === amount).map(({ id }) => id),
    );
  }
}

function same(what: string, found: readonly unknown[], wanted: readonly unknown[]): void {
  if (found.length !== wanted.length) throw new Error(`${what}: ${found.length} instead of ${wanted.length}`);
  for (let i = 0; i < found.length; i++) {
    const [is, must] = [JSON.stringify(found[i]), JSON.stringify(wanted[i])];
    if (is !== must) throw new Error(`${what}: ${is.slice(0, 200)} instead of ${must.slice(0, 200)}`);
  }
}
