import { LIMITS } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { Session } from '../../src/sql/session.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import type { SimFileName } from '../sim/pending-operation.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { describeEngine } from '../support/engine-state.ts';

/** A database whose files get damaged, and its state after each commit: damage of the log's end may cost the last one. */
export interface Victim {
  readonly name: string;
  readonly disk: LyingDisk;
  readonly states: readonly string[];
}

const SEED = 5;
/** Small pages: little of the files is padding. */
const OPTIONS = { pageSize: LIMITS.minPageSize, synchronous: 'full' } as const;

/** One commit of SQL, or what is done between commits. */
type VictimStep = string | 'checkpoint' | 'vacuum' | 'close';

const SCHEMA = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, r REAL, b BLOB, a, big INTEGER, word TEXT);
  CREATE INDEX by_name ON t (name, r DESC);
  CREATE UNIQUE INDEX by_big ON t (big);
  CREATE VIEW v AS SELECT name FROM t`;

const rows = (from: number, count: number): string => `
  WITH RECURSIVE c (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM c WHERE i < ${from + count - 1})
  INSERT INTO t SELECT i, 'name ' || (i * 7919 % 97), CASE WHEN i % 5 > 0 THEN i / 3.0 END, zeroblob(i % 4),
    CASE i % 4 WHEN 0 THEN i WHEN 1 THEN i / 7.0 WHEN 2 THEN 'any ' || i END,
    i * 1234567890123456 % 9007199254740993, 'word ' || (i % 3) FROM c`;

const LARGE_VALUE = `INSERT INTO t (name, a) VALUES ('large', '${'a large value '.repeat(LIMITS.inlineValueLength / 10)}')`;
const CHANGES = ["UPDATE t SET word = 'changed' WHERE id % 7 = 3", 'DELETE FROM t WHERE id % 11 = 4'];

const SMALL: Readonly<Record<string, readonly VictimStep[]>> = {
  segments: [SCHEMA, rows(1, 60), 'checkpoint', ...CHANGES, 'checkpoint', rows(200, 20), 'close'],
  'large values': [SCHEMA, rows(1, 5), LARGE_VALUE, 'close'],
  log: [SCHEMA, rows(1, 40), rows(100, 15), ...CHANGES, rows(300, 3), 'ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 5'],
  'segments and log': [SCHEMA, rows(1, 40), 'checkpoint', rows(100, 10), ...CHANGES],
  vacuumed: [SCHEMA, rows(1, 40), 'checkpoint', ...CHANGES, 'PRAGMA min_retention_seconds = 0', 'vacuum', rows(400, 2)],
};

/** Enough rows for the encodings that only large segments have. */
const LARGE: readonly VictimStep[] = [
  `CREATE TABLE r (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, v REAL, raw REAL, path TEXT, ns INTEGER, seldom INTEGER);
   WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${LIMITS.searchedSegmentRows})
   INSERT INTO r SELECT i, 'SENSOR-' || (100 + i % 40), 1700000000000 + i / 40 * 10000 + i * 7919 % 21,
     (2000 + i % 40 * 100 + i * 7919 % 300) / 100.0, i / 3.0, '/line/' || i / 1000 || '/part/' || i,
     1700000000000000000 + i * 1000, i / 500 * 1000000007 FROM c`,
  'close',
];

export function smallVictims(): Victim[] {
  return Object.entries(SMALL).map(([name, steps]) => victim(name, steps));
}

/** Its one large transaction has left memory for segments, which only the log names. */
export function largeTransactionVictim(): Victim {
  const insert = "INSERT INTO t SELECT value, 'name ' || (value % 97), value / 3.0 FROM generate_series";
  return victim(
    'large transaction',
    [
      'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, r REAL); CREATE INDEX by_name ON t (name)',
      `${insert}(1, 10)`,
      'checkpoint',
      `${insert}(11, 6000); ${insert}(6001, 12000); DELETE FROM t WHERE id % 10 = 0`,
      "UPDATE t SET name = 'changed' WHERE id % 1000 = 7",
    ],
    { deltaBytes: 128 * 1024 },
  );
}

export function largeVictim(): Victim {
  return victim('large segments', LARGE);
}

/** The victim's files with one byte changed. */
export function damagedVictim({ disk }: Victim, file: SimFileName, at: number, mask: number): LyingDisk {
  const damaged = disk.moment();
  const storage = damaged.open();
  const byte = new Uint8Array(1);
  storage[file].read(byte, at);
  byte[0] ^= mask;
  storage[file].write(byte, at);
  storage.close();
  return damaged;
}

/** A database of one's own steps. */
export function victim(name: string, steps: readonly VictimStep[], options: Partial<EngineOptions> = {}): Victim {
  const disk = new LyingDisk(SEED);
  const storage = disk.open();
  const engine = Engine.open(storage, new SimulatedClock(), new SeededRandom(SEED), { ...OPTIONS, ...options });
  const session = new Session(engine);
  const states = [describeEngine(engine)];
  for (const step of steps) {
    if (step === 'checkpoint') engine.checkpoint();
    else if (step === 'vacuum') engine.vacuum();
    else if (step === 'close') {
      session.close();
      engine.close();
    } else {
      session.executeScript(`BEGIN; ${step}; COMMIT`);
      engine.makeDurable();
      states.push(describeEngine(engine));
    }
  }
  storage.close();
  return { name, disk: trimmed(disk), states };
}

/** The same files, durable, and without the zeros for which the log has grown. */
function trimmed(disk: LyingDisk): LyingDisk {
  const wal = disk.shownBytes('wal');
  let end = wal.length;
  while (end > 0 && wal[end - 1] === 0) end--;
  return LyingDisk.holding(SEED, disk.shownBytes('main'), wal.subarray(0, Math.min(wal.length, end + 64)));
}
