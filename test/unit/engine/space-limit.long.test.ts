import { describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import type { Storage, StorageFile } from '../../../src/storage/storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { littleMemory } from '../../support/little-memory.ts';
import { PLANNED, query } from '../../support/sql-session.ts';

const MAX_BYTES = 1024 * 1024;

/** The storage of a disk that keeps in mind the most that its two files ever came to. */
class MeasuredStorage implements Storage {
  readonly kind = 'memory';
  readonly readOnly = false;
  readonly main: StorageFile;
  readonly wal: StorageFile;
  mostBytes = 0;
  private readonly inner: Storage;

  constructor(disk: MemoryDisk) {
    this.inner = openMemoryStorage(disk);
    this.main = this.measured(this.inner.main);
    this.wal = this.measured(this.inner.wal);
  }

  close(): void {
    this.inner.close();
  }

  private measured(file: StorageFile): StorageFile {
    return {
      name: file.name,
      size: () => file.size(),
      read: (into, at) => file.read(into, at),
      write: (from, at) => {
        file.write(from, at);
        this.mostBytes = Math.max(this.mostBytes, this.inner.main.size() + this.inner.wal.size());
      },
      truncate: (size) => file.truncate(size),
      flush: () => file.flush(),
      close: () => file.close(),
    };
  }
}

/** A table of texts in a database that may come to a megabyte, whose history nobody wants. */
class Subject {
  readonly storage = new MeasuredStorage(new MemoryDisk());
  readonly random = new SeededRandom(7);
  readonly engine = Engine.open(this.storage, new SimulatedClock(), this.random, { maxBytes: MAX_BYTES });
  readonly tableId: number;
  lastError: HeliosError | null = null;
  /** Commits after which a checkpoint was on its way. */
  steps = 0;
  private readonly units: number;

  /** `units`: of background work after each commit. */
  constructor(retentionSeconds = 0, units = Number.POSITIVE_INFINITY) {
    this.units = units;
    const transaction = this.engine.begin();
    const table = tableDefinition('t', [
      ['id', 'INTEGER'],
      ['text', 'TEXT'],
    ]);
    this.tableId = transaction.createTable(table).id;
    transaction.createIndex(indexDefinition('t_text', this.tableId, [1]));
    transaction.set('min_retention_seconds', retentionSeconds);
    transaction.commit();
  }

  get rowids(): number[] {
    const table = this.engine.table(this.tableId);
    const rowids: number[] = [];
    for (let rowid = 1; rowid < table.nextRowid(); rowid++)
      if (table.find(this.engine.current, rowid) >= 0) rowids.push(rowid);
    return rowids;
  }

  /** Null, or the code of the error that it ended with. */
  insert(rows: number, length = 1000): string | null {
    return this.attempt((transaction, table) => {
      for (let row = 0; row < rows; row++) table.append(transaction, null, [null, this.text(length)]);
    });
  }

  /** As {@link insert}: texts take other values. */
  update(rowids: readonly number[]): string | null {
    return this.attempt((transaction, table) => {
      for (const rowid of rowids)
        table.update(transaction, table.find(transaction, rowid), rowid, [rowid, this.text(1000)]);
    });
  }

  delete(rowids: readonly number[]): string | null {
    return this.attempt((transaction, table) => {
      for (const rowid of rowids) table.end(transaction, table.find(transaction, rowid));
    });
  }

  fill(): void {
    while (this.insert(5) === null);
  }

  private attempt(
    change: (transaction: ReturnType<Engine['begin']>, table: ReturnType<Engine['table']>) => void,
  ): string | null {
    const transaction = this.engine.begin();
    try {
      change(transaction, transaction.table(this.tableId));
      transaction.commit();
      return null;
    } catch (error) {
      transaction.rollback();
      if (!(error instanceof HeliosError)) throw error;
      this.lastError = error;
      return error.code;
    } finally {
      if (this.engine.maintain(this.units)) this.steps++;
    }
  }

  /** No codec makes it smaller than 6 bits a character. */
  private text(length: number): string {
    let text = '';
    while (text.length < length) text += String.fromCharCode(48 + (this.random.u32() % 64));
    return text;
  }
}

describe('a database with a largest size', () => {
  test('is full in time, keeps what it has, and its files never come to more', () => {
    const subject = new Subject();
    subject.fill();
    expect(subject.insert(5)).toBe('DATABASE_FULL');
    while (subject.insert(1) === null);
    const { rowids } = subject;
    expect(rowids.length).toBeGreaterThan(400);
    expect(subject.insert(1)).toBe('DATABASE_FULL');
    expect(subject.rowids).toEqual(rowids);
    subject.engine.checkpoint();
    expect(subject.engine.check().ok).toBe(true);
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('takes rows again when others are deleted and VACUUM has run', () => {
    const subject = new Subject();
    for (let round = 0; round < 4; round++) {
      subject.fill();
      const { rowids } = subject;
      expect(rowids.length).toBeGreaterThan(400);
      expect(subject.delete(rowids.slice(0, 300))).toBeNull();
      subject.engine.vacuum();
    }
    expect(subject.engine.check().ok).toBe(true);
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('lets the retention be shortened when history has filled it', () => {
    const subject = new Subject(1000);
    subject.fill();
    subject.delete(subject.rowids.slice(0, 300));
    subject.engine.vacuum();
    subject.fill();
    expect(subject.insert(100)).toBe('DATABASE_FULL');
    const transaction = subject.engine.begin();
    transaction.set('min_retention_seconds', 0);
    transaction.commit();
    subject.engine.vacuum();
    expect(subject.insert(100)).toBeNull();
  });

  test('refuses one transaction that is too large, and an empty one stays what it was', () => {
    const subject = new Subject();
    expect(subject.insert(1200)).toBe('DATABASE_FULL');
    expect(subject.rowids).toEqual([]);
    expect(subject.insert(10)).toBeNull();
  });

  test('names what was found and what to do', () => {
    const subject = new Subject();
    subject.fill();
    expect(subject.insert(500)).toBe('DATABASE_FULL');
    expect(subject.lastError).toMatchObject({
      message: expect.stringMatching(/would not fit into its 1048576 bytes \(maxDbSizeMb\): \d+ are in use/),
      hint: expect.stringContaining('VACUUM'),
    });
  });

  test('is checkpointed in steps, between which others commit', () => {
    const subject = new Subject(0, 20);
    subject.fill();
    expect(subject.steps).toBeGreaterThan(10);
    expect(subject.engine.checkpointCount).toBeGreaterThan(5);
    const { rowids } = subject;
    expect(rowids.length).toBeGreaterThan(400);
    expect(subject.delete(rowids.slice(0, 200))).toBeNull();
    subject.engine.vacuum();
    subject.fill();
    expect(subject.rowids.length).toBeGreaterThan(400);
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(subject.engine.check()).toMatchObject({ ok: true, problems: [] });
  });

  const RUNS = [1, 2, 3, 4, 5].flatMap((seed) => [
    { seed, units: Number.POSITIVE_INFINITY },
    { seed, units: 20 },
  ]);

  test.each(RUNS)('random changes with a reader that comes and goes, seed $seed, $units values at a time', (run) => {
    const { seed, units } = run;
    const subject = new Subject(0, units);
    const random = new SeededRandom(seed);
    const below = (limit: number): number => random.u32() % limit;
    let reader = subject.engine.openSnapshot();
    const codes = new Set<string | null>();
    for (let step = 0; step < 150; step++) {
      const { rowids } = subject;
      const some = rowids.filter(() => below(4) === 0);
      const kind = below(12);
      if (kind < 6) codes.add(subject.insert(1 + below(40), 1 + below(3000)));
      else if (kind < 8) codes.add(subject.update(some));
      else if (kind < 10) codes.add(subject.delete(some));
      else if (kind < 11) subject.engine.vacuum();
      else {
        reader.close();
        reader = subject.engine.openSnapshot();
      }
    }
    expect([...codes].sort()).toEqual(['DATABASE_FULL', null]);
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(subject.engine.check()).toMatchObject({ ok: true, problems: [] });
  });
});

describe('statements that spill into a database with a largest size', () => {
  const SORT = 'SELECT id, text FROM t ORDER BY text, id';

  function scarce({ engine }: Subject): Session {
    return new Session(engine, { memory: littleMemory(64), batchRows: 16, ...PLANNED });
  }

  test('take the room that checkpoints do not need, and give it back', () => {
    const subject = new Subject();
    for (let round = 0; round < 15; round++) expect(subject.insert(10)).toBeNull();
    const { freeBytes } = subject.engine.stats();
    const sorted = query(scarce(subject), SORT);
    expect(sorted).toEqual(query(new Session(subject.engine), SORT));
    expect(subject.engine.stats().freeBytes).toBe(freeBytes);
    expect(subject.insert(10)).toBeNull();
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('fail with DATABASE_FULL where there is none, and lose nothing', () => {
    const subject = new Subject();
    subject.fill();
    const session = scarce(subject);
    const plain = new Session(subject.engine);
    const before = query(plain, SORT);
    const { freeBytes } = subject.engine.stats();
    for (const sql of [
      SORT,
      'UPDATE t SET text = text RETURNING *',
      'SELECT DISTINCT text FROM t',
      'SELECT text, row_number() OVER () FROM t',
    ])
      expect(() => query(session, sql)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(DATABASE_FULL|OUT_OF_MEMORY_BUDGET)$/) }),
      );
    expect(() => query(session, SORT)).toThrow(
      expect.objectContaining({ code: 'DATABASE_FULL', message: expect.stringContaining('no memory for') }),
    );
    expect(session.memory.operatorBytes).toBe(0);
    expect(subject.engine.stats().freeBytes).toBe(freeBytes);
    expect(query(plain, SORT)).toEqual(before);
    // What spilling has left alone is enough for what deletes.
    expect(subject.delete(subject.rowids.slice(0, 200))).toBeNull();
    subject.engine.vacuum();
    expect(subject.insert(5)).toBeNull();
    expect(subject.engine.check()).toMatchObject({ ok: true, problems: [] });
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  test('hold their room while they run: commits meanwhile are refused in time, and go through afterwards', () => {
    const subject = new Subject();
    for (let round = 0; round < 20; round++) expect(subject.insert(10)).toBeNull();
    const cursor = scarce(subject).prepare(SORT).execute();
    while ((cursor.next()?.count ?? 1) === 0);
    const codes = new Set<string | null>();
    for (let round = 0; round < 60; round++) codes.add(subject.insert(10));
    expect([...codes].sort()).toEqual(['DATABASE_FULL', null]);
    cursor.close();
    subject.engine.checkpoint();
    expect(subject.insert(10)).toBeNull();
    expect(subject.engine.check()).toMatchObject({ ok: true, problems: [] });
    expect(subject.storage.mostBytes).toBeLessThanOrEqual(MAX_BYTES);
  });
});
