import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { RowCache } from '../../../src/sql/direct/row-cache.ts';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession } from '../../support/sql-session.ts';

await loadLateParts();

/** What a new reader gets of a table. */
function reader(session: Session, name: string): (cache: RowCache) => ReturnType<RowCache['rows']> {
  const { engine, catalog } = session;
  const definition = catalog.table(session.readPoint, name);
  if (definition === null) throw new Error(`no table ${name}`);
  const table = engine.table(definition.id);
  return (cache) => cache.rows(table, session.readPoint, engine.lastTransaction);
}

function cacheOf({ engine }: Session): RowCache {
  return new RowCache(engine.cache, engine.memory);
}

test('rows are kept until their table changes, and not longer', () => {
  const session = memorySession();
  session.executeScript('CREATE TABLE t (a); CREATE TABLE u (a); INSERT INTO t VALUES (1), (2)');
  const rowsOf = reader(session, 't');
  const cache = cacheOf(session);
  const first = rowsOf(cache);
  expect(first?.rows).toEqual([
    [1n, 1n],
    [2n, 2n],
  ]);
  session.executeScript('INSERT INTO u VALUES (1)');
  expect(rowsOf(cache)).toBe(first);
  session.executeScript('BEGIN; INSERT INTO t VALUES (3); ROLLBACK');
  const again = rowsOf(cache);
  expect(again).not.toBe(first);
  expect(again?.rows.length).toBe(2);
  session.executeScript('DELETE FROM t WHERE a = 1');
  expect(rowsOf(cache)?.rows).toEqual([[2n, 2n]]);
});

test('what a transaction has not committed is its own', () => {
  const session = memorySession();
  session.executeScript('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  const { engine } = session;
  const rowsOf = reader(session, 't');
  const cache = cacheOf(session);
  session.executeScript('BEGIN; INSERT INTO t VALUES (2)');
  const table = engine.table(session.catalog.table(session.readPoint, 't')?.id ?? 0);
  const outside = (): number | undefined => cache.rows(table, engine.current, engine.lastTransaction)?.rows.length;
  expect(rowsOf(cache)?.rows.length).toBe(2);
  expect(outside()).toBe(1);
  expect(rowsOf(cache)?.rows.length).toBe(2);
  session.executeScript('COMMIT');
  expect(outside()).toBe(2);
  expect(cache.rows(table, { transaction: engine.lastTransaction - 1 }, engine.lastTransaction)).toBeNull();
});

test('rows by a value are made once for each state of the table, and counted', () => {
  const session = memorySession();
  session.executeScript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (1.0, 'X'), (NULL, 'y')");
  const rowsOf = reader(session, 't');
  const cache = cacheOf(session);
  const rows = rowsOf(cache);
  const before = session.engine.cache.usedBytes;
  const byNumber = rows?.byValue(0, 'BINARY');
  expect(byNumber?.get(1)?.map(([, b]) => b)).toEqual(['x', 'X']);
  expect(byNumber?.size).toBe(1);
  expect(rows?.byValue(0, 'BINARY')).toBe(byNumber);
  expect(session.engine.cache.usedBytes).toBeGreaterThanOrEqual(before + 3 * 100);
  expect(rows?.byValue(1, 'BINARY').size).toBe(3);
  expect(rows?.byValue(1, 'NOCASE').size).toBe(2);
  expect(rowsOf(cache)).toBe(rows);
  session.executeScript('INSERT INTO t VALUES (1, NULL)');
  expect(rowsOf(cache)?.byValue(0, 'BINARY').get(1)?.length).toBe(3);
});

test('rows beyond the limits are not read', () => {
  const session = memorySession();
  const most = LIMITS.directTableBytes;
  session.executeScript(`CREATE TABLE small (a TEXT); INSERT INTO small VALUES (hex(zeroblob(${most / 8})));
    CREATE TABLE wide (a TEXT); INSERT INTO wide SELECT hex(zeroblob(1024)) FROM generate_series(1, ${most / 4096 + 1});
    CREATE TABLE long (a); INSERT INTO long SELECT value FROM generate_series(1, ${LIMITS.directRows + 1})`);
  const cache = cacheOf(session);
  const small = reader(session, 'small');
  expect(small(cache)?.rows.length).toBe(1);
  expect(small(cache)).toBe(small(cache));
  for (const name of ['wide', 'wide', 'long']) expect(reader(session, name)(cache)).toBeNull();
  session.executeScript('DELETE FROM wide WHERE rowid > 1');
  expect(reader(session, 'wide')(cache)?.rows.length).toBe(1);
});

test('rows are kept in the block cache, which gives way to what operators hold', () => {
  const session = memorySession();
  session.executeScript('CREATE TABLE t (a); INSERT INTO t SELECT value FROM generate_series(1, 1000)');
  const { cache: blocks, memory } = session.engine;
  const cache = cacheOf(session);
  const rowsOf = reader(session, 't');
  const before = blocks.usedBytes;
  const first = rowsOf(cache);
  expect(blocks.usedBytes - before).toBeGreaterThan(1000 * 64);
  memory.cacheLimitBytes = 0;
  expect(rowsOf(cache)).not.toBe(first);
  expect(blocks.usedBytes).toBe(0);
});

test('an index has the rows in its order', () => {
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE); CREATE INDEX i ON t (b DESC, id);
    INSERT INTO t VALUES (3, 1, 'x'), (1, 2, 'Y'), (2, 3, NULL), (5, 4, 'X')`);
  const [index] = session.catalog.indexesOf(session.readPoint, session.catalog.table(session.readPoint, 't')?.id ?? 0);
  const rows = reader(session, 't')(cacheOf(session))?.inOrderOf(index) ?? [];
  expect(rows.map((row) => row[3])).toEqual([1n, 3n, 5n, 2n]);
});
