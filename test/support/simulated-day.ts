import type { SqlValue } from '../../src/engine/column/types.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { Session } from '../../src/sql/session.ts';
import { openMemoryStorage } from '../../src/storage/memory-storage.ts';
import type { Storage, StorageFile } from '../../src/storage/storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';

const SENSORS = 500;
const SETTINGS = 50;
/** Values of background work for each commit, as hosts do. */
const MAINTAINED_VALUES = 2048;

export interface DayOptions {
  readonly seconds: number;
  /** Readings that come in one transaction each second. */
  readonly rowsPerSecond: number;
  /** Readings are marked as sent once in so many seconds, and old ones deleted sixty times less often. */
  readonly secondsPerBatch: number;
  /** How long readings are kept. */
  readonly keptSeconds: number;
  readonly engine?: Partial<EngineOptions>;
}

export interface WrittenBytes {
  /** What users have written: the values of each row that was inserted or updated, 8 bytes a number, UTF-8 of texts. */
  readonly user: number;
  readonly log: number;
  readonly main: number;
  /** Readings at the end. */
  readonly rows: number;
  readonly checkpoints: number;
  readonly fileBytes: number;
}

/**
 * A gateway's day over a storage that counts what is written: readings each second, of which each is updated once, when it
 * has been sent, and deleted when it is old; and settings that change all the time.
 */
export function simulateDay({
  seconds,
  rowsPerSecond,
  secondsPerBatch,
  keptSeconds,
  engine: options,
}: DayOptions): WrittenBytes {
  const written = { main: 0, log: 0, user: 0 };
  const storage = openMemoryStorage();
  const counting: Storage = {
    ...storage,
    kind: storage.kind,
    readOnly: false,
    main: counted(storage.main, (bytes) => (written.main += bytes)),
    wal: counted(storage.wal, (bytes) => (written.log += bytes)),
    close: () => storage.close(),
  };
  const clock = new SimulatedClock();
  const random = new SeededRandom(1);
  const engine = Engine.open(counting, clock, new SeededRandom(2), options);
  const session = new Session(engine);
  session.executeScript(`
    CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, value REAL, unit TEXT, sent INTEGER);
    CREATE INDEX reading_at ON reading (at);
    CREATE INDEX reading_sensor ON reading (sensor, at);
    CREATE TABLE setting (id INTEGER PRIMARY KEY, name TEXT, value REAL)`);
  const run = (sql: string, params: SqlValue[]): number => session.prepare(sql).run(params).changes;
  const count = (...values: SqlValue[]): SqlValue[] => {
    for (const value of values) written.user += typeof value === 'string' ? Buffer.byteLength(value) : 8;
    return values;
  };
  for (let i = 1; i <= SETTINGS; i++) run('INSERT INTO setting VALUES (?, ?, ?)', count(BigInt(i), `setting ${i}`, 0));
  const insert = session.prepare('INSERT INTO reading (sensor, at, value, unit, sent) VALUES (?, ?, ?, ?, 0)');
  const rowBytes = 8 + 'sensor-100'.length + 8 + 8 + '°C'.length + 1 + 8;
  for (let second = 0; second < seconds; second++) {
    clock.advanceMillis(1000);
    session.executeScript('BEGIN');
    for (let i = 0; i < rowsPerSecond; i++) {
      const value = Math.round(2000 + 500 * Math.sin(second / 900) + random.below(300)) / 100;
      insert.run([`sensor-${100 + random.below(SENSORS)}`, BigInt(second), value, '°C']);
    }
    written.user += rowsPerSecond * rowBytes;
    run('UPDATE setting SET value = ? WHERE id = ?', [random.below(1000) / 10, BigInt(1 + random.below(SETTINGS))]);
    written.user += 8 + 'setting 25'.length + 8;
    session.executeScript('COMMIT');
    if (second % secondsPerBatch === secondsPerBatch - 1) {
      const sent = run('UPDATE reading SET sent = 1 WHERE at > ?', [BigInt(second - secondsPerBatch)]);
      written.user += sent * rowBytes;
    }
    if (second % (secondsPerBatch * 60) === 0) run('DELETE FROM reading WHERE at < ?', [BigInt(second - keptSeconds)]);
    engine.maintain(MAINTAINED_VALUES);
  }
  engine.checkpoint();
  const { rows, checkpoints, mainBytes: fileBytes } = engine.stats();
  engine.close();
  return { ...written, rows, checkpoints, fileBytes };
}

/** A file that tells how many bytes are written. */
function counted(file: StorageFile, note: (bytes: number) => void): StorageFile {
  return {
    name: file.name,
    size: () => file.size(),
    read: (into, at) => file.read(into, at),
    write: (from, at) => {
      note(from.length);
      file.write(from, at);
    },
    truncate: (size) => file.truncate(size),
    flush: () => file.flush(),
    close: () => file.close(),
  };
}
