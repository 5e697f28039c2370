import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { DatabaseExport } from '../../../src/engine/backup/database-export.ts';
import { DatabaseImport } from '../../../src/engine/backup/database-import.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { open, openSync } from '../../../src/node.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const failing = (code: string) => expect.objectContaining({ code });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helios-export-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const SETUP = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL(8, 2), photo BLOB);
  CREATE INDEX by_name ON item (name);
  CREATE VIEW cheap AS SELECT * FROM item WHERE price < 5;
  CREATE TEMP TABLE scratch (a);
  INSERT INTO item SELECT value, 'item ' || (value % 97), value / 10.0, zeroblob(value % 2 * 9000) FROM generate_series(1, 500);
  DELETE FROM item WHERE id % 7 = 0;
`;
const QUERY = 'SELECT count(*) AS n, sum(id) AS ids, sum(price) AS price, sum(length(photo)) AS bytes FROM item';

describe('export and open with from', () => {
  test('give the same database, whatever the pages and whatever carries the bytes', async () => {
    for (const pageSize of [512, 4096, 65_536]) {
      const db = await open(at(`source-${pageSize}`), { pageSize });
      await db.exec(SETUP);
      const expected = (await db.query(QUERY)).rows;
      const carriers = {
        stream: await db.export(),
        blob: await new Response(await db.export()).blob(),
        bytes: new Uint8Array(await new Response(await db.export()).arrayBuffer()),
      };
      for (const [name, from] of Object.entries(carriers)) {
        const copy = await open(at(`${name}-${pageSize}`), { from });
        expect((await copy.query(QUERY)).rows).toEqual(expected);
        expect(
          (await copy.query("SELECT count(*) AS n FROM cheap JOIN item USING (id) WHERE item.name = 'item 3'")).rows,
        ).toEqual([{ n: 1 }]);
        expect((await copy.check()).problems).toEqual([]);
        await copy.exec('INSERT INTO item (name) VALUES (1)');
        await expect(copy.query('SELECT * FROM scratch')).rejects.toEqual(failing('TABLE_NOT_FOUND'));
        await copy.close();
      }
      await db.close();
    }
  });

  test('hold the state of their beginning, while writers and checkpoints go on', async () => {
    const db = await open(at('source'));
    await db.exec(SETUP);
    await db.exec('INSERT INTO item SELECT value, NULL, 0, randomblob(4000) FROM generate_series(1000, 1800)');
    const expected = (await db.query(QUERY)).rows;
    const reader = (await db.export()).getReader();
    const chunks: Uint8Array[] = [];
    for (let round = 0; ; round++) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      if (round > 3) continue;
      await db.exec(
        'UPDATE item SET photo = randomblob(5000), price = price + 1; DELETE FROM item WHERE id % 5 = 0; VACUUM',
      );
    }
    expect(chunks.length).toBeGreaterThan(3);
    const copy = openSync(':memory:', { from: chunks });
    expect(copy.query(QUERY).rows).toEqual(expected);
    expect(copy.check().problems).toEqual([]);
    copy.close();
    await db.close();
  });

  test('of an empty database give an empty one', () => {
    const db = openSync(':memory:');
    const copy = openSync(at('copy'), { from: db.export() });
    expect(copy.query('SELECT count(*) AS n FROM sqlite_schema').rows).toEqual([{ n: 0 }]);
    copy.exec('CREATE TABLE t (a)');
    copy.close();
    openSync(at('copy')).close();
  });

  test('leave free pages behind', () => {
    const db = openSync(at('source'));
    db.exec('CREATE TABLE t (a BLOB); INSERT INTO t SELECT randomblob(3000) FROM generate_series(1, 1000)');
    db.close();
    const again = openSync(at('source'));
    again.exec('DELETE FROM t WHERE rowid > 10');
    again.close();
    const last = openSync(at('source'));
    last.exec('DROP TABLE t');
    const bytes = [...last.export()].reduce((sum, chunk) => sum + chunk.length, 0);
    expect(bytes).toBeLessThan(statSync(at('source')).size);
    last.close();
  });

  test('are refused where they cannot be', async () => {
    const db = openSync(at('source'));
    db.exec('CREATE TABLE t (a)');
    const bytes = [...db.export()];
    db.exec('BEGIN');
    expect(() => [...db.export()]).toThrow(failing('TRANSACTION_ACTIVE'));
    db.exec('COMMIT');
    expect(() => openSync(at('a'), { from: bytes, readOnly: true })).toThrow(failing('MISUSE'));
    expect(() => openSync(at('a'), { from: 7 as never })).toThrow(failing('MISUSE'));
    await expect(open(at('a'), { from: ['text'] as never })).rejects.toEqual(failing('MISUSE'));
    db.close();
    expect(() => openSync(at('source'), { from: bytes })).toThrow(failing('DATABASE_EXISTS'));
    const unchanged = openSync(at('source'));
    expect(unchanged.query('SELECT count(*) AS n FROM t').rows).toEqual([{ n: 0 }]);
    unchanged.close();
  });

  test('of bytes that are no database, or stop coming, leave nothing', async () => {
    expect(() => openSync(at('copy'), { from: new Uint8Array(5000).fill(65) })).toThrow(failing('NOT_A_DATABASE'));
    expect(() => openSync(at('copy'), { from: [] })).toThrow(failing('NOT_A_DATABASE'));
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(300_000));
        controller.error(new HeliosError('IO', 'the line is dead'));
      },
    });
    await expect(open(at('copy'), { from: broken })).rejects.toEqual(failing('IO'));
    expect(existsSync(at('copy')) ? statSync(at('copy')).size : 0).toBe(0);
    const fresh = openSync(at('copy'));
    fresh.exec('CREATE TABLE t (a)');
    fresh.close();
  });

  test('a read-only database is exported where its log is empty', () => {
    const db = openSync(at('source'));
    db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    db.close();
    const reader = openSync(at('source'), { readOnly: true });
    const copy = openSync(':memory:', { from: reader.export() });
    expect(copy.query('SELECT a FROM t').rows).toEqual([{ a: 1 }]);
    reader.close();
  });

  test('a loop that is left early gives its extents back', () => {
    const db = openSync(':memory:');
    db.exec('CREATE TABLE t (a); INSERT INTO t SELECT randomblob(4000) FROM generate_series(1, 1000)');
    for (const chunk of db.export()) if (chunk.length > 0) break;
    db.exec('PRAGMA min_retention_seconds = 0; DELETE FROM t; VACUUM');
    expect(db.stats().mainBytes).toBeLessThan(100_000);
  });
});

describe('an import', () => {
  function exported(): Uint8Array[] {
    const engine = Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1));
    const transaction = engine.begin();
    transaction.createView({ name: 'v', sql: 'CREATE VIEW v AS SELECT 1' });
    transaction.commit();
    const copy = new DatabaseExport(engine.openSettled());
    const chunks: Uint8Array[] = [];
    for (let chunk = copy.next(); chunk !== null; chunk = copy.next()) chunks.push(chunk);
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(copy.lengthBytes);
    return chunks;
  }

  test('that a crash interrupts is no database, and can be made again', () => {
    const chunks = exported();
    const disk = new MemoryDisk();
    const open = (storage: Storage): Engine => Engine.open(storage, new SimulatedClock(), new SeededRandom(1));
    const first = openMemoryStorage(disk);
    // As much as must lie beyond what is held back.
    new DatabaseImport(first).write(new Uint8Array(200_000));
    expect(() => open(first)).toThrow(failing('NOT_A_DATABASE'));
    first.close();
    const second = openMemoryStorage(disk);
    const again = new DatabaseImport(second);
    for (const chunk of chunks) again.write(chunk);
    again.finish();
    const engine = open(second);
    expect(engine.catalog.view(engine.current, 'v')?.sql).toBe('CREATE VIEW v AS SELECT 1');
  });
});
