import { expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

test.each(['from the log', 'from a checkpoint'])('what sqlite_sequence was set to is there again: %s', (from) => {
  const storage = openMemoryStorage();
  const open = () => new Session(Engine.open(storage, new SimulatedClock(), new SeededRandom(1)));
  const session = open();
  const next = (on: Session, table: string) => query(on, `INSERT INTO ${table} DEFAULT VALUES RETURNING id`)[0][0];
  session.executeScript(`
    CREATE TABLE up (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE down (id INTEGER PRIMARY KEY AUTOINCREMENT);
    CREATE TABLE back (id INTEGER PRIMARY KEY AUTOINCREMENT);
    INSERT INTO up VALUES (5); INSERT INTO down VALUES (50), (60); INSERT INTO back VALUES (70);
    DELETE FROM down WHERE id = 60;
    UPDATE sqlite_sequence SET seq = 900 WHERE name = 'up';
    UPDATE sqlite_sequence SET seq = 1 WHERE name = 'down';
    BEGIN; SAVEPOINT s; UPDATE sqlite_sequence SET seq = 900 WHERE name = 'back'; ROLLBACK TO s; COMMIT;`);
  if (from === 'from a checkpoint') session.engine.checkpoint();
  const again = open();
  expect(query(again, 'SELECT name, seq FROM sqlite_sequence ORDER BY name')).toEqual([
    ['back', 70],
    ['down', 50],
    ['up', 900],
  ]);
  expect(['up', 'down', 'back'].map((table) => next(again, table))).toEqual([901, 51, 71]);
});
