import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { describeEngine } from '../../support/engine-state.ts';

const INTERVAL = 64 * 1024;

class Subject {
  readonly disk = new MemoryDisk();
  storage = openMemoryStorage(this.disk);
  engine = this.open();
  readonly id: number;

  constructor() {
    const transaction = this.engine.begin();
    const columns = [
      ['id', 'INTEGER'],
      ['text', 'TEXT'],
      ['n', 'INTEGER'],
    ] as const;
    this.id = transaction.createTable(tableDefinition('t', columns)).id;
    transaction.createIndex(indexDefinition('by_text', this.id, [1], true));
    transaction.commit();
  }

  private open(): Engine {
    const options = { walCheckpointBytes: INTERVAL };
    return Engine.open(this.storage, new SimulatedClock(), new SeededRandom(1), options);
  }

  /** As after a kill: memory is gone, files are as they were. */
  reopen(): Engine {
    this.storage.close();
    this.storage = openMemoryStorage(this.disk);
    this.engine = this.open();
    return this.engine;
  }

  insert(count: number, text = 'x'): void {
    const transaction = this.engine.begin();
    const table = transaction.table(this.id);
    for (let i = 0; i < count; i++) table.append(transaction, null, [null, `${text}${table.nextRowid()}`, i]);
    transaction.commit();
  }

  /** Ends versions of rows wherever they lie. */
  change(rowids: readonly number[]): void {
    const transaction = this.engine.begin();
    const table = transaction.table(this.id);
    for (const rowid of rowids) {
      const location = table.find(transaction, rowid);
      if (rowid % 3 === 0) table.end(transaction, location);
      else table.update(transaction, location, rowid, [rowid, `changed ${rowid}`, -rowid]);
    }
    transaction.commit();
  }

  fillLog(): void {
    while (this.logBytes < INTERVAL) this.insert(200, 'a text that fills the log ');
  }

  get logBytes(): number {
    return this.engine.stats().walBytes;
  }

  expectWhole(state: string): void {
    expect(describeEngine(this.engine)).toBe(state);
    expect(this.engine.check().problems).toEqual([]);
  }
}

describe('a checkpoint in steps', () => {
  test('is begun when it is due, takes many, and leaves what came meanwhile in the log', () => {
    const subject = new Subject();
    subject.fillLog();
    const { engine } = subject;
    let steps = 0;
    for (; engine.maintain(100); steps++) {
      subject.insert(1, `step ${steps} `);
      subject.expectWhole(describeEngine(engine));
    }
    expect(steps).toBeGreaterThan(5);
    expect(engine.checkpointCount).toBe(1);
    expect(engine.table(subject.id).segments).toHaveLength(1);
    expect(engine.table(subject.id).deltaRowCount()).toBe(steps);
    const state = describeEngine(engine);
    subject.reopen();
    subject.expectWhole(state);
  });

  test('ends versions that lie in what is being written, and in what is being merged', () => {
    const subject = new Subject();
    // So many segments that the next checkpoint merges them.
    for (let i = 0; i < 9; i++) {
      subject.insert(20);
      if (i < 8) subject.engine.checkpoint();
    }
    subject.fillLog();
    const { engine } = subject;
    for (let rowid = 1; engine.maintain(50); rowid += 7) {
      const changed = [rowid, rowid + 1, rowid + 2, 200 + rowid, 201 + rowid];
      if (rowid + 2 <= 160) subject.change(changed);
    }
    expect(engine.checkpointCount).toBe(9);
    expect(
      engine.table(subject.id).segments.filter(({ reader }) => reader.meta.kind === 'current').length,
    ).toBeLessThan(4);
    const state = describeEngine(engine);
    subject.expectWhole(state);
    subject.reopen();
    subject.expectWhole(state);
    subject.engine.checkpoint();
    subject.expectWhole(state);
    subject.reopen();
    subject.expectWhole(state);
  });

  test('knows nothing of definitions that come while it runs', () => {
    const subject = new Subject();
    subject.fillLog();
    const { engine } = subject;
    engine.maintain(100);
    const transaction = engine.begin();
    const table = engine.catalog.table(transaction, 't');
    if (table === null) throw new Error('no table');
    const added = { ...table.columns[1], name: 'added', missing: 'a value' };
    transaction.replace({ ...table, columns: [...table.columns, added] });
    transaction.createIndex(indexDefinition('by_n', table.id, [2]));
    const other = transaction.createTable(tableDefinition('other', [['id', 'INTEGER']]));
    transaction.table(other.id).append(transaction, null, [null]);
    transaction.commit();
    const state = describeEngine(engine);
    while (engine.maintain(100));
    subject.expectWhole(state);
    subject.reopen();
    subject.expectWhole(state);
  });

  test('waits for the end of a write transaction, and runs beside it', () => {
    const subject = new Subject();
    subject.fillLog();
    const { engine } = subject;
    engine.maintain(1);
    const transaction = engine.begin();
    transaction.table(subject.id).append(transaction, null, [null, 'new', 1]);
    transaction.table(subject.id).end(transaction, transaction.table(subject.id).find(transaction, 1));
    while (engine.maintain(1000));
    expect(engine.checkpointCount).toBe(0);
    transaction.rollback();
    const state = describeEngine(engine);
    expect(engine.maintain(1)).toBe(false);
    expect(engine.checkpointCount).toBe(1);
    subject.expectWhole(state);
  });

  test('takes over what ended meanwhile a few rows at a time, whoever was rolled back in between', () => {
    const subject = new Subject();
    subject.fillLog();
    const { engine } = subject;
    expect(engine.maintain(1)).toBe(true);
    const rowids = Array.from({ length: 600 }, (_, i) => i + 1);
    const undone = engine.begin();
    const table = undone.table(subject.id);
    for (const rowid of rowids.slice(0, 40)) table.end(undone, table.find(undone, rowid));
    undone.rollback();
    subject.change(rowids);
    let steps = 0;
    for (; engine.maintain(64); steps++) {
      // Rows that have been taken over already, and others.
      if (steps % 40 === 0) subject.change([601 + steps]);
      else if (steps % 40 === 20) {
        const again = engine.begin();
        again.table(subject.id).end(again, again.table(subject.id).find(again, 700 + steps));
        again.rollback();
      }
    }
    expect(steps).toBeGreaterThan(rowids.length / 8);
    expect(engine.checkpointCount).toBe(1);
    const state = describeEngine(engine);
    subject.expectWhole(state);
    subject.reopen();
    subject.expectWhole(state);
  });

  test('is seen by readers of before, between and after as it was', () => {
    const subject = new Subject();
    subject.fillLog();
    const { engine } = subject;
    const counts: [ReturnType<Engine['openSnapshot']>, number][] = [];
    const count = (at: { transaction: number }): number => {
      let rows = 0;
      const scan = engine.table(subject.id).scan(at, []);
      for (let batch = scan.next(); batch !== null; batch = scan.next()) rows += batch.selectedCount;
      return rows;
    };
    for (let rowid = 1; engine.maintain(50); rowid++) {
      const reader = engine.openSnapshot();
      counts.push([reader, count(reader)]);
      subject.change([3 * rowid]);
    }
    expect(counts.length).toBeGreaterThan(5);
    expect(counts.map(([reader]) => count(reader))).toEqual(counts.map(([, rows]) => rows));
    for (const [reader] of counts) reader.close();
  });

  test('keeps up with those who commit faster than it steps, and the log does not grow for ever', () => {
    const subject = new Subject();
    const { engine } = subject;
    for (let i = 0; i < 600; i++) {
      subject.insert(20, `a text of some length ${i} `);
      engine.maintain(1);
    }
    expect(engine.checkpointCount).toBeGreaterThan(3);
    expect(subject.logBytes).toBeLessThan(3 * INTERVAL);
    expect(subject.storage.wal.size()).toBeLessThan(6 * INTERVAL);
    const state = describeEngine(engine);
    subject.reopen();
    subject.expectWhole(state);
  });

  test('is finished by close, and by a checkpoint that somebody asks for', () => {
    for (const end of ['close', 'checkpoint', 'vacuum'] as const) {
      const subject = new Subject();
      subject.fillLog();
      subject.engine.maintain(100);
      subject.insert(5);
      const state = describeEngine(subject.engine);
      subject.engine[end]();
      subject.reopen();
      subject.expectWhole(state);
      expect(subject.logBytes).toBe(0);
      expect(subject.engine.table(subject.id).deltaRowCount()).toBe(0);
    }
  });
});
