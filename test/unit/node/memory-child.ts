// Run as a process of its own by bounded-memory.long.test.ts: loads readings, with three indexes, and long texts into a database
// of little memory, and prints how much the process has grown at most, in megabytes, and what there is.
import { readFileSync, writeSync } from 'node:fs';
import { openSync } from '../../../src/node.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const READINGS = 150_000;
const NOTES = 60_000;
const NOTE_LENGTH = 1000;
const TRANSACTION_ROWS = 5000;

const [, , path, memoryLimitMb] = process.argv;

/** Of the process: what it holds, and what it has held at most. */
function residentMegabytes(field: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

const database = openSync(path, { memoryLimitMb: Number(memoryLimitMb), synchronous: 'off' });
database.exec(`
  CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, value REAL, line TEXT);
  CREATE INDEX reading_at ON reading (at DESC);
  CREATE INDEX reading_sensor ON reading (sensor, at);
  CREATE INDEX reading_line ON reading (line, at DESC);
  CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)`);
const before = residentMegabytes('VmRSS');

function load(sql: string, rowCount: number, row: (i: number) => (string | number)[]): void {
  const insert = database.prepare(sql);
  for (let from = 0; from < rowCount; from += TRANSACTION_ROWS) {
    database.exec('BEGIN');
    for (let i = from; i < from + TRANSACTION_ROWS; i++) insert.run(row(i));
    database.exec('COMMIT');
  }
}

load('INSERT INTO reading (sensor, at, value, line) VALUES (?, ?, ?, ?)', READINGS, (i) => {
  return [`SENSOR-${i % 500}`, 1_735_689_600 + Math.floor(i / 500) * 10, ((i * 7919) % 10_007) / 100, `LINE-${i % 5}`];
});
const random = new SeededRandom(1);
load('INSERT INTO note (body) VALUES (?)', NOTES, () => {
  const words = Uint32Array.from({ length: NOTE_LENGTH / 8 }, () => random.u32());
  return [Buffer.from(words.buffer).toString('hex')];
});
const count = (table: string): unknown =>
  Object.values(database.prepare(`SELECT count(*) FROM ${table}`).get() ?? {})[0];
writeSync(1, JSON.stringify({ grownMb: residentMegabytes('VmHWM') - before, rows: [count('reading'), count('note')] }));
database.close();
