import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENCODING_NAMES } from '../../../src/engine/column/encodings/encoding.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { inspect } from '../../../src/engine/inspect/inspect.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { GOLDEN_CASES, type GoldenRow } from '../../golden/cases.ts';
import { type ExpectedRows, expectedRows } from '../../golden/expected.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const FOLDER = join(import.meta.dirname, '../../golden/files');
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.db'))
  .map((name) => name.slice(0, -'.db'.length));

/** Columns of texts share one dictionary in a segment; only the log's batches have one of their own. */
const OF_THE_LOG = ['local-dictionary'];

function open(name: string): Storage {
  const storage = openMemoryStorage(new MemoryDisk());
  storage.main.write(readFileSync(join(FOLDER, `${name}.db`)), 0);
  const log = join(FOLDER, `${name}.db-wal`);
  if (existsSync(log)) storage.wal.write(readFileSync(log), 0);
  return storage;
}

function expectedOf(name: string): ExpectedRows[] {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as ExpectedRows[];
}

function foundIn(engine: Engine, name: string): ExpectedRows[] {
  const session = new Session(engine);
  return expectedOf(name).map(({ query: sql }) => expectedRows(sql, query(session, sql) as GoldenRow[]));
}

describe('golden files', () => {
  it('are those of the cases, and their rows are written down', () => {
    expect(NAMES.sort()).toEqual(GOLDEN_CASES.map(({ name }) => name).sort());
    for (const { name, expected } of GOLDEN_CASES)
      expect(expectedOf(name)).toEqual(Object.entries(expected).map(([sql, rows]) => expectedRows(sql, rows)));
  });

  it.each(NAMES)('%s: opens, has its rows, and goes on', (name) => {
    const storage = open(name);
    const engine = Engine.open(storage, new SimulatedClock(), new SeededRandom(2));
    expect(foundIn(engine, name)).toEqual(expectedOf(name));
    expect(engine.check()).toMatchObject({ ok: true, problems: [] });
    engine.checkpoint();
    expect(foundIn(engine, name)).toEqual(expectedOf(name));
    engine.vacuum();
    expect(foundIn(engine, name)).toEqual(expectedOf(name));
    storage.close();
  });

  it('have every encoding there is', () => {
    const found = new Set(
      NAMES.flatMap((name) => inspect(open(name)).tables)
        .flatMap(({ segments }) => segments)
        .flatMap(({ parts }) => parts ?? [])
        .flatMap(({ encodings }) => Object.keys(encodings)),
    );
    expect(ENCODING_NAMES.filter((encoding) => !found.has(encoding))).toEqual(OF_THE_LOG);
  });
});
