import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { open, openSync } from '../../../src/node.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { failing } from '../../support/failing.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const LABELS = 'SELECT txn, changes, label FROM helios.transactions ORDER BY txn';

describe('SET LOCAL transaction_label', () => {
  test('names the transaction in helios.transactions, as far as it is not undone', () => {
    const disk = new MemoryDisk();
    const openIt = (): Session =>
      new Session(Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1)));
    const session = openIt();
    session.executeScript(`
      CREATE TABLE t(a);
      BEGIN; SET LOCAL transaction_label = 'import'; INSERT INTO t VALUES (1), (2); COMMIT;
      BEGIN; INSERT INTO t VALUES (3); SAVEPOINT s; SET LOCAL transaction_label TO 'undone'; ROLLBACK TO s; COMMIT;
      BEGIN; SET LOCAL transaction_label = 'first'; SET LOCAL transaction_label = 'se' || 'cond'; DELETE FROM t; COMMIT;
      BEGIN; SET LOCAL transaction_label = 'x'; SET LOCAL transaction_label = NULL; INSERT INTO t VALUES (1); COMMIT;
      BEGIN; SET LOCAL transaction_label = 'nothing'; COMMIT;
      BEGIN; SET LOCAL transaction_label = 'rolled back'; INSERT INTO t VALUES (4); ROLLBACK;
      INSERT INTO t VALUES (5)`);
    const expected = [
      [1, 0, null],
      [2, 2, 'import'],
      [3, 1, null],
      [4, 3, 'second'],
      [5, 1, null],
      [6, 1, null],
    ];
    expect(query(session, LABELS)).toEqual(expected);
    session.engine.makeDurable();
    session.engine.storage.close();
    const recovered = openIt();
    expect(query(recovered, LABELS)).toEqual(expected);
    recovered.engine.checkpoint();
    expect(query(recovered, "SELECT txn FROM helios.transactions WHERE label = 'second'")).toEqual([[4]]);
    expect(query(recovered, 'SELECT label FROM helios.transactions WHERE txn = 2')).toEqual([['import']]);
  });

  test.each([
    ["SET LOCAL transaction_label = 'x'", 'NO_ACTIVE_TRANSACTION', 'SET LOCAL needs a transaction'],
    ["BEGIN READ ONLY; SET LOCAL transaction_label = 'x'", 'TRANSACTION_READ_ONLY', 'read only'],
    ['BEGIN; SET LOCAL transaction_label = 5', 'TYPE_MISMATCH', 'takes a text'],
    ["BEGIN; SET LOCAL transaction_lable = 'x'", 'INVALID_STATEMENT', 'did you mean "transaction_label"?'],
    ["SET transaction_label = 'x'", 'SYNTAX_ERROR', 'LOCAL'],
    ['BEGIN; SET LOCAL transaction_label', 'SYNTAX_ERROR', 'syntax error'],
    ['BEGIN; SET LOCAL transaction_label = (SELECT 1)', 'INVALID_STATEMENT', 'a subquery cannot stand in SET LOCAL'],
  ])('%s: %s', (sql, code, message) => {
    expect(() => memorySession().executeScript(sql)).toThrow(failing(code, message));
  });

  test('has a limit', () => {
    const session = memorySession();
    session.executeScript('CREATE TABLE t(a); BEGIN; INSERT INTO t VALUES (1)');
    const set = session.prepare('SET LOCAL transaction_label = ?');
    set.run(['x'.repeat(LIMITS.labelLength)]);
    expect(() => set.run(['x'.repeat(LIMITS.labelLength + 1)])).toThrow(failing('LIMIT_EXCEEDED', 'at most 1000'));
    session.commit();
    expect(query(session, 'SELECT length(label) FROM helios.transactions WHERE txn = 2')).toEqual([[1000]]);
  });
});

describe('the option label', () => {
  test('of transaction()', async () => {
    const db = await open(':memory:');
    await db.exec('CREATE TABLE t(a)');
    await db.transaction((tx) => tx.exec('INSERT INTO t VALUES (1)'), { label: 'async' });
    await expect(db.transaction(async () => 1, { label: 5 as never })).rejects.toEqual(failing('MISUSE', 'label'));
    await expect(db.transaction(async () => 1, { label: 'x', readOnly: true })).rejects.toEqual(
      failing('TRANSACTION_READ_ONLY', 'read only'),
    );
    expect(await db.sql`SELECT txn, label FROM helios.transactions WHERE label IS NOT NULL`).toEqual([
      { txn: 2, label: 'async' },
    ]);
    await db.close();
  });

  test('of the synchronous one', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t(a)');
    db.transaction((tx) => tx.exec('INSERT INTO t VALUES (1)'), { label: 'sync' });
    expect(() => db.transaction(() => 1, { label: 5 as never })).toThrow(failing('MISUSE', 'label'));
    expect(db.query('SELECT label FROM helios.transactions WHERE txn = 2').rows).toEqual([{ label: 'sync' }]);
    db.close();
  });
});
