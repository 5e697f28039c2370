import { describe, expect, test } from 'vitest';
import { DatabaseExport } from '../../../src/engine/backup/database-export.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { NAMED_SNAPSHOTS } from '../../../src/engine/transaction/named-snapshots.ts';
import { FIRST_USER_OBJECT_ID } from '../../../src/engine/transaction/system-table.ts';
import { SYSTEM_TABLES } from '../../../src/engine/transaction/system-tables.ts';
import { UncountedChanges } from '../../../src/engine/transaction/uncounted-changes.ts';
import type { WriteTransaction } from '../../../src/engine/transaction/write-transaction.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const { id } = NAMED_SNAPSHOTS.definition;

function openOn(disk: MemoryDisk): Engine {
  return Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1));
}

function add(transaction: WriteTransaction, name: string): void {
  transaction.table(id).append(new UncountedChanges(transaction), null, [name, 0, 0, null]);
}

function commit(engine: Engine, ...names: string[]): void {
  const transaction = engine.begin();
  for (const name of names) add(transaction, name);
  transaction.commit();
  engine.makeDurable();
}

function names(engine: Engine, transaction = engine.lastTransaction): unknown[] {
  const table = engine.table(id);
  const found: unknown[] = [];
  for (let rowid = 1; rowid < table.nextRowid(); rowid++) {
    const location = table.find({ transaction }, rowid);
    if (location >= 0) found.push(table.valueAt(location, 0));
  }
  return found;
}

function sectionIds(engine: Engine): number[] {
  return [...engine.state.tables.values()].flatMap(({ definition, segments }) =>
    segments.length === 0 ? [] : [definition.id],
  );
}

describe('system tables', () => {
  test('have ids of their own, and indexes of their own columns', () => {
    const ids = SYSTEM_TABLES.flatMap(({ definition, indexes }) => [
      definition.id,
      ...indexes.map((index) => index.id),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids)).toBeLessThan(FIRST_USER_OBJECT_ID);
    for (const { definition, indexes } of SYSTEM_TABLES)
      for (const { tableId, columns } of indexes) {
        expect(tableId).toBe(definition.id);
        for (const { column } of columns) expect(definition.columns[column]).toBeDefined();
      }
  });

  test('change with write transactions, which undo, log and keep their history, and count nothing', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    commit(engine, 'a', 'b');
    const undone = engine.begin();
    add(undone, 'c');
    undone.rollback();
    const partly = engine.begin();
    add(partly, 'd');
    const mark = partly.savepoint();
    add(partly, 'e');
    partly.rollbackTo(mark);
    partly.commit();
    const nothing = engine.begin();
    const empty = nothing.savepoint();
    add(nothing, 'f');
    nothing.rollbackTo(empty);
    nothing.commit();
    engine.makeDurable();
    expect(engine.lastTransaction).toBe(2);
    expect(engine.commitLog.lastScn).toBe(0);
    engine.storage.close();
    // What a killed process leaves.
    const recovered = openOn(disk);
    expect(names(recovered)).toEqual(['a', 'b', 'd']);
    expect(names(recovered, 1)).toEqual(['a', 'b']);
  });

  test('are checkpointed, checked, exported and vacuumed like any table, and are nowhere in the catalogue', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    commit(engine, 'a', 'b', 'c');
    const dropping = engine.begin();
    const table = engine.table(id);
    table.end(new UncountedChanges(dropping), table.find(dropping, 2));
    dropping.commit();
    engine.checkpoint();
    commit(engine, 'd');
    engine.vacuum();
    expect(engine.check()).toMatchObject({ ok: true, tables: 0 });
    expect(engine.catalog.tables(engine.current)).toEqual([]);
    expect(engine.stats()).toMatchObject({ tables: 0, rows: 0 });
    const copy = openMemoryStorage(new MemoryDisk());
    const exported = new DatabaseExport(engine.openSettled());
    let at = 0;
    for (let chunk = exported.next(); chunk !== null; chunk = exported.next()) {
      copy.main.write(chunk, at);
      at += chunk.length;
    }
    engine.close();
    for (const opened of [openOn(disk), Engine.open(copy, new SimulatedClock(), new SeededRandom(1))]) {
      expect(names(opened)).toEqual(['a', 'c', 'd']);
      expect(names(opened, 1)).toEqual(['a', 'b', 'c']);
    }
  });

  test('that were never used are not in the file, as in files that are older than they are', () => {
    const disk = new MemoryDisk();
    const engine = openOn(disk);
    const transaction = engine.begin();
    transaction.set('user_version', 1);
    transaction.commit();
    engine.close();
    const reopened = openOn(disk);
    expect(sectionIds(reopened)).toEqual([1]);
    expect(names(reopened)).toEqual([]);
    commit(reopened, 'first');
    reopened.close();
    expect(names(openOn(disk))).toEqual(['first']);
  });
});
