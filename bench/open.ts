// A process of its own, which ends as if it were killed. `open.ts make clean|killed PEER PATH` leaves a database behind, closed or as a kill leaves it;
// `open.ts open PEER PATH` opens it and prints the milliseconds until it was open, and until the first row had come.
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { betterSqlite3 } from './peers/better-sqlite3.ts';
import { heliosdbFile } from './peers/heliosdb.ts';
import type { PeerDatabase } from './peers/peer.ts';
import {
  mixed,
  READINGS_INDEXES,
  READINGS_INSERT,
  READINGS_SCHEMA,
  readingRow,
  referenceColumns,
} from './reference-rows.ts';
import { insertPrepared, ROWS_PER_TRANSACTION } from './work/inserts.ts';

const READINGS = 500_000;
const DOCUMENTS = 24_000;
const DOCUMENT_BYTES = 4000;
/** Where both peers would next begin a new log; none of ours is longer, however short the transactions. */
const KILLED_COMMITS = 8000;

/** About 100 MB: readings, and documents that nothing makes smaller. */
function fill(database: PeerDatabase): void {
  for (let from = 0; from < READINGS; from += ROWS_PER_TRANSACTION)
    insertPrepared(database, referenceColumns(ROWS_PER_TRANSACTION, from), ROWS_PER_TRANSACTION);
  database.exec('CREATE TABLE document (id INTEGER PRIMARY KEY, body BLOB)');
  const insert = database.prepare('INSERT INTO document (body) VALUES (?)');
  database.exec('BEGIN');
  for (let i = 0; i < DOCUMENTS; i++) {
    const words = Uint32Array.from({ length: DOCUMENT_BYTES / 4 }, (_, word) => mixed(i * DOCUMENT_BYTES + word));
    insert.run([new Uint8Array(words.buffer)]);
  }
  database.exec('COMMIT');
}

function make(kind: string, database: PeerDatabase): void {
  database.exec(`${READINGS_SCHEMA}\n${READINGS_INDEXES}`);
  if (kind === 'clean') {
    fill(database);
    database.close();
    return;
  }
  const rows = referenceColumns(KILLED_COMMITS);
  const statement = database.prepare(READINGS_INSERT);
  for (let i = 0; i < KILLED_COMMITS; i++) statement.run(readingRow(rows, i));
}

const [, , task, ...words] = process.argv;
const path = words[words.length - 1];
const peer = [betterSqlite3, heliosdbFile].find(({ name }) => words.includes(name));
if (peer === undefined) throw new Error(`no file peer is among ${words.join(' ')}`);

if (task === 'make') make(words[0], peer.open(path, 'normal'));
else {
  const start = performance.now();
  const database = peer.open(path);
  const opened = performance.now();
  database.prepare('SELECT * FROM sensor_readings WHERE id = ?').all([1000]);
  writeSync(1, `${opened - start} ${performance.now() - start}`);
}
process.kill(process.pid, 'SIGKILL');
