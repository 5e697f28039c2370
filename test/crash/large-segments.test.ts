import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/base/limits.ts';
import { Session } from '../../src/sql/session.ts';
import type { StorageFile } from '../../src/storage/storage.ts';
import { SimulatedCrash } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { query } from '../support/sql-session.ts';
import { openOn } from './harness.ts';

const SEED = 3;
const RANDOM_DAMAGES = 2;

/** So many rows that a checkpoint looks for the smallest encodings, in the shapes that most of them are for. */
const FILL = `
  CREATE TABLE r (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, v REAL, raw REAL, path TEXT);
  CREATE INDEX r_sensor_at ON r (sensor, at DESC);
  WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${LIMITS.searchedSegmentRows})
  INSERT INTO r SELECT i, 'SENSOR-' || (100 + i % 40), 1700000000000 + i / 40 * 10000 + i * 7919 % 21,
    (2000 + i % 40 * 100 + i * 7919 % 300) / 100.0, i / 3.0, '/line/' || i / 1000 || '/part/' || i FROM c;`;

const ANSWERS = `SELECT count(*), sum(id), sum(length(sensor)), sum(at), sum(v), sum(raw), sum(length(path)), max(path) FROM r`;

function bytesOf(file: StorageFile): Uint8Array {
  const bytes = new Uint8Array(file.size());
  file.read(bytes, 0);
  return bytes;
}

/** A disk on which the rows are in the log alone, and what a query says of them. */
function filled(): { disk: () => LyingDisk; answers: unknown[][] } {
  const first = new LyingDisk(SEED);
  const storage = first.open();
  const engine = openOn({ seed: SEED, open: () => storage } as LyingDisk);
  const session = new Session(engine);
  session.executeScript(FILL);
  engine.makeDurable();
  const [main, wal] = [bytesOf(storage.main), bytesOf(storage.wal)];
  return { disk: () => LyingDisk.holding(SEED, main, wal), answers: query(session, ANSWERS) };
}

describe('a checkpoint of large segments', () => {
  it(`loses nothing, wherever the power fails (seed ${SEED})`, () => {
    const { disk, answers } = filled();
    const whole = disk();
    const engine = openOn(whole);
    const before = whole.changes;
    engine.checkpoint();
    const changes = whole.changes - before;
    expect(changes).toBeGreaterThan(4);
    for (let at = 1; at <= changes; at++) {
      const crashing = disk();
      const opened = openOn(crashing);
      crashing.faults.add({ effect: 'crash', on: 'change', at });
      expect(() => opened.checkpoint()).toThrow(SimulatedCrash);
      for (const damage of crashing.damages(RANDOM_DAMAGES)) {
        const recovered = openOn(crashing.crash(damage));
        expect(query(new Session(recovered), ANSWERS), `change ${at}, ${JSON.stringify(damage)}`).toEqual(answers);
        expect(recovered.check()).toMatchObject({ ok: true, problems: [] });
      }
    }
  });
});
