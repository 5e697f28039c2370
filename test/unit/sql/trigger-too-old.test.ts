import { beforeEach, expect, test } from 'vitest';
import { failing } from '../../support/failing.ts';
import { TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
  for (const sql of [
    'CREATE TABLE prices (id INTEGER PRIMARY KEY, price INTEGER)',
    'INSERT INTO prices VALUES (1, 10), (2, 20)',
    'CREATE TABLE orders (id INTEGER PRIMARY KEY, product INTEGER, was INTEGER)',
    `CREATE TRIGGER note AFTER INSERT ON orders BEGIN
       UPDATE orders SET was = (SELECT price FROM prices AS OF TRANSACTION 2 WHERE prices.id = new.product) WHERE id = new.id;
     END`,
    'INSERT INTO orders (product) VALUES (1)',
    'UPDATE prices SET price = price + 1',
  ]) {
    db.clock.advanceMillis(1000);
    db.run(sql);
  }
});

/** The history of before now goes, with the versions that only it keeps. */
function forget(): void {
  db.run('PRAGMA min_retention_seconds = 0');
  db.session.vacuum();
}

test('a trigger whose point of the past is no longer kept says what the oldest one is, and nothing is lost', () => {
  const before = db.all('SELECT * FROM orders');
  expect(before).toEqual([[1, 1, 10]]);
  forget();
  const { oldestReadable } = db.engine.table(db.engine.catalog.table(db.engine.current, 'prices')?.id ?? -1);
  expect(oldestReadable).toBeGreaterThan(2);
  const oldest = new RegExp(`in trigger "note".* begins with transaction ${oldestReadable}, committed at 2026-`);
  expect(() => db.run('INSERT INTO orders (product) VALUES (1), (2)')).toThrow(failing('SNAPSHOT_TOO_OLD', oldest));
  expect(db.all('SELECT * FROM orders')).toEqual(before);
  expect(db.all('SELECT * FROM prices')).toEqual([
    [1, 11],
    [2, 21],
  ]);
});

test('what a transaction did before the statement that fails so stays, and it goes on', () => {
  forget();
  db.run('BEGIN; UPDATE prices SET price = 30 WHERE id = 2; INSERT INTO prices VALUES (3, 5)');
  expect(() => db.run('INSERT INTO orders (product) VALUES (2)')).toThrow(failing('SNAPSHOT_TOO_OLD'));
  db.run('INSERT INTO prices VALUES (4, 6); COMMIT');
  expect(db.all('SELECT price FROM prices ORDER BY id')).toEqual([[11], [30], [5], [6]]);
  expect(db.all('SELECT count(*) FROM orders')).toEqual([[1]]);
  // Where the trigger is gone, the statement that failed is done.
  db.run('DROP TRIGGER note; INSERT INTO orders (product) VALUES (2)');
  db.reopen('killed');
  expect(db.all('SELECT id, product, was FROM orders')).toEqual([
    [1, 1, 10],
    [2, 2, null],
  ]);
});
