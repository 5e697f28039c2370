import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const ROWS = LIMITS.deflatedSegmentRows + 5000;

/** Sensors in turns, times with gaps, decimals, doubles, flags, texts that repeat, that begin alike and that do neither, NULLs. */
const FILL = `
  CREATE TABLE r (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, v REAL, raw REAL, flag BOOLEAN, path TEXT, note TEXT, big INTEGER, x);
  CREATE INDEX r_sensor_at ON r (sensor, at DESC); CREATE INDEX r_v ON r (v);
  WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${ROWS})
  INSERT INTO r SELECT i, 'SENSOR-' || (100 + i % 40), 1700000000000 + i / 40 * 10000 + i * 7919 % 21,
    CASE WHEN i % 97 = 0 THEN NULL ELSE (2000 + i % 40 * 100 + i * 7919 % 300) / 100.0 END, i / 3.0, i % 50 < 40,
    '/line/' || i / 1000 || '/part/' || i, CASE WHEN i % 5 = 0 THEN NULL ELSE 'took ' || (i * 7919 % 1013) || ' ms at ' || i * 31 % 977 END,
    9007199254740993 + i * 1000, CASE i % 3 WHEN 0 THEN i WHEN 1 THEN 'text ' || i END FROM c;`;

const QUERIES = [
  'SELECT count(*), sum(id), min(at), max(at), sum(v), sum(raw), sum(flag), min(big), max(big) FROM r',
  'SELECT sensor, count(v), min(v), max(v) FROM r GROUP BY sensor ORDER BY sensor',
  'SELECT * FROM r WHERE id IN (1, 31, 32, 4096, 4097, 40000, 70000) ORDER BY id',
  "SELECT id, path, note, x FROM r WHERE sensor = 'SENSOR-117' AND at > 1700017600000 ORDER BY at DESC, id LIMIT 50",
  'SELECT id, v FROM r WHERE v BETWEEN 30.01 AND 30.02 ORDER BY v, id LIMIT 100',
  "SELECT count(*), max(length(note)) FROM r WHERE path >= '/line/50' AND note LIKE '%1 ms%'",
  'SELECT count(*), min(x), max(x) FROM r WHERE x IS NOT NULL AND id > 30000',
];

test('rows in the encodings of segments are those that were written, through checkpoints, changes, a merge and an open', () => {
  const storage = openMemoryStorage();
  const open = () => Engine.open({ ...storage, close: () => undefined }, new SimulatedClock(), new SeededRandom(1));
  let engine = open();
  let session = new Session(engine);
  const answers = () => QUERIES.map((sql) => query(session, sql));
  session.executeScript(FILL);
  const settle = (): void => {
    const expected = answers();
    engine.checkpoint();
    expect(answers()).toEqual(expected);
    expect(engine.check()).toMatchObject({ ok: true, problems: [] });
    engine.close();
    engine = open();
    session = new Session(engine);
    expect(answers()).toEqual(expected);
  };
  settle();
  const bytesPerRow = storage.main.size() / ROWS;
  expect(bytesPerRow).toBeLessThan(30);
  // More than a third of the rows end: the segment is merged at the next checkpoint but one.
  session.executeScript(
    "UPDATE r SET v = v + 0.01, path = path || '-b' WHERE id % 5 < 2; DELETE FROM r WHERE id % 11 = 3",
  );
  settle();
  session.executeScript("INSERT INTO r (id, sensor) VALUES (100000, 'SENSOR-999')");
  settle();
  engine.close();
});
