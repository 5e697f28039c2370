import { describe, expect, test } from 'vitest';
import { open, openSync, type SyncDatabase, type SyncTransaction } from '../../../src/node.ts';
import { expectFailure, failure } from './failure.ts';

function database(): SyncDatabase {
  const db = openSync(':memory:');
  db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3)');
  return db;
}

describe('closed things', () => {
  test('a database', () => {
    const db = database();
    const statement = db.prepare('SELECT a FROM t');
    db.close();
    db.close();
    for (const use of [
      () => db.exec('SELECT 1'),
      () => db.query('SELECT 1'),
      () => db.sql`SELECT 1`,
      () => db.prepare('SELECT 1'),
      () => db.iterate('SELECT 1').next(),
      () => db.insert('t', [{ a: 1 }]),
      () => db.transaction(() => 1),
      () => db.check(),
      () => db.stats(),
      () => statement.all(),
      () => statement.run(),
      () => statement.get(),
      () => [...statement.iterate()],
    ]) {
      const error = failure(use);
      expect(error.code).toBe('CLOSED');
      expect(error.message).toContain('closed');
    }
    statement.close();
  });

  test('a statement', () => {
    const db = database();
    const statement = db.prepare('SELECT a FROM t');
    statement.close();
    statement.close();
    for (const use of [
      () => statement.all(),
      () => statement.get(),
      () => statement.run(),
      () => [...statement.iterate()],
    ]) {
      expectFailure(db, use, 'CLOSED', 'the statement is closed');
    }
    db.close();
  });

  test('the promise API', async () => {
    const db = await open(':memory:');
    const statement = await db.prepare('SELECT 1');
    await db.close();
    await db.close();
    for (const use of [
      () => db.exec('SELECT 1'),
      () => db.query('SELECT 1'),
      () => db.check(),
      () => statement.all(),
    ]) {
      await expect(use()).rejects.toMatchObject({ name: 'HeliosError', code: 'CLOSED', sqlState: '08003' });
    }
  });

  test('a transaction, after its end', () => {
    const db = database();
    let kept: SyncTransaction | undefined;
    db.transaction((tx) => {
      kept = tx;
    });
    expectFailure(db, () => kept?.query('SELECT 1'), 'TRANSACTION_CLOSED', 'has ended');
    expectFailure(db, () => kept?.exec('INSERT INTO t VALUES (9)'), 'TRANSACTION_CLOSED');
    db.close();
  });
});

describe('transactions', () => {
  test('statements that have no place', () => {
    const db = database();
    expectFailure(db, () => db.exec('COMMIT'), 'NO_ACTIVE_TRANSACTION', 'COMMIT needs a transaction');
    expectFailure(db, () => db.exec('ROLLBACK'), 'NO_ACTIVE_TRANSACTION', 'ROLLBACK needs a transaction');
    expectFailure(db, () => db.exec('ROLLBACK TO s'), 'SAVEPOINT_NOT_FOUND', 's');
    expectFailure(db, () => db.exec('RELEASE s'), 'SAVEPOINT_NOT_FOUND', 's');
    db.exec('BEGIN; SAVEPOINT inner');
    expectFailure(db, () => db.exec('BEGIN'), 'TRANSACTION_ACTIVE');
    expectFailure(db, () => db.exec('ROLLBACK TO outer_'), 'SAVEPOINT_NOT_FOUND', 'outer_');
    expectFailure(db, () => db.transaction(() => 1), 'TRANSACTION_ACTIVE');
    db.exec('INSERT INTO t VALUES (4); ROLLBACK TO inner; RELEASE inner');
    expectFailure(db, () => db.exec('RELEASE inner'), 'SAVEPOINT_NOT_FOUND', 'inner');
    db.exec('COMMIT');
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 3 }]);
    db.close();
  });

  test('a body that fails leaves nothing, and its error comes through', () => {
    const db = database();
    const own = new Error('the body gave up');
    const failing = () =>
      db.transaction((tx) => {
        tx.exec('DELETE FROM t; CREATE TABLE u (a)');
        throw own;
      });
    expect(failing).toThrow(own);
    expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 3 }]);
    expectFailure(db, () => db.query('SELECT * FROM u'), 'TABLE_NOT_FOUND');
    db.close();
  });

  test('bodies that are none', () => {
    const db = database();
    expectFailure(db, () => db.transaction(5 as never), 'MISUSE', 'takes a function');
    expectFailure(db, () => db.transaction(async () => 1), 'MISUSE', 'promise');
    expectFailure(db, () => db.transaction((tx) => tx.exec('BEGIN')), 'TRANSACTION_ACTIVE');
    db.transaction((tx) => tx.exec('INSERT INTO t VALUES (4)'));
    db.close();
  });
});

test('a script that fails inside of its own transaction leaves it open', () => {
  const db = database();
  expect(failure(() => db.exec('BEGIN; DELETE FROM t; INSERT INTO nowhere VALUES (1); COMMIT')).code).toBe(
    'TABLE_NOT_FOUND',
  );
  db.exec('ROLLBACK');
  expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 3 }]);
  db.close();
});

test('a table that is dropped below a statement, and one that comes back', () => {
  const db = database();
  const statement = db.prepare('SELECT a FROM t');
  db.exec('DROP TABLE t');
  expectFailure(db, () => statement.all(), 'TABLE_NOT_FOUND', '"t"');
  db.exec("CREATE TABLE t (b TEXT, a TEXT); INSERT INTO t (a) VALUES ('back')");
  expect(statement.all()).toEqual([{ a: 'back' }]);
  db.close();
});

test('arguments of the wrong shape', () => {
  const db = database();
  expectFailure(db, () => db.insert('t', null as never), 'MISUSE', 'rows');
  expectFailure(db, () => db.insert(5 as never, []), 'MISUSE', 'name of a table');
  expectFailure(db, () => db.insert('nowhere', [{ a: 1 }]), 'TABLE_NOT_FOUND', 'nowhere');
  expectFailure(db, () => db.insert('t', [{ b: 1 }]), 'COLUMN_NOT_FOUND', 'b');
  expectFailure(db, () => db.insert('t', { a: [1], b: [1] }), 'COLUMN_NOT_FOUND', 'b');
  expectFailure(db, () => db.sql('SELECT 1' as never), 'MISUSE', 'template');
  expectFailure(db, () => db.insert('t', [{ a: 1 }, null] as never), 'MISUSE', 'null');
  expectFailure(db, () => db.insert('t', [[1]] as never), 'MISUSE', 'array');
  expectFailure(db, () => db.insert('t', { a: 5 } as never), 'MISUSE', 'a');
  for (const params of ['abc', 5, null, true] as never[]) {
    expectFailure(db, () => db.query('SELECT ?', params), 'MISUSE', 'array');
  }
  db.exec('CREATE TABLE two (a, b)');
  expectFailure(db, () => db.insert('two', { a: [1, 2], b: [1] }), 'INVALID_STATEMENT', '1 value');
  expect(db.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 3 }]);
  db.close();
});
