import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import type { ChunkedBytes } from '../../../src/storage/chunked-bytes.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { failing } from '../../support/failing.ts';
import { query } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

const LONG = 'long '.repeat(1000);

function open(disk: MemoryDisk, clock = new SimulatedClock()): Session {
  return new Session(Engine.open(openMemoryStorage(disk), clock, new SeededRandom(1)));
}

/** The texts that stand somewhere in the files, in use or not. */
function found(disk: MemoryDisk, texts: Iterable<string>): string[] {
  const files = [disk.main, disk.wal].map((bytes) => Buffer.from(allOf(bytes)));
  return [...texts].filter((text) => files.some((file) => file.includes(text)));
}

function allOf(bytes: ChunkedBytes): Uint8Array {
  const all = new Uint8Array(bytes.size);
  bytes.read(all, 0);
  return all;
}

interface Person {
  /** Of one life, from INSERT to DELETE: a key that is used again begins another. */
  readonly life: number;
  readonly name: string;
}

/** People who come, change their names and go at random, with all that was ever true of them. */
class Registry {
  readonly disk = new MemoryDisk();
  readonly states = new Map<number, ReadonlyMap<number, Person>>();
  /** All names and notes that a life has had. */
  readonly texts = new Map<number, Set<string>>();
  session = open(this.disk);
  private readonly random: SeededRandom;
  private readonly people = new Map<number, Person>();
  /** As the open transaction found them. */
  private before: ReadonlyMap<number, Person> = new Map();
  private lives = 0;
  private names = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.session.executeScript(`
      CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER, note);
      CREATE INDEX by_note ON people(note, size);
      CREATE INDEX by_upper ON people(upper(name)) WHERE size > 2`);
  }

  change(): void {
    const { session, random } = this;
    this.before = new Map(this.people);
    session.begin();
    for (let i = random.between(1, 3); i > 0; i--) this.statement();
    if (random.chance(0.1)) {
      session.savepoint('s');
      session.executeScript(`INSERT INTO people VALUES (999, 'name that is rolled back', 3, '${LONG}')`);
      session.rollbackTo('s');
    }
    session.commit();
    this.states.set(session.engine.lastTransaction, new Map(this.people));
    if (random.chance(0.15)) session.engine.checkpoint();
    if (random.chance(0.05)) session.vacuum();
    if (random.chance(0.05)) this.reopen();
  }

  reopen(): void {
    this.session.close();
    this.session.engine.close();
    this.session = open(this.disk);
  }

  private statement(): void {
    const { random, people, session } = this;
    const ids = [...people.keys()];
    const id = ids.length > 0 ? random.pick(ids) : 0;
    const person = people.get(id);
    if (person === undefined || random.chance(0.4)) {
      const first = this.names;
      const [name, note] = [this.newText(), this.note()];
      session.executeScript(`INSERT INTO people(name, size, note) VALUES ('${name}', ${random.below(6)}, ${note})`);
      const given = Number(query(session, 'SELECT last_insert_rowid()')[0][0]);
      // What one transaction deletes and inserts again under its key is the same row, as if it had been updated.
      const life = this.before.get(given)?.life ?? ++this.lives;
      people.set(given, { life, name });
      this.keepTexts(life, first);
    } else if (random.chance(0.3)) {
      session.executeScript(`DELETE FROM people WHERE id = ${id}`);
      people.delete(id);
    } else {
      const { life } = person;
      const first = this.names;
      const [name, note] = [this.newText(), this.note()];
      session.executeScript(
        `UPDATE people SET name = '${name}', size = ${random.below(6)}, note = ${note} WHERE id = ${id}`,
      );
      people.set(id, { life, name });
      this.keepTexts(life, first);
    }
  }

  private note(): string {
    const text = this.newText();
    const kind = this.random.below(8);
    if (kind === 0) return 'NULL';
    return kind === 1 ? `'${text}${LONG}'` : kind === 2 ? `CAST('${text}${LONG}' AS BLOB)` : `'${text}'`;
  }

  private newText(): string {
    return `<text ${++this.names}>`;
  }

  /** The texts behind the first `from` are that life's. */
  private keepTexts(life: number, from: number): void {
    const texts = this.texts.get(life) ?? new Set();
    for (let n = from + 1; n <= this.names; n++) texts.add(`<text ${n}>`);
    this.texts.set(life, texts);
  }

  /** The names of a few who were there at some time, and the lives that have had one of them. */
  victims(): { readonly names: readonly string[]; readonly lives: ReadonlySet<number> } {
    const all = [...this.states.values()].flatMap((state) => [...state.values()]);
    const names = Array.from({ length: 5 }, () => this.random.pick(all).name);
    return { names, lives: new Set(all.filter(({ name }) => names.includes(name)).map(({ life }) => life)) };
  }

  expectWithout(lives: ReadonlySet<number>): void {
    const { session, states } = this;
    for (const [transaction, state] of states) {
      const expected = [...state].filter(([, { life }]) => !lives.has(life)).map(([id, { name }]) => [id, name]);
      const rows = query(session, `SELECT id, name FROM people AS OF TRANSACTION ${transaction} ORDER BY id`);
      expect({ transaction, rows }).toEqual({
        transaction,
        rows: expected.sort((a, b) => Number(a[0]) - Number(b[0])),
      });
    }
    const indexed = query(session, "SELECT count(*) FROM people WHERE upper(name) >= '' AND size > 2");
    expect(indexed).toEqual(query(session, 'SELECT count(*) FROM people NOT INDEXED WHERE size > 2'));
    expect(session.engine.check().problems).toEqual([]);
  }
}

describe('ERASE, at random', () => {
  test.each(Array.from({ length: 6 }, (_, i) => i + 1))('seed %i', (seed) => {
    const registry = new Registry(seed);
    const gone = new Set<number>();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 25; i++) registry.change();
      const { names, lives } = registry.victims();
      const list = names.map((name) => `'${name}'`).join(', ');
      const isNew = [...lives].filter((life) => !gone.has(life));
      const { changes } = registry.session.prepare(`ERASE FROM people WHERE name IN (${list}) REASON 'asked'`).run();
      expect(changes).toBe(isNew.length);
      for (const life of lives) gone.add(life);
      registry.expectWithout(gone);
      const texts = [...registry.texts].filter(([life]) => gone.has(life)).flatMap(([, set]) => [...set]);
      expect(found(registry.disk, [...texts, 'name that is rolled back'])).toEqual([]);
      const kept = [...registry.states.values()].at(-1) as ReadonlyMap<number, Person>;
      const keptNames = [...kept.values()].filter(({ life }) => !gone.has(life)).map(({ name }) => name);
      expect(found(registry.disk, keptNames)).toEqual(keptNames);
      registry.reopen();
      registry.expectWithout(gone);
    }
    expect(query(registry.session, 'SELECT count(*), min(reason) FROM helios.erasures')).toEqual([[3, 'asked']]);
  });
});

describe('ERASE', () => {
  let db: TestDatabase;
  const erase = (sql: string): number => db.session.prepare(sql).run().changes;

  beforeEach(() => {
    db = new TestDatabase();
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, v INTEGER)');
    db.run("INSERT INTO t VALUES (1, 'Ada', 10), (2, 'Bob', 20); UPDATE t SET name = 'nobody' WHERE id = 1");
  });

  test('all versions of a row go that has ever matched, and the record says how many', () => {
    expect(found(db.disk, ['Ada', 'nobody'])).toEqual(['Ada', 'nobody']);
    expect(erase("ERASE FROM t WHERE name = 'Ada' REASON 'Art. 17, letter of 3 May'")).toBe(1);
    expect(db.all('SELECT * FROM t')).toEqual([[2, 'Bob', 20]]);
    expect(db.all('SELECT * FROM t AS OF TRANSACTION 2')).toEqual([[2, 'Bob', 20]]);
    expect(found(db.disk, ['Ada', 'nobody'])).toEqual([]);
    expect(db.all('SELECT txn, erased_at, table_name, rows, versions, reason FROM helios.erasures')).toEqual([
      [4, new Date(db.clock.wallMicros() / 1000), 't', 1, 2, 'Art. 17, letter of 3 May'],
    ]);
    expect(db.all('SELECT changes()')).toEqual([[1]]);
    db.reopen();
    expect(db.all('SELECT count(*) FROM helios.erasures')).toEqual([[1]]);
    db.run("INSERT INTO t VALUES (3, 'Eve', 30)");
    expect(db.all('SELECT * FROM t AS OF TRANSACTION 4')).toEqual([[2, 'Bob', 20]]);
  });

  test('a key that was given again is another row', () => {
    db.run("DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 'Eve', 21)");
    expect(erase("ERASE FROM t WHERE name = 'Bob' REASON 'r'")).toBe(1);
    expect(db.all('SELECT * FROM t WHERE id = 2')).toEqual([[2, 'Eve', 21]]);
    // Replaced in one transaction, it is the same.
    db.run("INSERT OR REPLACE INTO t VALUES (2, 'Zoe', 22)");
    expect(erase("ERASE FROM t WHERE name = 'Eve' REASON 'r'")).toBe(1);
    expect(db.all('SELECT * FROM t WHERE id = 2')).toEqual([]);
  });

  test('parameters, subqueries, columns that rows are older than, no WHERE', () => {
    db.run("ALTER TABLE t ADD COLUMN w TEXT DEFAULT 'new'; CREATE TABLE gone(id INTEGER); INSERT INTO gone VALUES (2)");
    const statement = db.session.prepare(
      'ERASE FROM t AS x WHERE x.id IN (SELECT id FROM gone) AND x.w = ?1 REASON ?2',
    );
    expect(() => statement.run(['new', ''])).toThrow(failing('INVALID_VALUE', 'REASON'));
    expect(() => statement.run(['new', null])).toThrow(failing('INVALID_VALUE', 'REASON'));
    expect(statement.run(['old', 'why']).changes).toBe(0);
    expect(statement.run(['new', 'why']).changes).toBe(1);
    expect(db.all('SELECT rows, versions, reason FROM helios.erasures')).toEqual([
      [0, 0, 'why'],
      [1, 1, 'why'],
    ]);
    expect(erase("ERASE FROM t REASON 'all'")).toBe(1);
    expect(db.all('SELECT count(*) FROM t AS OF TRANSACTION 2')).toEqual([[0]]);
    expect(found(db.disk, ['Ada', 'Bob'])).toEqual([]);
  });

  test('what the retention has given up goes as well, and what deletes have left in free pages', () => {
    db.run('PRAGMA min_retention_seconds = 0');
    db.run("UPDATE t SET name = 'Robert' WHERE id = 2; CREATE TABLE u(a); INSERT INTO u VALUES ('Carol')");
    db.session.checkpoint();
    db.run("DROP TABLE u; INSERT INTO t VALUES (3, 'Dan', 1)");
    db.session.checkpoint();
    db.run('DELETE FROM t WHERE id = 3');
    db.session.checkpoint();
    expect(erase("ERASE FROM t WHERE name = 'who never was' REASON 'r'")).toBe(0);
    expect(found(db.disk, ['Bob', 'Carol', 'Dan', 'Ada'])).toEqual([]);
    expect(found(db.disk, ['Robert'])).toEqual(['Robert']);
  });

  test('values that are shared by others stay with them', () => {
    db.run("INSERT INTO t SELECT value, iif(value % 2, 'common', 'rare'), value FROM generate_series(10, 3000)");
    db.session.checkpoint();
    expect(erase("ERASE FROM t WHERE name = 'rare' REASON 'r'")).toBe(1496);
    expect(db.all('SELECT name, count(*) FROM t GROUP BY name ORDER BY 1')).toEqual([
      ['Bob', 1],
      ['common', 1495],
      ['nobody', 1],
    ]);
    expect(found(db.disk, ['rare'])).toEqual([]);
    db.run('CREATE UNIQUE INDEX by_v ON t(v)');
    db.run("INSERT INTO t VALUES (10, 'new', 12)");
    expect(db.all('SELECT id FROM t WHERE v = 12')).toEqual([[10]]);
  });

  test('rows of others that refer to what would go', () => {
    db.run('CREATE TABLE child(a, p REFERENCES t ON DELETE CASCADE); INSERT INTO child VALUES (1, 2)');
    const violation = failing('FOREIGN_KEY_VIOLATION', 'row 1 of child refers to a row of t that ERASE would take');
    expect(() => erase("ERASE FROM t WHERE id = 2 REASON 'r'")).toThrow(violation);
    expect(db.all('SELECT count(*) FROM t')).toEqual([[2]]);
    expect(db.all('SELECT count(*) FROM helios.erasures')).toEqual([[0]]);
    expect(erase("ERASE FROM t WHERE id = 1 REASON 'r'")).toBe(1);
    expect(erase("ERASE FROM child WHERE p = 2 REASON 'r'")).toBe(1);
    expect(erase("ERASE FROM t WHERE id = 2 REASON 'r'")).toBe(1);
  });

  test('not while it is read, nor inside of a transaction', () => {
    const reader = new Session(db.engine);
    reader.begin({ readOnly: true });
    expect(() => erase("ERASE FROM t REASON 'r'")).toThrow(failing('TRANSACTION_ACTIVE', '1 queries or read trans'));
    reader.commit();
    db.session.begin();
    expect(() => erase("ERASE FROM t REASON 'r'")).toThrow(failing('TRANSACTION_ACTIVE', 'inside a transaction'));
    db.session.rollback();
    expect(db.all('SELECT count(*) FROM t')).toEqual([[2]]);
    expect(erase("ERASE FROM t REASON 'r'")).toBe(2);
  });

  test.each([
    ['ERASE FROM t WHERE id = 1', 'SYNTAX_ERROR', 'REASON'],
    ["ERASE t REASON 'r'", 'SYNTAX_ERROR', 'FROM'],
    ["ERASE FROM v REASON 'r'", 'INVALID_STATEMENT', 'a view'],
    ["ERASE FROM temporary_one REASON 'r'", 'INVALID_STATEMENT', 'a temporary table'],
    ["ERASE FROM missing REASON 'r'", 'TABLE_NOT_FOUND', 'missing'],
    ["ERASE FROM t WHERE missing = 1 REASON 'r'", 'COLUMN_NOT_FOUND', 'missing'],
    ['ERASE FROM t REASON id', 'COLUMN_NOT_FOUND', 'id'],
    ['ERASE FROM t REASON (SELECT 1)', 'INVALID_STATEMENT', 'a subquery'],
    ["ERASE FROM t WHERE count(*) > 1 REASON 'r'", 'GROUPING_ERROR', ''],
  ])('%s: %s', (sql, code, message) => {
    db.run('CREATE VIEW v AS SELECT * FROM t; CREATE TEMP TABLE temporary_one(a)');
    expect(() => erase(sql)).toThrow(failing(code, message));
    expect(db.all('SELECT count(*) FROM t')).toEqual([[2]]);
  });
});
