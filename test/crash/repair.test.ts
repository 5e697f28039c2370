import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HeliosError } from '../../src/base/errors.ts';
import { LIMITS } from '../../src/base/limits.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { inspect } from '../../src/engine/inspect/inspect.ts';
import { readSuperblocks } from '../../src/engine/manifest/superblock.ts';
import type { RepairReport } from '../../src/engine/repair/repair-report.ts';
import { salvage } from '../../src/engine/repair/salvage.ts';
import { writeSalvage } from '../../src/engine/repair/write-salvage.ts';
import { alignedLength } from '../../src/engine/wal/wal-format.ts';
import { Session } from '../../src/sql/session.ts';
import { openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import type { SimFileName } from '../sim/pending-operation.ts';
import { definitionsOf, openEngine, placesOf, rowsOf, type TableRows } from './stored-places.ts';
import { damagedVictim, largeTransactionVictim, smallVictims, type Victim, victim } from './victims.ts';

const ROWS = 2 * LIMITS.blockRows + 500;
/** Damaged bytes of a log, at most. */
const LOG_PLACES = 25;
const LONG = 'a long text '.repeat(LIMITS.inlineValueLength / 10);

/** Three blocks, of rowids with gaps; a table with everything that hangs on one; a column that is younger, and one that is gone. */
const BLOCKS = victim('several blocks', [
  `CREATE TABLE gaps (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT, v REAL, gone INTEGER);
   CREATE INDEX gaps_word ON gaps (word, v DESC);
   WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${ROWS})
   INSERT INTO gaps SELECT i * 2 + i % 2, 'word ' || (i % 7), i / 3.0, i FROM c`,
  `CREATE TABLE owner (id INTEGER PRIMARY KEY, code TEXT UNIQUE, size INTEGER CHECK (size >= 0), twice AS (size * 2) STORED);
   CREATE TABLE owned (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner ON DELETE CASCADE, note TEXT);
   CREATE UNIQUE INDEX owner_lower ON owner (lower(code)) WHERE size > 2;
   CREATE VIEW pairs AS SELECT owner.id AS a, owned.id AS b FROM owner JOIN owned ON owned.owner = owner.id;
   CREATE TRIGGER owned_gone AFTER DELETE ON owned BEGIN UPDATE owner SET size = size + 1 WHERE id = old.owner; END;
   INSERT INTO owner (code, size) VALUES ('A', 1), ('B', 5), ('C', 9);
   INSERT INTO owned (owner, note) VALUES (1, 'one'), (2, '${LONG}'), (3, NULL), (3, '${LONG}!')`,
  'checkpoint',
  "ALTER TABLE gaps ADD COLUMN young TEXT DEFAULT 'young'; ALTER TABLE gaps DROP COLUMN gone",
  'DELETE FROM gaps WHERE id % 5 = 1',
  'checkpoint',
  "UPDATE gaps SET word = 'in the log' WHERE id % 1000 = 4",
  'DELETE FROM gaps WHERE id > 17300; DELETE FROM owned WHERE id = 3; PRAGMA user_version = 12',
]);

interface Repaired {
  readonly engine: Engine;
  readonly report: RepairReport;
}

function repair(disk: LyingDisk): Repaired {
  const storage = disk.open();
  const engine = openEngine(openMemoryStorage());
  const { report, statements } = writeSalvage(salvage(storage), engine);
  const session = new Session(engine);
  for (const statement of statements) session.executeScript(statement);
  expect(engine.check().problems).toEqual([]);
  return { engine, report };
}

/** The repaired database has all rows but those, and they are among what the report calls lost. */
function expectAllBut(
  whole: readonly TableRows[],
  isLost: (table: TableRows, rowid: number) => boolean,
  { engine, report }: Repaired,
) {
  const found = new Map(rowsOf(engine).map((table) => [table.name, table.rows]));
  for (const table of whole) {
    const wanted = [...table.rows].filter(([rowid]) => !isLost(table, rowid));
    expect([...(found.get(table.name) ?? [])], table.name).toEqual(wanted);
    const { lost, rows } = report.tables.find(({ name }) => name === table.name) ?? { lost: [], rows: -1 };
    expect(rows).toBe(wanted.length);
    const missing = [...table.rows.keys()].filter((rowid) => isLost(table, rowid));
    expect(lost.reduce((sum, each) => sum + each.rows, 0)).toBeGreaterThanOrEqual(missing.length);
    for (const rowid of missing) expect(lost.some(({ rowids: [from, to] }) => rowid >= from && rowid <= to)).toBe(true);
    if (missing.length > 0) expect(report.isWhole).toBe(false);
  }
}

function damagedAt(victim: Victim, file: SimFileName, at: number): LyingDisk {
  return damagedVictim(victim, file, at, 0x41);
}

describe.each([...smallVictims(), BLOCKS])('repair of $name', (victim) => {
  const intact = openEngine(victim.disk.moment().open());
  const whole = rowsOf(intact);
  const definitions = definitionsOf(intact);

  it('a whole database comes out whole', () => {
    const repaired = repair(victim.disk.moment());
    expect(repaired.report).toMatchObject({ isWhole: true, log: { problem: null } });
    expectAllBut(whole, () => false, repaired);
    expect(definitionsOf(repaired.engine)).toEqual(definitions);
  });

  it('damage to any piece of a segment costs the rows that need it, and no others', () => {
    for (const { what, at, lengthBytes, tableId, segment, block } of placesOf(victim.disk)) {
      const isLost = (table: TableRows, rowid: number): boolean => {
        const place = table.stored.get(rowid) ?? null;
        if (place === null || block === null || table.id !== tableId || place.segment !== segment) return false;
        return block === 'all' || place.block === block;
      };
      const repaired = repair(damagedAt(victim, 'main', at + (lengthBytes >> 1)));
      expect(() => expectAllBut(whole, isLost, repaired), what).not.toThrow();
      expect(definitionsOf(repaired.engine), what).toEqual(definitions);
    }
  });

  it('one superblock is enough; what lies between the pieces costs nothing', () => {
    const places = placesOf(victim.disk);
    const size = victim.disk.shownBytes('main').length;
    const first = Math.min(size, ...places.map(({ at }) => at));
    for (const at of [3, 40, 510, 4096 + 3, 4096 + 40, 4096 + 400].filter((at) => at < size && at < first))
      expectAllBut(whole, () => false, repair(damagedAt(victim, 'main', at)));
  });

  it('both superblocks lost cost nothing once a checkpoint was made', () => {
    for (const damage of [withoutHead(victim), damagedTwice(victim)]) {
      if (manifestAt(victim) === null) {
        expect(() => repair(damage)).toThrow(HeliosError);
        continue;
      }
      const repaired = repair(damage);
      expectAllBut(whole, () => false, repaired);
      expect(definitionsOf(repaired.engine)).toEqual(definitions);
      expect(repaired.report).toMatchObject({ isWhole: false, way: { why: expect.stringContaining('superblock') } });
    }
  });

  it('damage to the log costs what was committed from there on', () => {
    const { frames, endByte } = inspect(victim.disk.moment().open()).log;
    const ends: number[] = [];
    for (const { payloadBytes } of frames) ends.push((ends.at(-1) ?? 0) + alignedLength(payloadBytes));
    expect(ends.at(-1) ?? 0).toBe(endByte);
    const expected = [0, ...ends].map((end) => stateOf(openEngine(cutLog(victim, end).open())));
    for (let at = 0; at < endByte; at += 1 + Math.floor(endByte / LOG_PLACES)) {
      const { engine, report } = repair(damagedAt(victim, 'wal', at));
      const { transactions } = report.log;
      expect(transactions).toBeGreaterThanOrEqual(ends.filter((end) => end <= at).length);
      expect(stateOf(engine), `byte ${at}`).toBe(expected[transactions]);
    }
  });
});

/** One byte of each superblock is wrong. */
function damagedTwice(victim: Victim): LyingDisk {
  return damagedVictim({ ...victim, disk: damagedAt(victim, 'main', 40) }, 'main', 4096 + 40, 1);
}

/** The pages of both superblocks are zeros. */
function withoutHead({ disk }: Victim): LyingDisk {
  const bytes = disk.shownBytes('main').slice();
  bytes.fill(0, 0, 2 * 4096);
  return LyingDisk.holding(disk.seed, bytes, disk.shownBytes('wal'));
}

function manifestAt({ disk }: Victim): number | null {
  const superblock = readSuperblocks(disk.moment().open().main);
  if (superblock === 'empty' || superblock.manifest === null) return null;
  return superblock.manifest.extent.firstPage * superblock.pageSize;
}

/** A digest: a difference between thousands of rows is nothing to print. */
function stateOf(engine: Engine): string {
  const rows = rowsOf(engine).map((table) => [table.name, ...table.rows.values()]);
  return createHash('sha1')
    .update(JSON.stringify([rows, definitionsOf(engine)]))
    .digest('hex');
}

function cutLog({ disk }: Victim, end: number): LyingDisk {
  return LyingDisk.holding(disk.seed, disk.shownBytes('main'), disk.shownBytes('wal').subarray(0, end));
}

describe('repair', () => {
  it('loses the rows of a damaged large value, and no others of its block', () => {
    const bytes = Buffer.from(BLOCKS.disk.shownBytes('main'));
    const ends = bytes.lastIndexOf(`${LONG}!`) + LONG.length;
    expect(ends).toBeGreaterThan(LONG.length);
    const whole = rowsOf(openEngine(BLOCKS.disk.moment().open()));
    const repaired = repair(damagedAt(BLOCKS, 'main', ends - 100));
    expectAllBut(whole, ({ name }, rowid) => name === 'owned' && rowid === 4, repaired);
  });

  it('saves the other blocks of segments that only the log names', () => {
    const large = largeTransactionVictim();
    const { pageSize, tables } = inspect(large.disk.moment().open());
    const segments = tables.find(({ name }) => name === 't')?.segments.filter(({ inLog }) => inLog) ?? [];
    expect(segments.length).toBeGreaterThan(0);
    const [{ rows: whole }] = rowsOf(openEngine(large.disk.moment().open()));
    for (const { firstPage, lengthBytes } of segments) {
      const start = firstPage * (pageSize ?? 0);
      for (let at = start; at < start + lengthBytes; at += Math.ceil(lengthBytes / 6)) {
        const { engine, report } = repair(damagedAt(large, 'main', at));
        const [{ rows }] = rowsOf(engine);
        for (const [rowid, row] of rows) expect(row).toBe(whole.get(rowid));
        const missing = [...whole.keys()].filter((rowid) => !rows.has(rowid));
        const lost = report.tables.flatMap((table) => table.lost);
        expect(lost.reduce((sum, each) => sum + each.rows, 0)).toBeGreaterThanOrEqual(missing.length);
        for (const rowid of missing)
          expect(lost.some(({ rowids: [from, to] }) => rowid >= from && rowid <= to)).toBe(true);
        expect(report.log).toEqual({ transactions: 2, problem: null });
      }
    }
  });

  it('takes an earlier state where the manifest is lost and nothing has overwritten the one before', () => {
    const twice = victim('two checkpoints', [
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'first')",
      'checkpoint',
      "INSERT INTO t VALUES (2, 'second')",
      'checkpoint',
      "INSERT INTO t VALUES (3, 'third')",
    ]);
    const { report, engine } = repair(damagedAt(twice, 'main', manifestAt(twice)! + 9));
    expect(rowsOf(engine).map(({ rows }) => [...rows.values()])).toEqual([['[1,1,"first"]']]);
    expect(report).toMatchObject({ isWhole: false, way: { transaction: 1 } });
  });

  it('without superblocks and manifest has nothing to go by, and says so', () => {
    const once = victim('one checkpoint', [
      'CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)',
      'close',
    ]);
    const disk = damagedVictim({ ...once, disk: withoutHead(once) }, 'main', manifestAt(once)! + 9, 0x41);
    // Who repairs already is not told to.
    const hint = expect.not.stringContaining('repair');
    expect(() => repair(disk)).toThrow(expect.objectContaining({ code: 'NOT_A_DATABASE', hint }));
    const unwritten = victim('no checkpoint', ['CREATE TABLE t (id INTEGER PRIMARY KEY)']);
    expect(() => repair(damagedTwice(unwritten))).toThrow(expect.objectContaining({ code: 'CORRUPT', hint }));
  });
});
