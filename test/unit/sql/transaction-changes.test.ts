import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const ALL = 'SELECT * FROM helios.transaction_changes ORDER BY txn, table_name';

describe('helios.transaction_changes', () => {
  test('tells what each transaction has done to each table, all in all', () => {
    const session = memorySession();
    session.executeScript(`
      CREATE TABLE a(id INTEGER PRIMARY KEY, v); CREATE TABLE b(v); CREATE INDEX b_low ON b(lower(v));
      BEGIN; INSERT INTO a VALUES (1, 1), (2, 2), (3, 3); INSERT INTO b VALUES ('x'); UPDATE a SET v = 5 WHERE id = 1; COMMIT;
      BEGIN; UPDATE a SET v = 9 WHERE id < 3; DELETE FROM a WHERE id = 2; INSERT INTO a VALUES (4, 4); COMMIT;
      BEGIN; INSERT INTO a VALUES (7, 7); DELETE FROM a WHERE id = 7; DELETE FROM b; INSERT INTO b VALUES ('y'); COMMIT;
      ALTER TABLE a RENAME TO c;
      DELETE FROM c; DROP TABLE c`);
    const expected = [
      [4, 'a', 3, 0, 0],
      [4, 'b', 1, 0, 0],
      [5, 'a', 1, 1, 1],
      // The new row has the number of the old one.
      [6, 'b', 0, 1, 0],
      [8, 'c', 0, 0, 3],
    ];
    expect(query(session, ALL)).toEqual(expected);
    session.engine.checkpoint();
    expect(query(session, ALL)).toEqual(expected);
    expect(query(session, 'SELECT * FROM helios_changes(5)')).toEqual([['a', 1, 1, 1]]);
    expect(query(session, 'SELECT * FROM helios.transaction_changes WHERE txn = 8')).toEqual([[8, 'c', 0, 0, 3]]);
    expect(query(session, 'SELECT count(*) FROM helios.transaction_changes WHERE txn BETWEEN 5 AND 6')).toEqual([[2]]);
    expect(query(session, 'SELECT max(txn) FROM helios.transaction_changes AS OF TRANSACTION 5')).toEqual([[5]]);
    for (const nothing of ['NULL', '0', '10', '1.5', "'x'"])
      expect(query(session, `SELECT * FROM helios_changes(${nothing})`)).toEqual([]);
    // The hidden tables of computed indexes are nobody's.
    expect(query(session, 'SELECT DISTINCT table_name FROM helios.transaction_changes ORDER BY 1')).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
  });

  test('ends where the history of a table ends', () => {
    const session = memorySession();
    session.executeScript(`
      CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE off(v) WITH (history = 'off');
      INSERT INTO off VALUES (1); INSERT INTO t VALUES (1, 1), (2, 2); PRAGMA max_retained_transactions = 2;
      UPDATE t SET v = 2; DELETE FROM t WHERE id = 1; UPDATE t SET v = 3; DELETE FROM off`);
    session.engine.vacuum();
    const { lastTransaction } = session.engine;
    expect(query(session, ALL)).toEqual([[lastTransaction - 1, 't', 0, 1, 0]]);
  });

  test.each([1, 2])('equals what a model has counted: seed %i', (seed) => {
    const random = new SeededRandom(seed);
    const disk = new MemoryDisk();
    const open = (): Session =>
      new Session(Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1)));
    let session = open();
    session.executeScript('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)');
    const expected: unknown[][] = [];
    const rows = (): Map<unknown, unknown> => new Map(query(session, 'SELECT id, v FROM t') as [unknown, unknown][]);
    for (let i = 0; i < 150; i++) {
      const before = rows();
      session.begin();
      // A counter that no row has twice: an update to the same value is one, too.
      for (let k = random.between(1, 3); k > 0; k--)
        session.executeScript(
          random.pick([
            `INSERT OR IGNORE INTO t VALUES (${random.below(50)}, ${1000 * i + k}), (${random.below(50)}, ${1000 * i + k})`,
            `UPDATE t SET v = ${1000 * i + k} WHERE id % 4 = ${random.below(4)}`,
            `DELETE FROM t WHERE id % 6 = ${random.below(6)}`,
          ]),
        );
      const after = rows();
      session.commit();
      const inserted = [...after.keys()].filter((id) => !before.has(id)).length;
      const deleted = [...before.keys()].filter((id) => !after.has(id)).length;
      const updated = [...after].filter(([id, v]) => before.has(id) && before.get(id) !== v).length;
      const { lastTransaction } = session.engine;
      if (inserted + deleted + updated > 0) expected.push([lastTransaction, 't', inserted, updated, deleted]);
      if (random.below(20) === 0) session.engine.checkpoint();
      if (random.below(40) === 0) session.engine.vacuum();
      if (random.below(40) === 0) {
        session.close();
        session.engine.close();
        session = open();
      }
    }
    expect(query(session, ALL)).toEqual(expected);
    const [txn] = random.pick(expected);
    const single = query(session, 'SELECT * FROM helios.transaction_changes WHERE txn = ?', [txn]);
    expect(single).toEqual(expected.filter((row) => row[0] === txn));
  });
});
