import { LIMITS } from '../../src/base/limits.ts';
import type { IndexDefinition, TableDefinition } from '../../src/engine/catalog/definitions.ts';
import type { ColumnValue, TypeKind } from '../../src/engine/column/types.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { WriteTransaction } from '../../src/engine/transaction/write-transaction.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';

/** One committed transaction, or a piece of background work that changes nothing that can be seen. */
export type Step =
  | { readonly kind: 'commit'; readonly change: (transaction: WriteTransaction, engine: Engine) => void }
  | { readonly kind: 'run'; readonly run: (engine: Engine) => void }
  | { readonly kind: 'checkpoint' };

/** Steps from a seed: the same seed gives the same steps. */
export type Workload = (random: SeededRandom) => Step[];

export function tableDefinition(
  name: string,
  columns: readonly (readonly [string, TypeKind])[],
): Omit<TableDefinition, 'id'> {
  return {
    name,
    columns: columns.map(([column, kind]) => ({
      name: column,
      type: { kind, declared: kind },
      notNull: false,
      defaultSql: null,
      collation: 'BINARY',
    })),
    rowidColumn: 0,
    autoincrement: true,
    checks: [],
    sql: `CREATE TABLE ${name}`,
  };
}

export function indexDefinition(
  name: string,
  tableId: number,
  columns: readonly number[],
  unique = false,
): Omit<IndexDefinition, 'id'> {
  return {
    name,
    tableId,
    columns: columns.map((column) => ({ column, descending: column % 2 === 1, collation: 'BINARY' })),
    unique,
    origin: 'index',
    sql: `CREATE INDEX ${name}`,
  };
}

const READINGS = tableDefinition('readings', [
  ['id', 'INTEGER'],
  ['sensor', 'TEXT'],
  ['value', 'REAL'],
  ['note', 'ANY'],
]);

const commit = (change: (transaction: WriteTransaction, engine: Engine) => void): Step => ({ kind: 'commit', change });

export function createReadings(): Step {
  return commit((transaction) => {
    const table = transaction.createTable(READINGS);
    transaction.createIndex(indexDefinition('by_sensor', table.id, [1, 2]));
  });
}

/** Lies outside of its block. */
const LONG_NOTE = 'a note that is much longer '.repeat(Math.ceil(LIMITS.inlineValueLength / 25));

export function randomRow(random: SeededRandom): ColumnValue[] {
  const short = random.pick<ColumnValue>([null, 7n, 1.5, 'a note that is a little longer', new Uint8Array([1, 2, 3])]);
  // Few: damages are tried on every byte's neighbourhood, and these have many.
  const note = random.below(12) === 0 ? LONG_NOTE : short;
  return [null, `sensor-${random.below(5)}`, random.below(1000) / 10, note];
}

export function insertRows(random: SeededRandom, count: number): Step {
  const rows = Array.from({ length: count }, () => randomRow(random));
  return commit((transaction, engine) => {
    const table = transaction.table(tableId(engine, transaction, 'readings'));
    for (const row of rows) table.append(transaction, null, row);
  });
}

/** Updates and deletes rows that are there, chosen by the seed among the rowids so far. */
function changeRows(random: SeededRandom, maxRowid: number, count: number): Step {
  const choices = Array.from({ length: count }, () => ({
    rowid: 1 + random.below(maxRowid),
    row: random.chance(0.6) ? randomRow(random) : null,
  }));
  return commit((transaction, engine) => {
    const table = transaction.table(tableId(engine, transaction, 'readings'));
    for (const { rowid, row } of choices) {
      const location = table.find(transaction, rowid);
      if (location < 0) continue;
      if (row === null) table.end(transaction, location);
      else table.update(transaction, location, rowid, row);
    }
    // Every transaction changes something, so that each step is a commit.
    table.append(transaction, null, [null, 'tick', 0, null]);
  });
}

export function tableId(engine: Engine, transaction: WriteTransaction, name: string): number {
  return (engine.catalog.table(transaction, name) as TableDefinition).id;
}

/** Batches of inserts, with a checkpoint now and then. */
export const insertLoad: Workload = (random) => {
  const steps = [createReadings()];
  for (let i = 0; i < 14; i++)
    steps.push(i % 5 === 4 ? { kind: 'checkpoint' } : insertRows(random, 1 + random.below(12)));
  return steps;
};

/** Updates and deletes of rows in memory and in segments. */
export const updatesAndDeletes: Workload = (random) => {
  const steps = [createReadings(), insertRows(random, 30), { kind: 'checkpoint' } as const];
  for (let i = 0; i < 12; i++)
    steps.push(i % 4 === 3 ? { kind: 'checkpoint' } : changeRows(random, 30, 1 + random.below(6)));
  return steps;
};

/** A table gets a column that older rows hold a value of, loses one, and has another name; a view comes or goes. */
function alterTable(name: string, i: number): Step {
  return commit((transaction, engine) => {
    const table = engine.catalog.table(transaction, name) as TableDefinition;
    const added = { ...table.columns[1], name: `added_${i}`, missing: `missing ${i}` };
    const columns = [...table.columns.slice(0, 1), { ...table.columns[1], dropped: true as const }, added];
    for (const index of engine.catalog.indexesOf(transaction, table.id)) transaction.drop(index.id);
    transaction.table(table.id).append(transaction, null, [null, 'before']);
    transaction.replace({ ...table, name: `altered_${i}`, columns });
    transaction.table(table.id).append(transaction, null, [null, null, 'after']);
    const view = engine.catalog.view(transaction, 'a_view');
    if (view === null) transaction.createView({ name: 'a_view', sql: `CREATE VIEW a_view AS SELECT ${i}` });
    else if (i % 2 === 0) transaction.drop(view.id);
    else transaction.replace({ ...view, sql: `CREATE VIEW a_view AS SELECT ${i}` });
    transaction.createTrigger({ name: `trigger_${i}`, tableId: table.id, sql: `CREATE TRIGGER trigger_${i}` });
  });
}

/** Tables, indexes, views and triggers come, change and go, with rows in them and checkpoints in between. */
export const schemaChanges: Workload = (random) => {
  const steps = [createReadings(), insertRows(random, 10)];
  for (let i = 0; i < 7; i++) {
    const name = `extra_${i}`;
    steps.push(
      commit((transaction, engine) => {
        const table = transaction.createTable(
          tableDefinition(name, [
            ['id', 'INTEGER'],
            ['text', 'TEXT'],
          ]),
        );
        transaction.table(table.id).append(transaction, null, [null, `row of ${name}`]);
        transaction.createIndex(indexDefinition(`${name}_unique`, table.id, [1], true));
        if (i >= 4) transaction.drop(tableId(engine, transaction, `altered_${i - 3}`));
      }),
    );
    if (i >= 1) steps.push(alterTable(`extra_${i - 1}`, i));
    if (i % 3 === 1) steps.push({ kind: 'checkpoint' });
    if (i === 4) steps.push(commit((transaction, engine) => dropIndex(transaction, engine, 'by_sensor')));
    if (i === 6) steps.push(indexOnOldRows());
    steps.push(insertRows(random, 1 + random.below(4)));
  }
  return steps;
};

/** Old versions and a dropped table go, segments move into what they leave, and the file is cut. */
export const vacuums: Workload = (random) => {
  const steps = [commit((transaction) => transaction.set('min_retention_seconds', 0)), createReadings()];
  for (let i = 0; i < 3; i++) {
    steps.push(
      commit((transaction) => {
        const table = transaction.createTable(
          tableDefinition(`short_lived_${i}`, [
            ['id', 'INTEGER'],
            ['text', 'TEXT'],
          ]),
        );
        for (let row = 0; row < 3; row++)
          transaction.table(table.id).append(transaction, null, [null, LONG_NOTE + row]);
      }),
      insertRows(random, 8),
      { kind: 'checkpoint' },
      changeRows(random, 8 * i + 8, 5),
      commit((transaction, engine) => transaction.drop(tableId(engine, transaction, `short_lived_${i}`))),
      { kind: 'run', run: (engine) => (i === 1 ? engine.checkpoint() : engine.vacuum()) },
    );
  }
  return steps;
};

/** Checkpoints that are done step by step, with commits between the steps, some of which end what is being written. */
export const checkpointsInSteps: Workload = (random) => {
  const steps = [createReadings()];
  for (let round = 0; round < 2; round++) {
    // So many that the second does not write the first one's segment anew.
    steps.push(insertRows(random, 30), insertLongNotes(4));
    for (let i = 0; i < 4; i++) steps.push(maintain(60), changeRows(random, 30, 2));
    // The first leaves the log's end where it is, the second copies it to the start of the file.
    steps.push(maintain(1000), maintain(1000), insertRows(random, 1));
  }
  steps.push({ kind: 'checkpoint' });
  return steps;
};

/** Enough of them for a checkpoint to be due. */
function insertLongNotes(count: number): Step {
  return commit((transaction, engine) => {
    const table = transaction.table(tableId(engine, transaction, 'readings'));
    for (let i = 0; i < count; i++) table.append(transaction, null, [null, 'long', i, `${LONG_NOTE}${i}`]);
  });
}

function maintain(units: number): Step {
  const run = (engine: Engine): void => {
    engine.maintain(units);
    if (engine.lastCheckpointError !== null) throw engine.lastCheckpointError;
  };
  return { kind: 'run', run };
}

function dropIndex(transaction: WriteTransaction, engine: Engine, name: string): void {
  transaction.drop((engine.catalog.index(transaction, name) as IndexDefinition).id);
}

function indexOnOldRows(): Step {
  return commit((transaction, engine) => {
    transaction.createIndex(indexDefinition('by_value', tableId(engine, transaction, 'readings'), [2]));
  });
}
