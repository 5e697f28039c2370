import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { openSync, type SyncDatabase } from '../../../src/node.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';
import { temporaryDirectory } from '../../support/node-child.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

const ROWS = 300;
const closed = join(directory.path, 'closed');
const crashed = join(directory.path, 'crashed');
makeDatabases();

/** One database that was closed, and a copy of one that was not: its rows are in the log. */
function makeDatabases(): void {
  const options = { pageSize: 512 };
  const whole = openSync(closed, options);
  fill(whole);
  whole.close();
  const other = openSync(join(directory.path, 'running'), options);
  fill(other);
  for (const suffix of ['', '-wal']) copyFileSync(join(directory.path, `running${suffix}`), `${crashed}${suffix}`);
  other.close();
}

function fill(db: SyncDatabase): void {
  db.exec(
    'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, r REAL, b BLOB); CREATE INDEX by_name ON t (name)',
  );
  for (const from of [0, ROWS / 2]) {
    const rows = Array.from({ length: ROWS / 2 }, (_, i) => ({
      name: `name ${((from + i) * 7919) % 97}`,
      r: i % 5 === 0 ? null : (from + i) / 3,
      b: Uint8Array.of(i & 255, 2, 3),
    }));
    db.insert('t', rows);
  }
}

/**
 * Opens, reads everything, checks. Whatever the damage: all the rows that the file should hold, or an error that names
 * the file and the place, and never anything else.
 */
function examine(path: string): 'whole' | 'older' | 'refused' {
  let db: SyncDatabase | null = null;
  try {
    db = openSync(path, { readOnly: true });
    const tables = db.query("SELECT name FROM sqlite_schema WHERE type = 'table'").rows;
    const count = tables.length === 0 ? 0 : db.query('SELECT id, name, r, b FROM t').rows.length;
    if (tables.length > 0) db.query("SELECT * FROM t WHERE name = 'name 5' ORDER BY name DESC");
    for (const problem of db.check().problems)
      expect(problem).toMatchObject({ file: path, offset: expect.any(Number) });
    return count === ROWS ? 'whole' : 'older';
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    expect(['CORRUPT', 'NOT_A_DATABASE']).toContain(error.code);
    expect(error.message).toContain(path);
    if (error.code === 'CORRUPT') expect(error.message).toMatch(/byte \d+/);
    return 'refused';
  } finally {
    db?.close();
  }
}

let copies = 0;
function write(main: Uint8Array, wal: Uint8Array): string {
  const path = join(directory.path, `copy-${copies++}`);
  writeFileSync(path, main);
  writeFileSync(`${path}-wal`, wal);
  return path;
}

function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[random.below(copy.length)] ^= 1 << random.below(8);
  return copy;
}

describe('damaged files', () => {
  /** The test, once for each seed. */
  const seeded = (name: string, body: (random: SeededRandom) => void) => {
    test(name, () => {
      for (const seed of testSeeds(1)) withSeed(seed, () => body(new SeededRandom(seed)));
    });
  };
  const files = (path: string) => [readFileSync(path), readFileSync(`${path}-wal`)];

  seeded('a flipped bit of the database is harmless or found', (random) => {
    const [main, wal] = files(closed);
    const seen = Array.from({ length: 150 }, () => examine(write(flipped(main, random), wal)));
    expect(new Set(seen)).toEqual(new Set(['whole', 'refused']));
  });

  seeded('a flipped bit of the log loses the newest commit at most, or is found', (random) => {
    const [main, wal] = files(crashed);
    expect(examine(crashed)).toBe('whole');
    const seen = Array.from({ length: 60 }, () => examine(write(main, flipped(wal, random))));
    expect(seen).toContain('refused');
  });

  seeded('a database that was cut off is refused or whole', (random) => {
    const [main, wal] = files(closed);
    for (let i = 0; i < 40; i++) {
      // A file of no bytes is a new database.
      const length = 1 + random.below(main.length - 1);
      expect(examine(write(main.subarray(0, length), wal))).not.toBe('older');
    }
  });
});
