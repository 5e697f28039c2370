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
    ['down', 1],
    ['up', 900],
  ]);
  expect(['up', 'down', 'back'].map((table) => next(again, table))).toEqual([901, 51, 71]);
});

test.each(['at once', 'from the log', 'from a checkpoint'])(
  'AUTOINCREMENT goes on behind what INSERT has given, and behind rows that are there: %s',
  (from) => {
    const storage = openMemoryStorage();
    const open = () => new Session(Engine.open(storage, new SimulatedClock(), new SeededRandom(1)));
    const session = open();
    session.executeScript(`
    CREATE TABLE moved (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER CHECK (n < 9));
    CREATE TABLE gone (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER CHECK (n < 9));
    CREATE TABLE failed (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER CHECK (n < 9));
    INSERT INTO moved VALUES (3, 1); UPDATE moved SET id = 20;
    INSERT INTO gone VALUES (3, 1); UPDATE gone SET id = 20; DELETE FROM gone; INSERT INTO failed VALUES (3, 1);`);
    expect(() => session.executeScript('INSERT OR FAIL INTO failed VALUES (7, 1), (8, 9)')).toThrow();
    session.executeScript('DELETE FROM failed WHERE id = 7; UPDATE gone SET n = 2');
    if (from === 'from a checkpoint') session.engine.checkpoint();
    const again = from === 'at once' ? session : open();
    expect(query(again, 'SELECT name, seq FROM sqlite_sequence ORDER BY name')).toEqual([
      ['failed', 3],
      ['gone', 3],
      ['moved', 3],
    ]);
    const next = (table: string) => query(again, `INSERT INTO ${table} (n) VALUES (1) RETURNING id`)[0][0];
    expect(['moved', 'gone', 'failed'].map(next)).toEqual([21, 4, 4]);
    expect(() => again.executeScript('INSERT INTO moved VALUES (20, 1)')).toThrow('moved.id');
  },
);
