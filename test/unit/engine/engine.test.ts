import { describe, expect, test } from 'vitest';
import type { ColumnValue } from '../../../src/engine/column/types.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/engine-options.ts';
import type { TableScan } from '../../../src/engine/table/access.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

function openOn(disk: MemoryDisk, options: Partial<EngineOptions> = {}, clock = new SimulatedClock()): Engine {
  return Engine.open(openMemoryStorage(disk), clock, new SeededRandom(1), options);
}

function createTable(engine: Engine): number {
  const transaction = engine.begin();
  const { id } = transaction.createTable(
    tableDefinition('t', [
      ['id', 'INTEGER'],
      ['n', 'INTEGER'],
    ]),
  );
  transaction.commit();
  return id;
}

function insert(engine: Engine, id: number, ...numbers: ColumnValue[]): void {
  const transaction = engine.begin();
  for (const n of numbers) engine.table(id).append(transaction, null, [null, n]);
  transaction.commit();
  engine.makeDurable();
}

function drain(scan: TableScan, column = 0): ColumnValue[] {
  const values: ColumnValue[] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.selectedCount; i++) {
      values.push(columnValueAt(batch.column(column), batch.selection === null ? i : batch.selection[i]));
    }
  }
  return values;
}

describe('readers', () => {
  test('see what was there when they began, through writes, a checkpoint and a dropped index', () => {
    const engine = openOn(new MemoryDisk());
    const id = createTable(engine);
    insert(engine, id, 3, 1, 2);
    const transaction = engine.begin();
    const index = transaction.createIndex(indexDefinition('by_n', id, [1]));
    transaction.commit();
    const snapshot = engine.openSnapshot();
    const begun = engine.table(id).scan(snapshot, [1]);
    const changing = engine.begin();
    engine.table(id).end(changing, engine.table(id).find(changing, 1));
    engine.table(id).append(changing, null, [null, 9]);
    changing.drop(index.id);
    changing.commit();
    engine.checkpoint();
    insert(engine, id, 10);
    expect(drain(begun)).toEqual([3, 1, 2]);
    expect(drain(engine.table(id).scan(snapshot, [1])).sort()).toEqual([1, 2, 3]);
    expect(drain(engine.table(id).indexScan(snapshot, index.id, [{ equal: [] }], [1], 'forward'))).toEqual([3, 2, 1]);
    expect(drain(engine.table(id).scan(engine.current, [1])).sort()).toEqual([1, 10, 2, 9]);
    snapshot.close();
  });

  test('keep the extents that they may still read, and give them back', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const id = createTable(engine);
    const snapshot = engine.openSnapshot();
    for (let i = 0; i < 20; i++) {
      insert(engine, id, i);
      engine.checkpoint();
    }
    const held = engine.stats().freeBytes;
    expect(held).toBeGreaterThan(0);
    snapshot.close();
    const size = engine.stats().mainBytes;
    for (let i = 0; i < 8; i++) {
      insert(engine, id, i);
      engine.checkpoint();
    }
    expect(engine.stats().mainBytes).toBe(size);
    expect(engine.check().problems).toEqual([]);
  });
});

describe('commits', () => {
  test('are numbered densely and timed in order, though the clock jumps back', () => {
    const clock = new SimulatedClock();
    const engine = openOn(new MemoryDisk(), {}, clock);
    const id = createTable(engine);
    const times: number[] = [];
    for (const jump of [1000, -5_000_000, 0, 10]) {
      clock.advanceMicros(jump);
      const transaction = engine.begin();
      engine.table(id).append(transaction, null, [null, 1]);
      const result = transaction.commit();
      expect(result.transaction).toBe(engine.lastTransaction);
      times.push(result.committedAtMicros);
    }
    expect(engine.lastTransaction).toBe(5);
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1]);
  });

  test('of nothing take no number', () => {
    const engine = openOn(new MemoryDisk());
    createTable(engine);
    const before = engine.lastTransaction;
    engine.begin().commit();
    expect(engine.lastTransaction).toBe(before);
  });

  test('share a flush, and full means one', () => {
    const disk = new LyingDisk(1);
    const storage = disk.open();
    let flushes = 0;
    const countedFlush = (): void => {
      flushes++;
      storage.wal.flush();
    };
    const wal = Object.assign(Object.create(storage.wal), { flush: countedFlush });
    const engine = Engine.open({ ...storage, wal }, new SimulatedClock(), new SeededRandom(1));
    const id = createTable(engine);
    flushes = 0;
    for (let i = 0; i < 5; i++) {
      const transaction = engine.begin();
      engine.table(id).append(transaction, null, [null, i]);
      transaction.commit();
    }
    engine.makeDurable();
    engine.makeDurable();
    expect(flushes).toBe(1);
  });

  test('a second writer is refused, an ended transaction too', () => {
    const engine = openOn(new MemoryDisk());
    const transaction = engine.begin();
    expect(() => engine.begin()).toThrow(expect.objectContaining({ code: 'MISUSE' }));
    transaction.rollback();
    expect(() => transaction.commit()).toThrow(expect.objectContaining({ code: 'TRANSACTION_CLOSED' }));
    engine.begin().rollback();
  });
});

describe('files', () => {
  test('of every page size are written and read', () => {
    for (const pageSize of [512, 4096, 65_536]) {
      const disk = new MemoryDisk();
      const engine = openOn(disk, { pageSize });
      const id = createTable(engine);
      for (let i = 0; i < 12; i++) {
        insert(engine, id, i, `text ${i}`.length);
        if (i % 2 === 0) engine.checkpoint();
      }
      engine.close();
      const reopened = openOn(disk);
      expect(drain(reopened.table(id).scan(reopened.current, [1]))).toHaveLength(24);
      expect(reopened.check().problems).toEqual([]);
    }
  });

  test('that are no database stay as they are', () => {
    const disk = new MemoryDisk();
    const text = new TextEncoder().encode('name,value\nboiler,20\n'.repeat(1000));
    disk.main.write(text, 0);
    expect(() => openOn(disk)).toThrow(expect.objectContaining({ code: 'NOT_A_DATABASE' }));
    expect(disk.main.toBytes()).toEqual(text);
  });

  test('a log without its database is an error, not an empty database', () => {
    const disk = new MemoryDisk();
    disk.wal.write(new Uint8Array(100), 0);
    expect(() => openOn(disk)).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
  });

  test('opened for reading only refuse to write, and change nothing', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const id = createTable(engine);
    insert(engine, id, 5);
    engine.close();
    const storage = openMemoryStorage(disk, { readOnly: true });
    const reader = Engine.open(storage, new SimulatedClock(), new SeededRandom(1));
    expect(drain(reader.table(id).scan(reader.current, [1]))).toEqual([5]);
    expect(() => reader.begin()).toThrow(expect.objectContaining({ code: 'TRANSACTION_READ_ONLY' }));
    reader.close();
  });
});

describe('rowids', () => {
  test('without AUTOINCREMENT continue after the largest that is left, with it they are never used again', () => {
    for (const autoincrement of [false, true]) {
      const disk = new MemoryDisk();
      let engine = openOn(disk);
      const transaction = engine.begin();
      const definition = {
        ...tableDefinition('t', [
          ['id', 'INTEGER'],
          ['n', 'INTEGER'],
        ]),
        autoincrement,
      };
      const { id } = transaction.createTable(definition);
      for (let i = 0; i < 5; i++) transaction.table(id).append(transaction, null, [null, i]);
      for (const rowid of [4, 5])
        transaction.table(id).end(transaction, transaction.table(id).find(transaction, rowid));
      transaction.commit();
      engine.close();
      engine = openOn(disk);
      const next = engine.begin();
      expect(next.table(id).append(next, null, [null, 7])).toBe(autoincrement ? 6 : 4);
      next.commit();
    }
  });
});
