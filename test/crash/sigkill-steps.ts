import type { SyncDatabase, SyncTransaction, Value } from '../../src/node.ts';
import { SeededRandom } from '../sim/seeded-random.ts';

/*
 * The writer that gets killed runs numbered steps, one transaction each. A step is a function of the seed and its number
 * alone, so that writer and judge know it without talking; the transaction also notes the number, so that the file says
 * which prefix of the steps it holds.
 */
export type Step =
  | { readonly kind: 'insert'; readonly rows: readonly Item[] }
  | { readonly kind: 'update'; readonly modulus: number; readonly remainder: number; readonly add: number }
  | { readonly kind: 'delete'; readonly modulus: number; readonly remainder: number }
  | { readonly kind: 'create-table'; readonly table: string }
  | { readonly kind: 'drop-table'; readonly table: string }
  | { readonly kind: 'create-index' }
  | { readonly kind: 'drop-index' };

export interface Item {
  readonly id: number;
  readonly amount: number;
  readonly note: string | null;
}

const IDS_PER_STEP = 100;
const LONGEST_NOTE = 2_000;
/** The writer closes and reopens the database after this many steps: its checkpoints get killed, too. */
export const STEPS_BETWEEN_REOPENS = 30;

export function stepOf(seed: number, step: number): Step {
  const random = new SeededRandom(seed * 2 ** 20 + step);
  const roll = random.below(100);
  if (roll < 45) return { kind: 'insert', rows: items(random, step, random.between(1, 4)) };
  if (roll < 50) return { kind: 'insert', rows: items(random, step, IDS_PER_STEP) };
  if (roll < 75) {
    const modulus = random.between(2, 9);
    return { kind: 'update', modulus, remainder: random.below(modulus), add: random.between(-50, 50) };
  }
  if (roll < 90) {
    const modulus = random.between(3, 12);
    return { kind: 'delete', modulus, remainder: random.below(modulus) };
  }
  if (roll < 96) return { kind: random.chance(0.6) ? 'create-table' : 'drop-table', table: `extra_${random.below(3)}` };
  return { kind: random.chance(0.5) ? 'create-index' : 'drop-index' };
}

function items(random: SeededRandom, step: number, count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    id: step * IDS_PER_STEP + i,
    amount: random.between(-1000, 1000),
    note: random.chance(0.2) ? null : `step ${step} `.repeat(random.below(LONGEST_NOTE / 10)),
  }));
}

export function createSchema(database: SyncDatabase): void {
  database.transaction((tx) => {
    tx.exec('CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT)');
    tx.exec('CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY, step INTEGER NOT NULL)');
    tx.exec('INSERT OR IGNORE INTO progress VALUES (1, 0)');
  });
}

/** 0 for an empty database. */
export function lastStep(database: SyncDatabase): number {
  const tables = database.query("SELECT name FROM sqlite_schema WHERE name = 'progress'").rows;
  return tables.length === 0 ? 0 : Number(database.query('SELECT step FROM progress').rows[0].step);
}

export function runStep(database: SyncDatabase, number: number, step: Step): void {
  database.transaction((tx) => {
    change(tx, number, step);
    tx.query('UPDATE progress SET step = ? WHERE id = 1', [number]);
  });
}

function change(tx: SyncTransaction, number: number, step: Step): void {
  switch (step.kind) {
    case 'insert':
      if (step.rows.length === IDS_PER_STEP) tx.insert('items', step.rows as unknown as Record<string, Value>[]);
      else
        for (const { id, amount, note } of step.rows)
          tx.query('INSERT INTO items VALUES (?, ?, ?)', [id, amount, note]);
      return;
    case 'update':
      tx.query('UPDATE items SET amount = amount + ? WHERE id % ? = ?', [step.add, step.modulus, step.remainder]);
      return;
    case 'delete':
      tx.query('DELETE FROM items WHERE id % ? = ?', [step.modulus, step.remainder]);
      return;
    case 'create-table':
      tx.exec(`CREATE TABLE IF NOT EXISTS ${step.table} (id INTEGER PRIMARY KEY, born INTEGER)`);
      tx.query(`INSERT INTO ${step.table} (born) VALUES (?)`, [number]);
      return;
    case 'drop-table':
      tx.exec(`DROP TABLE IF EXISTS ${step.table}`);
      return;
    case 'create-index':
      tx.exec('CREATE INDEX IF NOT EXISTS items_amount ON items (amount, id DESC)');
      return;
    case 'drop-index':
      tx.exec('DROP INDEX IF EXISTS items_amount');
      return;
    default:
      step satisfies never;
  }
}

/** What the database must hold, computed without it. */
export class Model {
  readonly items = new Map<number, Item>();
  /** `born` of the rows, by table. */
  readonly extra = new Map<string, number[]>();
  hasIndex = false;
  step = 0;

  /** Applies the steps up to and including that one. */
  advance(seed: number, to: number): void {
    while (this.step < to) {
      this.step++;
      this.apply(stepOf(seed, this.step));
    }
  }

  private apply(step: Step): void {
    switch (step.kind) {
      case 'insert':
        for (const item of step.rows) this.items.set(item.id, item);
        return;
      case 'update':
        for (const item of this.chosen(step)) this.items.set(item.id, { ...item, amount: item.amount + step.add });
        return;
      case 'delete':
        for (const item of this.chosen(step)) this.items.delete(item.id);
        return;
      case 'create-table':
        this.extra.set(step.table, [...(this.extra.get(step.table) ?? []), this.step]);
        return;
      case 'drop-table':
        this.extra.delete(step.table);
        return;
      case 'create-index':
      case 'drop-index':
        this.hasIndex = step.kind === 'create-index';
        return;
      default:
        step satisfies never;
    }
  }

  private chosen({ modulus, remainder }: { readonly modulus: number; readonly remainder: number }): Item[] {
    return [...this.items.values()].filter(({ id }) => id % modulus === remainder);
  }
}
