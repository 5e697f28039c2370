import { expect, test } from 'vitest';
import type { IndexDefinition } from '../../../src/engine/catalog/definitions.ts';
import { compareValues } from '../../../src/engine/column/compare.ts';
import type { ColumnValue } from '../../../src/engine/column/types.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/engine-options.ts';
import { LOCATION_SOURCE, type ReadPoint, ROWID_COLUMN } from '../../../src/engine/table/access.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import type { Table } from '../../../src/engine/table/table.ts';
import type { WriteTransaction } from '../../../src/engine/transaction/write-transaction.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { indexDefinition, tableDefinition } from '../../crash/workload.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

type Rows = Map<number, ColumnValue[]>;

/** Random operations against a map of rows: every point of the history stays readable as it was. */
test('the engine equals its model, at every transaction, through checkpoints, their steps, and restarts', {
  timeout: 120_000,
}, () => {
  for (const seed of testSeeds(20)) withSeed(seed, () => new Run(seed).execute());
});

class Run {
  private readonly random: SeededRandom;
  private readonly disk = new MemoryDisk();
  private readonly clock = new SimulatedClock();
  private storage = openMemoryStorage();
  private engine: Engine;
  private rows: Rows = new Map();
  /** The model after each transaction. */
  private readonly history: Rows[] = [new Map()];
  private readonly tableId: number;
  private readonly options: Partial<EngineOptions>;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    // Rows of a transaction stay in memory, or leave it whenever it looks.
    this.options = seed % 2 === 0 ? {} : { deltaBytes: 0 };
    this.engine = this.open();
    const transaction = this.engine.begin();
    const columns = [
      ['id', 'INTEGER'],
      ['name', 'TEXT'],
      ['value', 'REAL'],
      ['count', 'INTEGER'],
      ['any', 'ANY'],
    ] as const;
    this.tableId = transaction.createTable(tableDefinition('t', columns)).id;
    transaction.createIndex(indexDefinition('by_name', this.tableId, [1, 2]));
    transaction.createIndex(indexDefinition('by_count', this.tableId, [3], true));
    this.commit(transaction);
  }

  execute(): void {
    for (let step = 0; step < 40; step++) {
      const dice = this.random.below(100);
      if (dice < 6) this.engine.checkpoint();
      else if (dice < 20) this.reopen();
      else if (dice < 24) this.toggleIndex();
      else this.transact();
      this.maintain();
      if (this.random.chance(0.2)) this.verify();
    }
    this.verify();
    expect(this.engine.check().problems).toEqual([]);
  }

  private open(): Engine {
    this.storage = openMemoryStorage(this.disk);
    return Engine.open(this.storage, this.clock, new SeededRandom(7), { ...this.options, walCheckpointBytes: 12_000 });
  }

  /** A step of the checkpoint that is due or on its way: a short one, a longer one, or none. */
  private maintain(): void {
    const units = this.random.pick([0, 1, 500, 5000]);
    if (units > 0) this.engine.maintain(units);
  }

  /** With a clean close, or as after a kill: memory is gone, files are as they were. */
  private reopen(): void {
    if (this.random.chance(0.5)) this.engine.close();
    else this.storage.close();
    this.engine = this.open();
  }

  private get table(): Table {
    return this.engine.table(this.tableId);
  }

  private transact(): void {
    const transaction = this.engine.begin();
    const before = copyOf(this.rows);
    for (let i = this.random.below(4); i >= 0; i--) this.changeSome(transaction);
    if (this.random.chance(0.2)) {
      transaction.rollback();
      this.rows = before;
    } else if (transaction.hasChanges) this.commit(transaction);
    else transaction.rollback();
  }

  /** Changes behind a savepoint, which is sometimes rolled back to. */
  private changeSome(transaction: WriteTransaction): void {
    if (this.random.chance(0.2)) transaction.relieve(null);
    const mark = transaction.savepoint();
    const before = copyOf(this.rows);
    const changes = this.random.pick([1, 5, 200]);
    for (let i = 0; i < changes; i++) {
      this.changeOne(transaction);
      // Its rows leave memory, and are changed and taken back where they are.
      if (this.random.chance(0.03)) transaction.relieve(mark);
    }
    this.maintain();
    if (!this.random.chance(0.25)) return;
    transaction.rollbackTo(mark);
    this.rows = before;
  }

  private changeOne(transaction: WriteTransaction): void {
    const rowids = [...this.rows.keys()];
    const dice = this.random.below(10);
    if (dice < 5 || rowids.length === 0) {
      this.insert(transaction);
      return;
    }
    const rowid = this.random.pick(rowids);
    const location = this.table.find(transaction, rowid);
    expect(location).toBeGreaterThanOrEqual(0);
    if (dice < 8) {
      const values = this.randomRow(rowid);
      const isTaken = [...this.rows].some(([other, row]) => other !== rowid && row[3] !== null && row[3] === values[3]);
      if (isTaken) {
        this.expectConflict(transaction, () => this.table.update(transaction, location, rowid, values));
        return;
      }
      this.table.update(transaction, location, rowid, values);
      this.rows.set(rowid, values);
    } else {
      this.table.end(transaction, location);
      this.rows.delete(rowid);
    }
  }

  private insert(transaction: WriteTransaction): void {
    const rowid = this.random.chance(0.3) ? 1 + this.random.below(3000) : null;
    const values = this.randomRow(rowid);
    const isTaken =
      (rowid !== null && this.rows.has(rowid)) ||
      [...this.rows.values()].some((row) => row[3] !== null && row[3] === values[3]);
    if (isTaken) {
      this.expectConflict(transaction, () => this.table.append(transaction, rowid, values));
      return;
    }
    const inserted = this.table.append(transaction, rowid, values);
    values[0] = inserted;
    this.rows.set(inserted, values);
  }

  private expectConflict(transaction: WriteTransaction, change: () => void): void {
    const mark = transaction.savepoint();
    expect(change).toThrow(expect.objectContaining({ code: 'UNIQUE_VIOLATION' }));
    transaction.rollbackTo(mark);
  }

  private randomRow(rowid: number | null): ColumnValue[] {
    const { random } = this;
    const any = random.pick<ColumnValue>([null, 1n, 2.25, 'any', new Uint8Array([9])]);
    const count = random.chance(0.1) ? null : random.chance(0.01) ? 2n ** 60n : random.below(100_000);
    return [rowid, random.chance(0.1) ? null : `name ${random.below(20)}`, random.below(100) / 4, count, any];
  }

  private toggleIndex(): void {
    const transaction = this.engine.begin();
    const index = this.engine.catalog.index(transaction, 'by_name');
    if (index === null) transaction.createIndex(indexDefinition('by_name', this.tableId, [1, 2]));
    else transaction.drop(index.id);
    this.commit(transaction);
  }

  private commit(transaction: WriteTransaction): void {
    const { transaction: number } = transaction.commit();
    this.engine.makeDurable();
    expect(number).toBe(this.history.length);
    this.history.push(copyOf(this.rows));
  }

  private verify(): void {
    const points = [
      this.history.length - 1,
      this.random.below(this.history.length),
      this.random.below(this.history.length),
    ];
    for (const transaction of points) {
      if (transaction === 0) continue;
      const at = { transaction };
      const expected = this.history[transaction];
      expect(this.scan(at)).toEqual(sortedRows(expected));
      for (const index of this.engine.catalog.indexesOf(this.engine.current, this.tableId))
        this.verifyIndex(index, at, expected);
      for (let i = 0; i < 20; i++) {
        const rowid = 1 + this.random.below(3000);
        const location = this.table.find(at, rowid);
        const found = location < 0 ? undefined : [0, 1, 2, 3, 4].map((column) => this.table.valueAt(location, column));
        expect(found).toEqual(expected.get(rowid));
      }
    }
  }

  private scan(at: ReadPoint): ColumnValue[][] {
    const scan = this.table.scan(at, [0, 1, 2, 3, 4]);
    const found: ColumnValue[][] = [];
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      for (let i = 0; i < batch.selectedCount; i++) {
        const row = batch.selection === null ? i : batch.selection[i];
        const vectors = [0, 1, 2, 3, 4].map((column) => (batch as NonNullable<typeof batch>).column(column));
        const values = vectors.map((vector) => columnValueAt(vector, row));
        const location = batch.locations?.[row] ?? batch.locationBase + row;
        expect(this.table.valueAt(location, ROWID_COLUMN)).toBe(values[0]);
        found.push(values);
      }
    }
    return found.sort((a, b) => (a[0] as number) - (b[0] as number));
  }

  /** A random range of the index, forwards and backwards, against filtering and sorting the model. */
  private verifyIndex(index: IndexDefinition, at: ReadPoint, expected: Rows): void {
    const [first] = index.columns;
    const pick = (): ColumnValue => this.randomRow(null)[first.column];
    const selfTyped = (value: ColumnValue) => (typeof value === 'number' && first.column === 3 ? BigInt(value) : value);
    const low = this.random.chance(0.5)
      ? { value: selfTyped(pick() ?? 0), inclusive: this.random.chance(0.5) }
      : undefined;
    const high = this.random.chance(0.5)
      ? { value: selfTyped(pick() ?? 0), inclusive: this.random.chance(0.5) }
      : undefined;
    const range = { equal: [], ...(low && { low }), ...(high && { high }) };
    const wanted = [...expected.values()].filter((row) => {
      const value = row[first.column];
      if ((low || high) && value === null) return false;
      const overLow = low === undefined || compareValues(value, low.value) > (low.inclusive ? -1 : 0);
      const underHigh = high === undefined || compareValues(value, high.value) < (high.inclusive ? 1 : 0);
      return overLow && underHigh;
    });
    for (const direction of ['forward', 'backward'] as const) {
      const scan = this.table.indexScan(at, index.id, [range], [0, first.column], direction);
      const keys: ColumnValue[] = [];
      const rowids: ColumnValue[] = [];
      for (let batch = scan.next(); batch !== null; batch = scan.next()) {
        for (let i = 0; i < batch.rowCount; i++) {
          rowids.push(columnValueAt(batch.column(0), i));
          keys.push(columnValueAt(batch.column(1), i));
          expect((batch.locations as Float64Array)[i] % LOCATION_SOURCE).toBeGreaterThanOrEqual(0);
        }
      }
      expect(rowids.sort()).toEqual(wanted.map((row) => row[0]).sort());
      const sign = first.descending === (direction === 'forward') ? -1 : 1;
      for (let i = 1; i < keys.length; i++) expect(sign * compareValues(keys[i - 1], keys[i])).toBeLessThanOrEqual(0);
    }
  }
}

function copyOf(rows: Rows): Rows {
  return new Map(rows);
}

function sortedRows(rows: Rows): ColumnValue[][] {
  return [...rows.values()].sort((a, b) => (a[0] as number) - (b[0] as number));
}
