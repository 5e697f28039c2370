import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import type { IndexDefinition } from '../../../src/engine/catalog/definitions.ts';
import type { ColumnValue } from '../../../src/engine/column/types.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/engine-options.ts';
import type { TableScan } from '../../../src/engine/table/access.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import type { Table } from '../../../src/engine/table/table.ts';
import type { WriteTransaction } from '../../../src/engine/transaction/write-transaction.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

function openOn(disk: MemoryDisk, options: Partial<EngineOptions> = {}): Engine {
  return Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1), options);
}

/** What a crash leaves of a disk that loses nothing. */
function crashed(disk: MemoryDisk): MemoryDisk {
  const copy = new MemoryDisk();
  copy.main.write(disk.main.toBytes(), 0);
  copy.wal.write(disk.wal.toBytes(), 0);
  return copy;
}

function write<T>(engine: Engine, change: (transaction: WriteTransaction) => T): T {
  const transaction = engine.begin();
  try {
    const result = change(transaction);
    transaction.commit();
    engine.makeDurable();
    return result;
  } finally {
    transaction.rollback();
  }
}

/** Columns: id (the rowid), n INTEGER, s TEXT. */
function createTable(engine: Engine): Table {
  const columns = [
    ['id', 'INTEGER'],
    ['n', 'INTEGER'],
    ['s', 'TEXT'],
  ] as const;
  const definition = { ...tableDefinition('t', columns), autoincrement: false };
  return engine.table(write(engine, (transaction) => transaction.createTable(definition).id));
}

function createIndex(engine: Engine, table: Table, columns: readonly number[], unique: boolean): IndexDefinition {
  const name = `by_${columns.join('_')}`;
  return write(engine, (transaction) =>
    transaction.createIndex(indexDefinition(name, table.definition.id, columns, unique)),
  );
}

function insert(engine: Engine, table: Table, n: ColumnValue, s: ColumnValue = null): number {
  return write(engine, (transaction) => table.append(transaction, null, [null, n, s]));
}

function remove(engine: Engine, table: Table, rowid: number): void {
  write(engine, (transaction) => table.end(transaction, table.find(transaction, rowid)));
}

function drain(scan: TableScan): ColumnValue[] {
  const values: ColumnValue[] = [];
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.selectedCount; i++)
      values.push(columnValueAt(batch.column(0), batch.selection === null ? i : batch.selection[i]));
  }
  return values;
}

const uniqueViolation = expect.objectContaining({ code: 'UNIQUE_VIOLATION' });

describe('unique indexes', () => {
  test('see the live row behind a newer one that had its key before there was an index', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    insert(engine, table, 7);
    remove(engine, table, insert(engine, table, 7));
    createIndex(engine, table, [1], true);
    expect(() => insert(engine, table, 7)).toThrow(uniqueViolation);
  });

  test('see texts as they are stored: lone surrogates are replacement characters', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    createIndex(engine, table, [2], true);
    insert(engine, table, 1, 'a\ud800');
    expect(() => insert(engine, table, 2, 'a\ud801')).toThrow(uniqueViolation);
    engine.checkpoint();
    expect(() => insert(engine, table, 2, 'a\ufffd')).toThrow(uniqueViolation);
  });

  test('in segments and in the delta know integers beyond 2^53, and take any number of NULLs', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    createIndex(engine, table, [1], true);
    const large = 2n ** 53n + 1n;
    for (const when of ['delta', 'segment']) {
      if (when === 'delta') insert(engine, table, large);
      else engine.checkpoint();
      expect(() => insert(engine, table, large)).toThrow(uniqueViolation);
      insert(engine, table, null);
      insert(engine, table, null);
    }
    insert(engine, table, large - 1n);
    expect(engine.check().problems).toEqual([]);
  });

  test('find every key in segments, whatever its case under NOCASE, and no other', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    const definition = indexDefinition('nocase', table.definition.id, [2, 1], true);
    const columns = definition.columns.map((column) => ({ ...column, collation: 'NOCASE' as const }));
    write(engine, (transaction) => transaction.createIndex({ ...definition, columns }));
    const rows = 3000;
    const key = (row: number): string => `Key ${(row * 7919) % rows}`;
    for (const half of [0, 1]) {
      write(engine, (transaction) => {
        for (let row = half; row < rows; row += 2) table.append(transaction, null, [null, row % 5, key(row)]);
      });
      engine.checkpoint();
    }
    for (let row = 0; row < rows; row++) {
      const conflict = table.findConflict(null, [null, row % 5, key(row).toUpperCase()]);
      expect(conflict && table.valueAt(conflict.location, 2)).toBe(key(row));
      expect(table.findConflict(null, [null, (row % 5) + 5, key(row)])).toBeNull();
      expect(table.findConflict(null, [null, null, key(row)])).toBeNull();
    }
    write(engine, (transaction) => table.end(transaction, table.find(transaction, 1)));
    expect(table.findConflict(null, [null, 0, key(0)])).toBeNull();
  });

  test('let updates and deletes in one transaction pass keys on, across a savepoint', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    createIndex(engine, table, [1], true);
    insert(engine, table, 1);
    engine.checkpoint();
    insert(engine, table, 2);
    write(engine, (transaction) => {
      table.end(transaction, table.find(transaction, 1));
      const mark = transaction.savepoint();
      table.append(transaction, null, [null, 1, null]);
      transaction.rollbackTo(mark);
      table.update(transaction, table.find(transaction, 2), 2, [null, 1, null]);
      table.append(transaction, null, [null, 2, null]);
      expect(() => table.append(transaction, null, [null, 1, null])).toThrow(uniqueViolation);
    });
    expect(drain(table.scan(engine.current, [1])).sort()).toEqual([1, 2]);
    expect(engine.check().problems).toEqual([]);
  });
});

describe('indexes', () => {
  test('do not inherit the order of one that could not be created', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    for (const [n, s] of [
      [1, 'c'],
      [1, 'a'],
      [2, 'b'],
    ] as const)
      insert(engine, table, n, s);
    engine.checkpoint();
    expect(() => createIndex(engine, table, [1], true)).toThrow(uniqueViolation);
    const index = createIndex(engine, table, [2], false);
    expect(drain(table.indexScan(engine.current, index.id, [{ equal: [] }], [2], 'forward'))).toEqual(['a', 'b', 'c']);
  });

  test('that were dropped serve readers of the history, after a restart too', () => {
    const disk = new MemoryDisk();
    let engine = openOn(disk);
    const { definition } = createTable(engine);
    const index = createIndex(engine, engine.table(definition.id), [2], false);
    for (const s of ['b', 'a']) insert(engine, engine.table(definition.id), 1, s);
    const then = engine.current;
    write(engine, (transaction) => transaction.drop(index.id));
    engine.close();
    engine = openOn(disk);
    const [old] = engine.catalog.indexesOf(then, definition.id);
    const scan = engine.table(definition.id).indexScan(then, old.id, [{ equal: [] }], [2], 'forward');
    expect(drain(scan)).toEqual(['a', 'b']);
  });

  test('are read on while a rollback takes away rows beyond the reader', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    const index = createIndex(engine, table, [1], false);
    const rows = 16_384;
    write(engine, (transaction) => {
      for (let i = 0; i < rows; i++) table.append(transaction, null, [null, i, null]);
    });
    const transaction = engine.begin();
    for (let i = 0; i < 100; i++) table.append(transaction, null, [null, i * 100, null]);
    const scan = table.indexScan({ transaction: engine.lastTransaction }, index.id, [{ equal: [] }], [1], 'forward');
    transaction.rollback();
    expect(drain(scan)).toHaveLength(rows);
  });
});

describe('history', () => {
  test('is found at every transaction, through updates, deletes, checkpoints and merges', () => {
    const disk = new MemoryDisk();
    let engine = openOn(disk);
    const { definition } = createTable(engine);
    const states: Map<number, number>[] = [];
    const random = new SeededRandom(5);
    for (let step = 0; step < 150; step++) {
      const table = engine.table(definition.id);
      const state = new Map(states[engine.lastTransaction] ?? []);
      const rowid = 1 + random.below(6);
      const location = table.find(engine.current, rowid);
      write(engine, (transaction) => {
        if (location < 0) table.append(transaction, rowid, [null, step, null]);
        else if (random.chance(0.4)) table.end(transaction, location);
        else table.update(transaction, location, rowid, [null, step, null]);
      });
      if (table.find(engine.current, rowid) < 0) state.delete(rowid);
      else state.set(rowid, step);
      states[engine.lastTransaction] = state;
      if (random.chance(0.3)) engine.checkpoint();
      if (random.chance(0.05)) {
        engine.close();
        engine = openOn(disk);
      }
    }
    const table = engine.table(definition.id);
    states.forEach((state, transaction) => {
      for (let rowid = 1; rowid <= 6; rowid++) {
        const location = table.find({ transaction }, rowid);
        expect(location < 0 ? undefined : table.valueAt(location, 1)).toBe(state.get(rowid));
      }
      expect(drain(table.scan({ transaction }, [1])).sort()).toEqual([...state.values()].sort());
    });
  });

  test('goes on under a name that is dropped and created in one transaction', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const table = createTable(engine);
    insert(engine, table, 1);
    const before = engine.current;
    const { id, ...definition } = table.definition;
    const created = write(engine, (transaction) => {
      transaction.drop(id);
      const again = transaction.createTable(definition);
      transaction.table(again.id).append(transaction, null, [null, 2, null]);
      return again;
    });
    const recovered = openOn(crashed(disk));
    expect(recovered.catalog.table(recovered.current, 't')?.id).toBe(created.id);
    expect(recovered.catalog.table(before, 't')?.id).toBe(id);
    expect(recovered.stats()).toMatchObject({ tables: 1, rows: 1 });
  });
});

describe('rowids', () => {
  test('fall back alike after a rollback, after an update of the largest, and after recovery', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const table = createTable(engine);
    for (let i = 0; i < 5; i++) insert(engine, table, i);
    remove(engine, table, 5);
    const undone = engine.begin();
    expect(table.append(undone, null, [null, 9, null])).toBe(5);
    undone.rollback();
    write(engine, (transaction) => table.update(transaction, table.find(transaction, 4), -4, [null, 3, null]));
    expect(table.nextRowid()).toBe(4);
    expect(openOn(crashed(disk)).table(table.definition.id).nextRowid()).toBe(4);
  });

  test('end at the largest safe integer', () => {
    const engine = openOn(new MemoryDisk());
    const table = createTable(engine);
    const last = Number.MAX_SAFE_INTEGER - 1;
    write(engine, (transaction) => table.append(transaction, last, [null, 1, null]));
    expect(() => insert(engine, table, 2)).toThrow(expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }));
    engine.checkpoint();
    expect(table.find(engine.current, last)).toBeGreaterThanOrEqual(0);
  });
});

describe('files', () => {
  test('opened for reading only replay the log in memory, refuse a checkpoint, and stay as they are', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const table = createTable(engine);
    insert(engine, table, 5);
    const copy = crashed(disk);
    const before = [copy.main.toBytes(), copy.wal.toBytes()];
    const storage = openMemoryStorage(copy, { readOnly: true });
    const reader = Engine.open(storage, new SimulatedClock(), new SeededRandom(1), { walCheckpointBytes: 1 });
    expect(drain(reader.table(table.definition.id).scan(reader.current, [1]))).toEqual([5]);
    expect(() => reader.checkpoint()).toThrow(expect.objectContaining({ code: 'TRANSACTION_READ_ONLY' }));
    reader.maintain();
    expect(reader.stats().checkpointError).toBeNull();
    reader.close();
    expect([copy.main.toBytes(), copy.wal.toBytes()]).toEqual(before);
  });

  test('a log that cannot be shortened after a checkpoint loses no later commit', () => {
    const disk = new MemoryDisk();
    const storage = openMemoryStorage(disk);
    const truncate = (): never => {
      throw new Error('no');
    };
    const wal = Object.assign(Object.create(storage.wal), { truncate });
    const options = { walCheckpointBytes: 1 };
    const engine = Engine.open({ ...storage, wal }, new SimulatedClock(), new SeededRandom(1), options);
    const table = createTable(engine);
    expect(() => engine.checkpoint()).toThrow('no');
    insert(engine, table, 5);
    const recovered = openOn(crashed(disk));
    expect(drain(recovered.table(table.definition.id).scan(recovered.current, [1]))).toEqual([5]);
  });

  test('a log of many transactions calls for a checkpoint, however short it is, and the count survives an open', () => {
    let disk = new MemoryDisk();
    let engine = openOn(disk);
    const table = createTable(engine);
    engine.maintain();
    while (engine.checkpointCount === 0 && engine.lastTransaction <= LIMITS.walCheckpointTransactions) {
      if (engine.lastTransaction === 5000) {
        disk = crashed(disk);
        engine = openOn(disk);
      }
      insert(engine, engine.table(table.definition.id), engine.lastTransaction);
      engine.maintain();
    }
    expect(engine.checkpointCount).toBe(1);
    expect(engine.lastTransaction).toBe(LIMITS.walCheckpointTransactions);
    insert(engine, engine.table(table.definition.id), 1);
    engine.maintain();
    expect(engine.checkpointCount).toBe(1);
  });

  test('close inside a transaction, which is undone', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const table = createTable(engine);
    insert(engine, table, 5);
    table.append(engine.begin(), null, [null, 6, null]);
    engine.close();
    const reopened = openOn(disk);
    expect(drain(reopened.table(table.definition.id).scan(reopened.current, [1]))).toEqual([5]);
    expect(reopened.check().problems).toEqual([]);
  });
});
