import type { Engine } from '../../src/engine/engine.ts';
import type { Table } from '../../src/engine/table/table.ts';
import type { SavepointMark, WriteTransaction } from '../../src/engine/transaction/write-transaction.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { createReadings, insertRows, randomRow, type Step, tableId, type Workload } from './workload.ts';

/** `since`: the newest savepoint that may be returned to. */
type Change = (transaction: WriteTransaction, table: Table, since: SavepointMark | null) => void;

/** Rows that do not stay in memory, then more rows. */
function insertMany(random: SeededRandom, count: number): Change {
  const rows = Array.from({ length: count }, () => randomRow(random));
  return (transaction, table, since) => {
    rows.forEach((row, i) => {
      table.append(transaction, null, row);
      if (i % 5 === 4) transaction.relieve(since);
    });
  };
}

/** Ends and replaces rows wherever they are: in segments, in those of the transaction, and in memory. */
function changeThird(random: SeededRandom): Change {
  const first = random.below(3);
  return (transaction, table, since) => {
    const last = table.nextRowid();
    for (let rowid = 1 + first; rowid < last; rowid += 3) {
      const location = table.find(transaction, rowid);
      if (location < 0) continue;
      if (rowid % 2 === 0) table.end(transaction, location);
      else table.update(transaction, location, rowid, [null, 'changed', rowid, null]);
      transaction.relieve(since);
    }
  };
}

/** What a savepoint takes back had left memory. */
function withSavepoint(kept: Change, undone: Change): Change {
  return (transaction, table, since) => {
    kept(transaction, table, since);
    const mark = transaction.savepoint();
    undone(transaction, table, mark);
    transaction.relieve(mark);
    transaction.rollbackTo(mark);
    table.append(transaction, null, [null, 'after', 1, null]);
  };
}

function commit(...changes: Change[]): Step {
  return {
    kind: 'commit',
    change: (transaction, engine) => {
      for (const change of changes) change(transaction, tableOf(engine, transaction), null);
    },
  };
}

function rollback(change: Change): Step {
  return {
    kind: 'run',
    run: (engine) => {
      const transaction = engine.begin();
      try {
        change(transaction, tableOf(engine, transaction), null);
      } finally {
        transaction.rollback();
      }
    },
  };
}

function tableOf(engine: Engine, transaction: WriteTransaction): Table {
  return transaction.table(tableId(engine, transaction, 'readings'));
}

/** Transactions that are larger than memory: committed, rolled back, with savepoints, and changed by later ones. */
export const bulkLoads: Workload = (random) => {
  const insertUndone: Change = (transaction, table) => {
    for (let i = 0; i < 6; i++) table.append(transaction, null, [null, 'undone', i, null]);
  };
  const steps: Step[] = [createReadings(), commit(insertMany(random, 12))];
  for (let i = 0; i < 2; i++) {
    steps.push(
      commit(insertMany(random, 11), changeThird(random)),
      rollback(insertMany(random, 10)),
      commit(withSavepoint(insertMany(random, 5), insertUndone)),
      i === 0 ? { kind: 'checkpoint' } : { kind: 'run', run: (engine) => engine.vacuum() },
      insertRows(random, 3),
      commit(changeThird(random), withSavepoint(insertUndone, changeThird(random))),
    );
  }
  return steps;
};
