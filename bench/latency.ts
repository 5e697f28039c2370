// A process of its own: how long single commits take while checkpoints and merges run, ours and better-sqlite3's in
// turns. `npm run latency --prefix bench -- [COMMITS [full|normal [KB of log between checkpoints]]]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betterSqlite3 } from './peers/better-sqlite3.ts';
import type { Synchronous } from './peers/peer.ts';
import {
  READINGS_INDEXES,
  READINGS_INSERT,
  READINGS_SCHEMA,
  type ReadingRow,
  readingRow,
  referenceColumns,
} from './reference-rows.ts';

const builtPackage: string = '../dist/node.js';
const { open, openSync }: typeof import('../dist/types/node.js') = await import(builtPackage);

/** Commits of one contender before the other's turn. */
const TURN = 250;
/** Rows that are there before: whole segments, and a log that is nearly due. */
const ROWS = 200_000;

interface Contender {
  readonly name: string;
  readonly millis: number[];
  commit(row: ReadingRow): Promise<void> | void;
  end(): Promise<string>;
}

// By default a checkpoint comes every 8,192 commits; a short interval makes them come all the time.
const [, , commits = '40000', synchronous = 'full', intervalKb = '16384'] = process.argv;
const directory = mkdtempSync(join(tmpdir(), 'helios-latency-'));
const first = referenceColumns(ROWS);
const schema = `${READINGS_SCHEMA}\n${READINGS_INDEXES}`;

async function promiseContender(): Promise<Contender> {
  const db = await open(join(directory, 'promise.db'), {
    synchronous: synchronous as Synchronous,
    walCheckpointIntervalKb: Number(intervalKb),
  });
  await db.exec(schema);
  await db.insert('sensor_readings', { ...first });
  const statement = await db.prepare(READINGS_INSERT);
  const before = (await db.stats()).checkpoints;
  return {
    name: 'heliosdb, open()',
    millis: [],
    commit: async (row) => void (await statement.run([...row])),
    end: async () => {
      const { checkpoints } = await db.stats();
      await db.close();
      return `${checkpoints - before} checkpoints`;
    },
  };
}

function syncContender(): Contender {
  const db = openSync(join(directory, 'sync.db'), {
    synchronous: synchronous as Synchronous,
    walCheckpointIntervalKb: Number(intervalKb),
  });
  db.exec(schema);
  db.insert('sensor_readings', { ...first });
  const statement = db.prepare(READINGS_INSERT);
  const before = db.stats().checkpoints;
  return {
    name: 'heliosdb, openSync()',
    millis: [],
    commit: (row) => void statement.run([...row]),
    end: async () => {
      const { checkpoints } = db.stats();
      db.close();
      return `${checkpoints - before} checkpoints`;
    },
  };
}

function sqliteContender(): Contender {
  const db = betterSqlite3.open(join(directory, 'sqlite.db'), synchronous as Synchronous);
  db.exec(schema);
  db.exec('BEGIN');
  const statement = db.prepare(READINGS_INSERT);
  for (let i = 0; i < ROWS; i++) statement.run(readingRow(first, i));
  db.exec('COMMIT');
  return {
    name: 'better-sqlite3',
    millis: [],
    commit: (row) => void statement.run([...row]),
    end: async () => {
      db.close();
      return '';
    },
  };
}

const contenders = [await promiseContender(), syncContender(), sqliteContender()];
for (let done = 0; done < Number(commits); done += TURN) {
  for (const contender of contenders) {
    for (let i = 0; i < TURN; i++) {
      const row = readingRow(first, (done + i) % ROWS);
      const start = performance.now();
      await contender.commit(row);
      contender.millis.push(performance.now() - start);
    }
  }
}
for (const { name, millis, end } of contenders) {
  const sorted = Float64Array.from(millis).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [median, p99] = [at(0.5), at(0.99)];
  const figures = { median, p95: at(0.95), p99, 'p99.9': at(0.999), max: at(1) };
  const shown = Object.entries(figures).map(([label, value]) => `${label} ${value.toFixed(3)} ms`);
  const ratio = `p99 is ${(p99 / median).toFixed(1)} medians`;
  process.stdout.write(`${name.padEnd(22)} ${shown.join(', ')}; ${ratio}${`; ${await end()}`.replace(/; $/, '')}\n`);
}
rmSync(directory, { recursive: true });
