import { describe, expect, test } from 'vitest';
import type { TableDefinition } from '../../../src/engine/catalog/definitions.ts';
import { loadValue, storeValue } from '../../../src/engine/catalog/stored-value.ts';
import type { ColumnValue } from '../../../src/engine/column/types.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const open = (disk: MemoryDisk): Engine =>
  Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1));

function copyOf(disk: MemoryDisk): MemoryDisk {
  const copy = new MemoryDisk();
  for (const file of ['main', 'wal'] as const) {
    const bytes = new Uint8Array(disk[file].size);
    disk[file].read(bytes, 0);
    copy[file].write(bytes, 0);
  }
  return copy;
}

/** The engine itself, one that has replayed its log, and one that has read its manifest. */
function states(engine: Engine, disk: MemoryDisk): readonly Engine[] {
  const replayed = open(copyOf(disk));
  engine.checkpoint();
  return [engine, replayed, open(copyOf(disk))];
}

function withTable(): { engine: Engine; disk: MemoryDisk; table: TableDefinition } {
  const disk = new MemoryDisk();
  const engine = open(disk);
  const transaction = engine.begin();
  const table = transaction.createTable(tableDefinition('t', [['n', 'INTEGER']]));
  transaction.commit();
  return { engine, disk, table };
}

function withColumn(table: TableDefinition, kind: 'INTEGER' | 'TEXT', missing: ColumnValue): TableDefinition {
  const [first] = table.columns;
  const column = { ...first, name: 'added', type: { kind, declared: kind }, missing: storeValue(missing) };
  return { ...table, columns: [...table.columns, column] };
}

function values(engine: Engine, id: number, column: number, at = engine.current): ColumnValue[] {
  const found: ColumnValue[] = [];
  const scan = engine.table(id).scan(at, [column]);
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.rowCount; i++) found.push(columnValueAt(batch.column(0), i));
  }
  return found;
}

describe('a new version of a table', () => {
  test.each([
    ['INTEGER', 7],
    ['INTEGER', 2n ** 60n],
    ['INTEGER', null],
    ['TEXT', 'old'],
  ] as const)('adds a %s column that holds %s in older rows of segments, delta and log', (kind, missing) => {
    const { engine, disk, table } = withTable();
    const first = engine.begin();
    engine.table(table.id).append(first, null, [1]);
    first.commit();
    engine.checkpoint();
    const transaction = engine.begin();
    engine.table(table.id).append(transaction, null, [2]);
    transaction.replace(withColumn(table, kind, missing));
    engine.table(table.id).append(transaction, null, [3, null]);
    transaction.commit();
    for (const state of states(engine, disk)) {
      expect(values(state, table.id, 1)).toEqual([missing, missing, null]);
      expect(values(state, table.id, 0)).toEqual([1, 2, 3]);
      expect(state.catalog.table(state.current, 't')?.columns.length).toBe(2);
    }
  });

  test('is taken back by savepoint and rollback, with the rows written since', () => {
    const { engine, table } = withTable();
    const transaction = engine.begin();
    engine.table(table.id).append(transaction, null, [1]);
    const mark = transaction.savepoint();
    transaction.replace({ ...withColumn(table, 'TEXT', 'x'), name: 'renamed' });
    engine.table(table.id).append(transaction, null, [2, 'y']);
    transaction.rollbackTo(mark);
    expect(engine.catalog.table(transaction, 'renamed')).toBeNull();
    expect(engine.catalog.table(transaction, 't')).toEqual(table);
    engine.table(table.id).append(transaction, null, [3]);
    transaction.replace(withColumn(table, 'INTEGER', 9));
    expect(values(engine, table.id, 1, transaction)).toEqual([9, 9]);
    transaction.rollback();
    expect(engine.table(table.id).definition).toEqual(table);
    expect(values(engine, table.id, 0)).toEqual([]);
  });

  test('is not what older readers see', () => {
    const { engine, table } = withTable();
    const snapshot = engine.openSnapshot();
    const transaction = engine.begin();
    transaction.replace({ ...withColumn(table, 'INTEGER', 1), name: 'renamed' });
    transaction.commit();
    expect(engine.catalog.table(snapshot, 't')).toEqual(table);
    expect(engine.catalog.byId(snapshot, table.id)?.definition.name).toBe('t');
    expect(engine.catalog.byId(engine.current, table.id)?.definition.name).toBe('renamed');
    expect(engine.catalog.table(engine.current, 't')).toBeNull();
    snapshot.close();
  });
});

test('a new version of an index keeps its entries', () => {
  const { engine, disk, table } = withTable();
  const transaction = engine.begin();
  const index = transaction.createIndex({ ...indexDefinition('by_n', table.id, [0]), unique: true });
  engine.table(table.id).append(transaction, null, [1]);
  transaction.replace({ ...index, name: 'by_number' });
  transaction.commit();
  for (const state of states(engine, disk)) {
    expect(state.catalog.indexesOf(state.current, table.id).map(({ name }) => name)).toEqual(['by_number']);
    const writing = state.begin();
    expect(() => state.table(table.id).append(writing, null, [1])).toThrow('UNIQUE');
    writing.rollback();
    expect(state.check().problems).toEqual([]);
  }
});

describe('views and triggers', () => {
  test('outlive log and checkpoint, and a trigger goes with what it belongs to', () => {
    const { engine, disk, table } = withTable();
    const transaction = engine.begin();
    const view = transaction.createView({ name: 'v', sql: 'CREATE VIEW v AS SELECT 1' });
    transaction.createTrigger({ name: 'v', tableId: view.id, sql: 'CREATE TRIGGER v …' });
    transaction.createTrigger({ name: 'on_t', tableId: table.id, sql: 'CREATE TRIGGER on_t …' });
    transaction.commit();
    for (const state of states(engine, disk)) {
      expect(state.catalog.view(state.current, 'V')).toEqual(view);
      expect(state.catalog.triggersOf(state.current, view.id).map(({ name }) => name)).toEqual(['v']);
      expect(state.catalog.trigger(state.current, 'ON_T')?.tableId).toBe(table.id);
    }
    const dropping = engine.begin();
    dropping.drop(view.id);
    dropping.drop(table.id);
    expect(engine.catalog.trigger(dropping, 'v')).toBeNull();
    const mark = dropping.savepoint();
    dropping.rollbackTo(mark);
    dropping.commit();
    for (const state of states(engine, disk)) {
      expect(state.catalog.views(state.current)).toEqual([]);
      expect(state.catalog.trigger(state.current, 'on_t')).toBeNull();
    }
  });
});

test('stored values come back as they were', () => {
  for (const value of [null, 1, -0, 1.5, Infinity, -Infinity, NaN, 5n, 'text', '', Uint8Array.of(0, 255)]) {
    expect(loadValue(JSON.parse(JSON.stringify(storeValue(value))))).toEqual(value);
  }
});
