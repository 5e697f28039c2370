import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { ChunkPool } from '../../../src/engine/table/chunk-pool.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const BATCH = 4096;
/** Of deltas: more than one chunk of each column, so that some are full. */
const DELTA_BYTES = 1024 * 1024;

test('a chunk that is used again is all 0, and only full ones are kept', () => {
  const pool = new ChunkPool();
  const floats = pool.floats(LIMITS.deltaChunkRows).fill(7);
  const codes = pool.codes(LIMITS.deltaChunkRows).fill(7);
  for (const chunk of [floats, codes, pool.floats(64)]) pool.give(chunk);
  expect(pool.sizeBytes).toBe(floats.byteLength + codes.byteLength);
  expect(pool.floats(64)).toHaveLength(64);
  expect(pool.floats(LIMITS.deltaChunkRows)).toBe(floats);
  expect(pool.codes(LIMITS.deltaChunkRows)).toBe(codes);
  expect(floats.every((value) => value === 0) && codes.every((code) => code === 0)).toBe(true);
  expect(pool.sizeBytes).toBe(0);
  expect(pool.floats(LIMITS.deltaChunkRows)).not.toBe(floats);
});

class Load {
  readonly session = memorySession({}, { deltaBytes: DELTA_BYTES });
  readonly engine = this.session.engine;
  rowCount = 0;

  constructor() {
    this.session.executeScript('CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, n INTEGER, x REAL)');
  }

  get table() {
    return this.engine.table(this.engine.catalog.table(this.engine.current, 't')?.id ?? -1);
  }

  /** Every seventh value is NULL, and every eleventh text. */
  insert(): void {
    const rows = Array.from({ length: BATCH }, (_, i) => this.rowCount + i);
    this.session.insertColumns('t', {
      word: rows.map((row) => (row % 11 === 0 ? null : `word ${row % 300}`)),
      n: rows.map((row) => (row % 7 === 0 ? null : row)),
      x: rows.map((row) => row / 4),
    });
    this.rowCount += BATCH;
  }

  /** As the host does it, between commits. */
  maintain(): void {
    this.engine.maintain(2048);
  }

  expectWhole(): void {
    const rows = query(
      this.session,
      'SELECT count(*), sum(n), count(n), sum(x), sum(CAST(substr(word, 6) AS INTEGER)) FROM t',
    );
    const sum = (of: (row: number) => number): number => {
      let total = 0;
      for (let row = 0; row < this.rowCount; row++) total += of(row);
      return total;
    };
    const n = (row: number): number => (row % 7 === 0 ? 0 : row);
    const word = (row: number): number => (row % 11 === 0 ? 0 : row % 300);
    const filled = this.rowCount - Math.ceil(this.rowCount / 7);
    expect(rows.map((row) => row.map(Number))).toEqual([
      [this.rowCount, sum(n), filled, sum((row) => row / 4), sum(word)],
    ]);
  }
}

describe('a delta that has been stored', () => {
  test('leaves its memory to the next one while much is written, and not afterwards', () => {
    const load = new Load();
    let most = 0;
    while (load.engine.checkpointCount < 4) {
      load.insert();
      load.maintain();
      most = Math.max(most, load.table.delta.chunks.sizeBytes);
    }
    expect(most).toBeGreaterThan(DELTA_BYTES / 4);
    expect(most).toBeLessThan(2 * DELTA_BYTES);
    load.expectWhole();
    load.engine.checkpoint();
    expect(load.table.delta.chunks.sizeBytes).toBe(0);
    load.expectWhole();
    expect(load.engine.check().problems).toEqual([]);
  });

  test('keeps it for who still reads it', () => {
    const load = new Load();
    while (!load.table.frozen) {
      load.insert();
      load.maintain();
    }
    const { table } = load;
    const snapshot = load.engine.openSnapshot();
    const rowCount = load.rowCount;
    const scan = table.scan(snapshot, [1, 2]);
    const batches = [];
    for (let batch = scan.next(); batch !== null; batch = scan.next()) batches.push(batch);
    const read = batches.flatMap((batch) => Array.from({ length: batch.rowCount }, (_, i) => [batch, i] as const));
    const { checkpointCount } = load.engine;
    while (load.engine.checkpointCount < checkpointCount + 2) {
      load.insert();
      load.maintain();
    }
    expect(table.delta.chunks.sizeBytes).toBe(0);
    expect(read).toHaveLength(rowCount);
    read.forEach(([batch, i], row) => {
      expect(columnValueAt(batch.column(0), i)).toBe(row % 11 === 0 ? null : `word ${row % 300}`);
      expect(columnValueAt(batch.column(1), i)).toBe(row % 7 === 0 ? null : row);
    });
    snapshot.close();
    load.expectWhole();
  });
});

test('a checkpoint is done when half as much again has come, with what it merges', () => {
  const load = new Load();
  let most = 0;
  while (load.engine.checkpointCount < 12) {
    load.insert();
    load.maintain();
    most = Math.max(most, load.table.deltaBytes());
  }
  expect(most).toBeLessThan(2 * DELTA_BYTES);
});
