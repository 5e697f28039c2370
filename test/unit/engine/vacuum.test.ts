import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { describeEngine } from '../../support/engine-state.ts';

const DAY_MILLIS = 24 * 60 * 60 * 1000;
const FILLER = 'x'.repeat(3000);

/** A database in memory whose clock the test moves. */
class Subject {
  readonly disk = new MemoryDisk();
  readonly clock = new SimulatedClock();
  readonly engine = this.open();

  open(): Engine {
    return Engine.open(openMemoryStorage(this.disk), this.clock, new SeededRandom(1));
  }

  get mainBytes(): number {
    return this.engine.stats().mainBytes;
  }

  /** Ended versions that are kept, in history segments and beside current ones. */
  get oldVersions(): number {
    const tables = this.engine.catalog.tables(this.engine.current).map(({ id }) => this.engine.table(id));
    const segments = tables.flatMap((table) => table.segments);
    return segments.reduce((rows, { reader, rowCount, endedCount }) => {
      return rows + (reader.meta.kind === 'history' ? rowCount : endedCount);
    }, 0);
  }

  createTable(name: string, rowCount: number): number {
    const transaction = this.engine.begin();
    const { id } = transaction.createTable(
      tableDefinition(name, [
        ['id', 'INTEGER'],
        ['text', 'TEXT'],
      ]),
    );
    transaction.createIndex(indexDefinition(`${name}_text`, id, [1]));
    for (let row = 0; row < rowCount; row++) transaction.table(id).append(transaction, null, [null, `${row}${FILLER}`]);
    transaction.commit();
    return id;
  }

  /** Ends every row of the table up to a rowid; `text` writes it anew. */
  change(id: number, upTo: number, text: string | null): void {
    const transaction = this.engine.begin();
    for (let rowid = 1; rowid <= upTo; rowid++) {
      const table = transaction.table(id);
      const location = table.find(transaction, rowid);
      if (text === null) table.end(transaction, location);
      else table.update(transaction, location, rowid, [rowid, `${rowid}${text}`]);
    }
    transaction.commit();
  }

  drop(id: number): void {
    const transaction = this.engine.begin();
    transaction.drop(id);
    transaction.commit();
  }

  keepNothing(): void {
    const transaction = this.engine.begin();
    transaction.set('min_retention_seconds', 0);
    transaction.commit();
  }
}

describe('old versions', () => {
  test('are kept for thirty days, and then dropped by the next checkpoint', () => {
    const subject = new Subject();
    const id = subject.createTable('t', 100);
    subject.engine.checkpoint();
    subject.change(id, 50, 'new');
    subject.engine.checkpoint();
    expect(subject.oldVersions).toBe(50);
    subject.clock.advanceMillis(29 * DAY_MILLIS);
    subject.change(id, 10, 'newer');
    subject.engine.checkpoint();
    expect(subject.oldVersions).toBe(60);
    // The first change is older than thirty days then; the second stays, for what it replaced was right until now.
    subject.clock.advanceMillis(2 * DAY_MILLIS);
    const before = describeEngine(subject.engine);
    subject.engine.vacuum();
    expect(subject.oldVersions).toBe(10);
    expect(describeEngine(subject.engine)).toBe(before);
    expect(subject.engine.check().problems).toEqual([]);
  });

  test('go at once where the file says that nothing is kept', () => {
    const subject = new Subject();
    subject.keepNothing();
    const id = subject.createTable('t', 100);
    subject.engine.checkpoint();
    subject.change(id, 50, 'new');
    subject.engine.checkpoint();
    expect(subject.oldVersions).toBe(0);
    subject.engine.close();
    const reopened = subject.open();
    expect(reopened.check()).toMatchObject({ ok: true, rows: 100 });
  });

  test('stay as long as a reader is open that sees them', () => {
    const subject = new Subject();
    subject.keepNothing();
    const id = subject.createTable('t', 100);
    subject.engine.checkpoint();
    const reader = subject.engine.openSnapshot();
    subject.change(id, 100, null);
    subject.engine.vacuum();
    expect(subject.oldVersions).toBe(100);
    expect(subject.engine.table(id).find(reader, 7)).toBeGreaterThanOrEqual(0);
    reader.close();
    subject.engine.vacuum();
    expect(subject.oldVersions).toBe(0);
  });

  test('a clock that was set back drops nothing too early', () => {
    const subject = new Subject();
    const id = subject.createTable('t', 10);
    subject.change(id, 10, 'new');
    subject.clock.jumpWallMicros(-365 * DAY_MILLIS * 1000);
    subject.engine.vacuum();
    expect(subject.oldVersions).toBe(10);
  });
});

describe('dropped tables', () => {
  test('leave the file, their definitions too, when no reader can ask for them', () => {
    const subject = new Subject();
    const [kept, dropped] = [subject.createTable('kept', 5), subject.createTable('dropped', 100)];
    subject.engine.checkpoint();
    subject.drop(dropped);
    subject.engine.vacuum();
    const withHistory = subject.mainBytes;
    expect(subject.engine.catalog.versions(dropped)).toHaveLength(1);
    subject.keepNothing();
    subject.engine.vacuum();
    expect(subject.mainBytes).toBeLessThan(withHistory - 100 * FILLER.length * 0.5);
    expect(subject.engine.catalog.versions(dropped)).toEqual([]);
    subject.createTable('dropped', 3);
    subject.engine.close();
    const reopened = subject.open();
    expect(reopened.catalog.tables(reopened.current).map(({ name }) => name)).toEqual(['kept', 'dropped']);
    expect(reopened.table(kept).rowCountEstimate()).toBe(5);
    expect(reopened.check().problems).toEqual([]);
  });
});

describe('VACUUM', () => {
  // Of the latter, none fits into the hole before it.
  test.each([
    ['shrinking', -1],
    ['growing', 1],
  ])('moves what lies behind free pages, and cuts the file: %s segments', (_, step) => {
    const subject = new Subject();
    subject.keepNothing();
    const ids = Array.from({ length: 8 }, (_, i) => {
      const id = subject.createTable(`t${i}`, 30 + step * i);
      subject.engine.checkpoint();
      return id;
    });
    const full = subject.mainBytes;
    for (const id of ids.filter((_, i) => i % 2 === 0)) subject.drop(id);
    const before = describeEngine(subject.engine);
    subject.engine.vacuum();
    const { mainBytes, freeBytes } = subject.engine.stats();
    expect(mainBytes).toBeLessThan(full * 0.6);
    expect(freeBytes).toBeLessThan(mainBytes / 16);
    expect(describeEngine(subject.engine)).toBe(before);
    expect(subject.engine.check().problems).toEqual([]);
    subject.engine.close();
    const reopened = subject.open();
    expect(describeEngine(reopened)).toBe(before);
    expect(reopened.check().problems).toEqual([]);
  });

  test('has nothing to do the second time', () => {
    const subject = new Subject();
    const id = subject.createTable('t', 100);
    subject.engine.checkpoint();
    subject.change(id, 30, 'new');
    subject.engine.vacuum();
    const { mainBytes, segments } = subject.engine.stats();
    const extents = () => subject.engine.table(id).segments.map(({ reader }) => reader.meta.id);
    const before = extents();
    subject.engine.vacuum();
    expect(extents()).toEqual(before);
    expect(subject.engine.stats().segments).toBe(segments);
    // The manifest is written anew, in another place.
    expect(subject.mainBytes).toBeLessThanOrEqual(mainBytes + subject.engine.pageSize);
  });

  test('leaves open readers what they read', () => {
    const subject = new Subject();
    subject.keepNothing();
    const id = subject.createTable('t', 50);
    subject.createTable('u', 50);
    subject.engine.checkpoint();
    const reader = subject.engine.openSnapshot();
    const scan = subject.engine.table(id).scan(reader, [1]);
    subject.change(id, 50, null);
    subject.engine.vacuum();
    let rows = 0;
    for (let batch = scan.next(); batch !== null; batch = scan.next()) rows += batch.selectedCount;
    expect(rows).toBe(50);
    reader.close();
  });
});
