// A process of its own: fills a database on disk and prints the most memory that it held, in MB. The rows are made one
// transaction at a time, so that they are no part of it: `memory.ts PEER ROWS`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betterSqlite3 } from './peers/better-sqlite3.ts';
import { heliosdbFile, heliosdbSmall } from './peers/heliosdb.ts';
import { READINGS_INDEXES, READINGS_SCHEMA, referenceColumns } from './reference-rows.ts';
import { insertPrepared, ROWS_PER_TRANSACTION } from './work/inserts.ts';

const STATUS = '/proc/self/status';

/** On Linux not from getrusage: a process inherits the peak of the one that started it. */
function peakKilobytes(): number {
  const peak = existsSync(STATUS) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8')) : null;
  return peak === null ? process.resourceUsage().maxRSS : Number(peak[1]);
}

const [, , name, rows] = process.argv;
const peer = [betterSqlite3, heliosdbFile, heliosdbSmall].find((known) => known.name === name);
if (peer === undefined) throw new Error(`no file peer is called ${name}`);

const directory = mkdtempSync(join(tmpdir(), 'helios-bench-'));
const database = peer.open(join(directory, 'readings.db'));
database.exec(`${READINGS_SCHEMA}\n${READINGS_INDEXES}`);
for (let from = 0; from < Number(rows); from += ROWS_PER_TRANSACTION) {
  insertPrepared(database, referenceColumns(ROWS_PER_TRANSACTION, from), ROWS_PER_TRANSACTION);
}
database.close();
rmSync(directory, { recursive: true });
process.stdout.write(String(peakKilobytes() / 1000));
