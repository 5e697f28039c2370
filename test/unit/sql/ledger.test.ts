import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plantedBugs } from '../../../src/base/planted-bugs.ts';
import { Sha256, sha256 } from '../../../src/base/sha256.ts';
import type { ChunkedBytes } from '../../../src/storage/chunked-bytes.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { failing } from '../../support/failing.ts';
import { TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase;
const verify = (): unknown[] => db.all('VERIFY LEDGER t')[0].slice(1, 3);
const head = (): unknown => db.all('VERIFY LEDGER t')[0][3];

/** Puts other bytes of the same length in the place of some, wherever they stand. */
function tamper(bytes: ChunkedBytes, from: Uint8Array, to: Uint8Array): void {
  const file = Buffer.alloc(bytes.size);
  bytes.read(file, 0);
  expect(from.length).toBe(to.length);
  let count = 0;
  for (let at = file.indexOf(from); at >= 0; at = file.indexOf(from, at + 1)) {
    bytes.write(to, at);
    count++;
  }
  expect(count).toBeGreaterThan(0);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

beforeEach(() => {
  db = new TestDatabase();
});

afterEach(() => {
  plantedBugs.skipChecksum = false;
});

describe('SHA-256', () => {
  test('of pieces is that of the whole, and what others compute', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(expected);
      for (const cut of [1, 13, 64, 100]) {
        const pieces = new Sha256();
        for (let at = 0; at < length; at += cut) pieces.update(bytes.subarray(at, at + cut));
        expect(Buffer.from(pieces.digest()).toString('hex')).toBe(expected);
      }
    }
  });
});

describe('WITH (ledger = true)', () => {
  test('whatever happens to it, its chain is that of its history', () => {
    const random = new SeededRandom(5);
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v, d DECIMAL(30, 2), e REAL, x BLOB) WITH (ledger = true)');
    db.run('CREATE INDEX t_v ON t(upper(v)); CREATE TABLE other(a)');
    let links = 0;
    let known = '';
    for (let round = 0; round < 60; round++) {
      db.run('BEGIN');
      const id = random.between(1, 30);
      const statements = [
        `INSERT OR REPLACE INTO t(id, v, x, ${round > 40 ? 'money' : 'd'}) VALUES (${id}, 'v${round}', zeroblob(${random.pick([3, 9000])}), ${round}.25)`,
        `UPDATE t SET v = ${random.pick(['NULL', '1', "'text'", '1.5'])}, ${round > 40 ? 'money = NULL' : 'e = random() / 7.0'} WHERE id % 4 = ${round % 4}`,
        `DELETE FROM t WHERE id = ${id}`,
        `UPDATE t SET id = id + 100 WHERE id = ${id}`,
        'INSERT INTO other VALUES (1)',
      ];
      for (let i = random.between(1, 3); i > 0; i--) db.run(random.pick(statements));
      if (random.chance(0.2)) db.run('SAVEPOINT s; DELETE FROM t; ROLLBACK TO s');
      if (round === 20) db.run("ALTER TABLE t ADD COLUMN added TEXT DEFAULT 'older rows have this'");
      if (round === 40) db.run('ALTER TABLE t DROP COLUMN e; ALTER TABLE t RENAME COLUMN d TO money');
      if (random.chance(0.1)) db.run('ROLLBACK');
      else db.run('COMMIT');
      const [verified, bad] = verify();
      expect({ round, bad }).toEqual({ round, bad: null });
      expect(verified).toBeGreaterThanOrEqual(links);
      links = Number(verified);
      if (random.chance(0.2)) db.session.checkpoint();
      if (random.chance(0.1)) db.session.vacuum();
      known = String(head());
      if (random.chance(0.1)) db.reopen();
      expect(head()).toBe(known);
    }
    expect(links).toBeGreaterThan(20);
    expect(db.all('SELECT count(*) FROM helios.ledger')).toEqual([[links]]);
    expect(db.all('SELECT hash FROM helios.ledger ORDER BY txn DESC LIMIT 1')).toEqual([[known]]);
  });

  test('transactions that do not stay in memory have a link like others', () => {
    db = new TestDatabase({ deltaBytes: 100_000 });
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT) WITH (ledger = true)');
    db.run(
      "BEGIN; INSERT INTO t SELECT value, 'row ' || value FROM generate_series(1, 20000); UPDATE t SET v = 'x' WHERE id % 3 = 0; COMMIT",
    );
    expect(db.all("SELECT segments > 0 FROM helios.tables WHERE name = 't'")).toEqual([[1]]);
    db.run('DELETE FROM t WHERE id < 15000');
    expect(verify()).toEqual([2, null]);
    db.session.vacuum();
    expect(verify()).toEqual([2, null]);
  });

  test('its history is kept, and what would take it away is refused', () => {
    db.run('PRAGMA min_retention_seconds = 0; CREATE TABLE t(v) WITH (ledger = true); INSERT INTO t VALUES (1), (2)');
    db.clock.advanceMillis(1000);
    db.run('UPDATE t SET v = v + 1; DELETE FROM t WHERE v = 2');
    db.session.vacuum();
    db.reopen();
    expect(db.all('SELECT count(*) FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE')).toEqual([[5]]);
    expect(verify()).toEqual([3, null]);
    expect(() => db.run('DROP TABLE t')).toThrow(
      failing('INVALID_STATEMENT', 'is a ledger table: it cannot be dropped'),
    );
    expect(() => db.run("ERASE FROM t REASON 'r'")).toThrow(failing('INVALID_STATEMENT', 'is a ledger table'));
    expect(() => db.run("ALTER TABLE t SET (history = '1 day')")).toThrow(failing('INVALID_DEFINITION', 'keeps all'));
    db.run('CREATE TABLE u(a)');
    expect(() => db.run('ALTER TABLE u SET (ledger = true)')).toThrow(failing('INVALID_DEFINITION', 'cannot become'));
    expect(() => db.run('VERIFY LEDGER u')).toThrow(failing('INVALID_STATEMENT', 'no ledger table'));
    expect(() => db.run('CREATE TABLE w(a) WITH (ledger = 5)')).toThrow(failing('INVALID_DEFINITION', 'true or false'));
    expect(db.all("SELECT ledger FROM helios.tables WHERE name IN ('t', 'u') ORDER BY name")).toEqual([[1], [0]]);
    db.run('ALTER TABLE t SET (ledger = false); DROP TABLE t');
    expect(db.all('SELECT count(*) FROM helios.ledger')).toEqual([[3]]);
  });

  test('all ledgers at once', () => {
    db.run('CREATE TABLE a(v) WITH (ledger = true); CREATE TABLE b(v) WITH (ledger = true); INSERT INTO b VALUES (1)');
    expect(db.all('VERIFY LEDGER').map((row) => row.slice(0, 3))).toEqual([
      ['a', 0, null],
      ['b', 1, null],
    ]);
  });
});

describe('what somebody changes behind the back of it is found at its transaction', () => {
  beforeEach(() => {
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, v INTEGER) WITH (ledger = true)');
    db.run("INSERT INTO t VALUES (1, 'Ada--', 10)");
    db.run("INSERT INTO t VALUES (2, 'Bob--', 20)");
    db.run("UPDATE t SET name = 'Carol' WHERE id = 1");
    db.run('DELETE FROM t WHERE id = 2');
    db.run("INSERT INTO t VALUES (3, 'Dan--', 30)");
  });

  /** Checksums are no obstacle to who can compute them: what they say is not looked at. */
  function thenOpened(change: () => void): unknown[] {
    db.reopen('closed', () => {
      change();
      plantedBugs.skipChecksum = true;
    });
    return verify();
  }

  test('nothing was', () => {
    const kept = head();
    expect(thenOpened(() => undefined)).toEqual([5, null]);
    expect(head()).toBe(kept);
  });

  test.each([
    ['Ada--', 2],
    ['Bob--', 3],
    ['Carol', 4],
    ['Dan--', 6],
  ])('the name %s', (name, bad) => {
    const kept = head();
    expect(thenOpened(() => tamper(db.disk.main, text(name), text('Eve--')))).toEqual([bad - 2, bad]);
    expect(head()).not.toBe(kept);
  });

  test('a link', () => {
    const hash = String(db.all('SELECT hash FROM helios.ledger WHERE txn = 4')[0][0]);
    expect(thenOpened(() => tamper(db.disk.main, Buffer.from(hash, 'hex'), Buffer.alloc(32, 7)))).toEqual([2, 4]);
  });

  test('the log', () => {
    db.session.checkpoint();
    db.run("INSERT INTO t VALUES (4, 'Frank', 1)");
    const { wal } = db.disk;
    const log = Buffer.alloc(wal.size);
    wal.read(log, 0);
    // As a crash leaves it: with the log.
    db.reopen('killed', () => {
      wal.write(log, 0);
      tamper(wal, text('Frank'), text('Eve--'));
      plantedBugs.skipChecksum = true;
    });
    expect(db.all('SELECT name FROM t WHERE id = 4')).toEqual([['Eve--']]);
    expect(verify()).toEqual([5, 7]);
  });

  test('a change that no transaction of the database has made', () => {
    // Who has the engine's code can leave the ledger out.
    const { engine } = db;
    const table = engine.table(engine.catalog.table(engine.current, 't')?.id ?? 0);
    const { definition } = table;
    table.redefine({ ...definition, ledger: undefined } as never);
    db.run("INSERT INTO t VALUES (5, 'Eve', 1)");
    table.redefine(definition);
    db.run("INSERT INTO t VALUES (6, 'Fay', 1)");
    expect(verify()).toEqual([5, 7]);
  });
});
