// A process of its own: fills a database on disk, asks what a gateway asks afterwards, closes it, and prints the most memory
// that it held, in MB. `memory.ts PEER ROWS [columns]`. Rows are made one by one, and arrays for whole columns once, so that
// they are next to no part of it: what lives longer makes V8 enlarge its young generation, by up to 32 MB.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betterSqlite3 } from './peers/better-sqlite3.ts';
import { heliosdbFile, heliosdbSmall } from './peers/heliosdb.ts';
import type { PeerDatabase } from './peers/peer.ts';
import {
  emptyColumns,
  fillColumns,
  READINGS_INDEXES,
  READINGS_INSERT,
  READINGS_SCHEMA,
  referenceMachine,
  referenceRow,
  referenceTimestamp,
} from './reference-rows.ts';
import { ROWS_PER_TRANSACTION } from './work/inserts.ts';

const STATUS = '/proc/self/status';
const HOUR_SECONDS = 3600;

/** On Linux not from getrusage: a process inherits the peak of the one that started it. */
function peakKilobytes(): number {
  const peak = existsSync(STATUS) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8')) : null;
  return peak === null ? process.resourceUsage().maxRSS : Number(peak[1]);
}

function insertRows(database: PeerDatabase, rowCount: number): void {
  const statement = database.prepare(READINGS_INSERT);
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    database.exec('BEGIN');
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    for (let row = from; row < to; row++) statement.run(referenceRow(row));
    database.exec('COMMIT');
  }
}

function insertColumns(database: PeerDatabase, rowCount: number): void {
  const columns = emptyColumns(ROWS_PER_TRANSACTION);
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    fillColumns(columns, from);
    database.insertColumns?.('sensor_readings', { ...columns });
  }
}

/** About the last hour of one machine, and about everything; and what marks a reading as sent. */
function ask(database: PeerDatabase, rowCount: number): void {
  const machine = referenceMachine(7);
  const since = referenceTimestamp(rowCount) - HOUR_SECONDS;
  const rows = database.prepare(`SELECT sensor_id, value, unit, timestamp FROM sensor_readings
    WHERE machine_id = ? AND timestamp > ? AND value > ? ORDER BY timestamp DESC`);
  rows.all([machine, since, 21]);
  const figures = `sensor_type, COUNT(*) AS reading_count, AVG(value) AS avg_value, MIN(value) AS min_value,
    MAX(value) AS max_value, MAX(timestamp) AS last_reading FROM sensor_readings`;
  database
    .prepare(`SELECT ${figures} WHERE machine_id = ? AND timestamp > ? GROUP BY sensor_type`)
    .all([machine, since]);
  database.prepare(`SELECT ${figures} GROUP BY sensor_type`).all([]);
  database.prepare('UPDATE sensor_readings SET synced = 1 WHERE id = ?').run([77]);
}

const [, , name, rows, how] = process.argv;
const peer = [betterSqlite3, heliosdbFile, heliosdbSmall].find((known) => known.name === name);
if (peer === undefined) throw new Error(`no file peer is called ${name}`);

const directory = mkdtempSync(join(tmpdir(), 'helios-bench-'));
const database = peer.open(join(directory, 'readings.db'));
database.exec(`${READINGS_SCHEMA}\n${READINGS_INDEXES}`);
if (how === 'columns') insertColumns(database, Number(rows));
else insertRows(database, Number(rows));
ask(database, Number(rows));
database.close();
rmSync(directory, { recursive: true });
process.stdout.write(String(peakKilobytes() / 1000));
