import { LIMITS } from '../../src/base/limits.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';

/** What a row has beside its id. */
export type Row = readonly [n: number | null, text: string | null, real: number];
export type Rows = ReadonlyMap<number, Row>;
/** Tables by name. Never changed: a change gives a new model. */
export type Model = ReadonlyMap<string, Rows>;

/** A statement, and what it makes of the model. */
export interface Change {
  readonly sql: string;
  readonly after: Model;
}

const MOST_IDS = 400;
const MOST_TABLES = 4;
/** Lies outside of its block. */
const LONG_TEXT = 'a text that is much longer '.repeat(Math.ceil(LIMITS.inlineValueLength / 26));

/** A statement that the seed chooses, for tables that the model has. */
export function randomChange(model: Model, random: SeededRandom): Change {
  const name = model.size === 0 ? null : random.pick([...model.keys()]);
  const roll = random.below(100);
  if (name === null || (roll < 6 && model.size < MOST_TABLES)) return createTable(model, random);
  const rows = model.get(name) as Rows;
  if (roll < 9) return dropTable(model, name);
  if (roll < 45) return insert(model, name, rows, random);
  if (roll < 55) return insertMany(model, name, rows, random);
  if (roll < 80) return update(model, name, rows, random);
  return remove(model, name, rows, random);
}

function withRows(model: Model, name: string, rows: Rows): Model {
  return new Map(model).set(name, rows);
}

function createTable(model: Model, random: SeededRandom): Change {
  let name = `t${random.below(20)}`;
  while (model.has(name)) name += 'x';
  const sql = `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, n INTEGER, text TEXT, real REAL)`;
  const index = random.chance(0.7) ? `; CREATE INDEX ${name}_n ON ${name} (n, text DESC)` : '';
  return { sql: sql + index, after: withRows(model, name, new Map()) };
}

function dropTable(model: Model, name: string): Change {
  const after = new Map(model);
  after.delete(name);
  return { sql: `DROP TABLE ${name}`, after };
}

function randomRow(random: SeededRandom): Row {
  const text = random.pick([null, 'a', 'b', `text ${random.below(1000)}`]);
  return [
    random.chance(0.1) ? null : random.between(-500, 500),
    random.chance(0.03) ? LONG_TEXT : text,
    random.below(800) / 8,
  ];
}

function insert(model: Model, name: string, rows: Rows, random: SeededRandom): Change {
  const after = new Map(rows);
  const values: string[] = [];
  for (let left = random.between(1, 6); left > 0; left--) {
    const id = 1 + random.below(MOST_IDS);
    const row = randomRow(random);
    after.set(id, row);
    values.push(`(${id}, ${row[0]}, ${row[1] === null ? 'NULL' : `'${row[1]}'`}, ${row[2]})`);
  }
  return { sql: `INSERT OR REPLACE INTO ${name} VALUES ${values.join(', ')}`, after: withRows(model, name, after) };
}

function insertMany(model: Model, name: string, rows: Rows, random: SeededRandom): Change {
  const from = 1 + random.below(MOST_IDS);
  const to = from + random.between(10, 120);
  const after = new Map(rows);
  for (let id = from; id <= to; id++) after.set(id, [id % 97, `many ${id % 5}`, id / 4]);
  const sql = `WITH RECURSIVE c (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM c WHERE i < ${to})
    INSERT OR REPLACE INTO ${name} SELECT i, i % 97, 'many ' || (i % 5), i / 4.0 FROM c`;
  return { sql, after: withRows(model, name, after) };
}

function update(model: Model, name: string, rows: Rows, random: SeededRandom): Change {
  const modulus = random.between(2, 40);
  const remainder = random.below(modulus);
  const add = random.between(-50, 50);
  const after = new Map(rows);
  for (const [id, [n, , real]] of rows)
    if (id % modulus === remainder) after.set(id, [n === null ? null : n + add, `changed ${add}`, real]);
  const sql = `UPDATE ${name} SET n = n + ${add}, text = 'changed ${add}' WHERE id % ${modulus} = ${remainder}`;
  return { sql, after: withRows(model, name, after) };
}

function remove(model: Model, name: string, rows: Rows, random: SeededRandom): Change {
  const low = random.between(-500, 500);
  const high = low + random.below(200);
  const after = new Map([...rows].filter(([, [n]]) => n === null || n < low || n > high));
  return { sql: `DELETE FROM ${name} WHERE n BETWEEN ${low} AND ${high}`, after: withRows(model, name, after) };
}
