import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Contender, type Run, timed } from '../measure.ts';
import type { Peer, PeerDatabase } from '../peers/peer.ts';
import {
  READINGS_INDEXES,
  READINGS_INSERT,
  READINGS_SCHEMA,
  type ReadingColumns,
  readingRow,
} from '../reference-rows.ts';
import type { Bench, WorkItem } from './work.ts';

export const ROWS_PER_TRANSACTION = 10_000;

export const inserts: readonly WorkItem[] = [
  insertItem('insert', 'batch insert, no index', '', 4),
  insertItem('insert-indexed', 'batch insert, 3 indexes', READINGS_INDEXES, 3),
];

function insertItem(name: string, title: string, indexes: string, ratio: number): WorkItem {
  return {
    name,
    title,
    unit: 'rows/s',
    goals: [{ peer: 'better-sqlite3', ratio }],
    contenders(bench) {
      const schema = `${READINGS_SCHEMA}\n${indexes}`;
      return bench.peers.flatMap((peer): Contender[] => {
        const { name, medium, ours } = peer;
        const prepared = { name, medium, ours, run: () => load(bench, peer, schema, name, insertPrepared) };
        if (!ours) return [prepared];
        const byColumns = `${name}, by columns`;
        return [
          prepared,
          { name: byColumns, medium, ours, run: () => load(bench, peer, schema, byColumns, insertByColumns) },
        ];
      });
    },
  };
}

type Insert = (database: PeerDatabase, rows: ReadingColumns, rowCount: number) => void;

/** Into a new database each time. The clock stops at the last commit; closing is not part of it. */
function load(bench: Bench, peer: Peer, schema: string, name: string, insert: Insert): Run {
  const directory = mkdtempSync(join(bench.directory, 'load-'));
  const path = join(directory, 'readings.db');
  try {
    const database = peer.open(path);
    database.exec(schema);
    const run = timed(bench.rowCount, () => insert(database, bench.rows, bench.rowCount));
    database.close();
    const indexed = schema.includes('INDEX') ? `${name}, 3 indexes` : name;
    if (peer.medium === 'file') bench.bytesPerRow.set(indexed, sizeOnDisk(path) / bench.rowCount);
    return run;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function insertPrepared(database: PeerDatabase, rows: ReadingColumns, rowCount: number): void {
  const statement = database.prepare(READINGS_INSERT);
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    database.exec('BEGIN');
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    for (let i = from; i < to; i++) statement.run(readingRow(rows, i));
    database.exec('COMMIT');
  }
}

function insertByColumns(database: PeerDatabase, rows: ReadingColumns, rowCount: number): void {
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    const columns = Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, values.slice(from, to)]));
    database.insertColumns?.('sensor_readings', columns);
  }
}

/** The database's file and its log. */
function sizeOnDisk(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}
