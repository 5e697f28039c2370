import { expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const open = (disk: MemoryDisk): Engine =>
  Engine.open(openMemoryStorage(disk), new SimulatedClock(), new SeededRandom(1));

test('temporary objects are nothing to other sessions, to checkpoints and to the files', () => {
  const disk = new MemoryDisk();
  const engine = open(disk);
  const one = new Session(engine);
  const other = new Session(engine);
  one.executeScript('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  one.executeScript(
    "CREATE TEMP TABLE t (a UNIQUE); INSERT INTO t VALUES ('mine'); CREATE TEMP VIEW v AS SELECT a FROM t",
  );
  expect(query(one, 'SELECT a FROM v')).toEqual([['mine']]);
  expect(query(other, 'SELECT a FROM t')).toEqual([[1]]);
  expect(() => other.prepare('SELECT * FROM v')).toThrow('no such table "v"');
  other.executeScript("CREATE TEMP TABLE t (a); INSERT INTO t VALUES ('theirs'); UPDATE main.t SET a = 2");
  engine.checkpoint();
  expect(query(one, 'SELECT t.a, m.a FROM t, main.t AS m')).toEqual([['mine', 2]]);
  one.close();
  expect(query(other, 'SELECT a FROM t')).toEqual([['theirs']]);
  engine.close();
  const again = open(disk);
  expect(query(new Session(again), 'SELECT name, (SELECT a FROM t) FROM sqlite_schema')).toEqual([['t', 2]]);
  expect(again.check().problems).toEqual([]);
  again.close();
});

test('what a transaction did to temporary tables is gone after a crash, what it did to others is not', () => {
  const disk = new MemoryDisk();
  const engine = open(disk);
  const session = new Session(engine);
  session.executeScript(
    'CREATE TABLE t (a); CREATE TEMP TABLE u (a); BEGIN; INSERT INTO u VALUES (1); INSERT INTO t VALUES (2); COMMIT',
  );
  session.executeScript('INSERT INTO u VALUES (3); INSERT INTO t SELECT a FROM u');
  engine.makeDurable();
  const copy = new MemoryDisk();
  for (const file of ['main', 'wal'] as const) {
    const bytes = new Uint8Array(disk[file].size);
    disk[file].read(bytes, 0);
    copy[file].write(bytes, 0);
  }
  const recovered = new Session(open(copy));
  expect(query(recovered, 'SELECT group_concat(a) FROM t')).toEqual([['2,1,3']]);
  expect(() => query(recovered, 'SELECT * FROM u')).toThrow('no such table "u"');
});
