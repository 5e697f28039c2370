import { expect, test } from 'vitest';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

await loadLateParts();
const session = memorySession();
const plain = new Session(session.engine, { disabledRules: ['access-paths'] });
const ROWS = 13_000;

const columns = (from: number, count: number) => ({
  id: Array.from({ length: count }, (_, i) => from + i),
  host: Array.from({ length: count }, (_, i) => `h${(from + i) % 10}`),
  time: Array.from({ length: count }, (_, i) => (i % 31 === 0 ? null : Math.floor((from + i) / 10))),
  mixed: Array.from({ length: count }, (_, i) => ((from + i) * 7919) % 10_007),
  value: Array.from({ length: count }, (_, i) => ((from + i) % 997) / 4),
});

session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, host TEXT, time INTEGER, mixed INTEGER, value REAL);
  CREATE INDEX t_host ON t (host, time DESC);
  CREATE INDEX t_host_down ON t (host DESC, mixed);
  CREATE INDEX t_time ON t (time DESC);
  CREATE INDEX t_mixed ON t (mixed);`);
session.insertColumns('t', columns(0, ROWS));
session.engine.checkpoint();
const before = session.engine.current.transaction;
session.insertColumns('t', columns(ROWS, ROWS));
session.executeScript(
  'DELETE FROM t WHERE id BETWEEN 4000 AND 9000 AND id % 3 = 0; DELETE FROM t WHERE id > 12500 AND id < 14000',
);
session.engine.checkpoint();
session.insertColumns('t', columns(2 * ROWS, 3000));
session.executeScript('DELETE FROM t WHERE id % 100 = 7');

const QUERIES = [
  'SELECT count(*), sum(value), min(mixed), max(host) FROM t INDEXED BY t_time WHERE time >= 50 AND time < 2300',
  'SELECT count(*), sum(value), min(mixed) FROM t INDEXED BY t_time WHERE time < 1200',
  'SELECT count(*), sum(value), min(mixed) FROM t INDEXED BY t_mixed WHERE mixed BETWEEN 100 AND 9000',
  'SELECT count(*), sum(value), min(id) FROM t INDEXED BY t_mixed WHERE mixed >= 0',
  'SELECT count(*), sum(value), min(mixed) FROM t INDEXED BY t_time WHERE time BETWEEN 600 AND 1000',
  "SELECT count(*), sum(value), sum(time) FROM t INDEXED BY t_host WHERE host IN ('h1', 'h2', 'h3', NULL, 'none')",
  "SELECT count(*), sum(value), sum(time) FROM t INDEXED BY t_host WHERE host IN ('h1', 'h2', 'h9') AND time > 300 AND time <= 2000",
  "SELECT count(*), sum(value), sum(time) FROM t INDEXED BY t_host WHERE host IN ('h4', 'h4') AND time < 900",
  "SELECT count(*), sum(value) FROM t INDEXED BY t_host_down WHERE host IN ('h5', 'h1', 'h6', 'h2') AND mixed >= 1000",
  "SELECT id FROM t INDEXED BY t_host WHERE host = 'h3' AND time > 10",
  "SELECT id FROM t INDEXED BY t_host WHERE host IN ('h7', 'h8') AND time BETWEEN 40 AND 60",
];

const sorted = (rows: unknown[][]) => rows.map((row) => row.join('|')).sort();

test.each(QUERIES)('%s', (sql) => {
  expect(query(session, `EXPLAIN ${sql}`).join('\n')).toContain('INDEX t_');
  const expected = sorted(query(plain, sql.replace(/INDEXED BY \w+/, '')));
  expect(expected.length).toBeGreaterThan(0);
  for (const batchRows of [2, 3, 2048]) {
    expect(sorted(query(new Session(session.engine, { batchRows }), sql)), `${batchRows} rows`).toEqual(expected);
  }
});

test('the rows of an earlier time are found by blocks, too', () => {
  const { engine } = session;
  const definition = engine.catalog.tables(engine.current).find(({ name }) => name === 't');
  const table = engine.table(definition?.id as number);
  const index = table.indexes.find(({ name }) => name === 't_time');
  const idsOf = (scan: ReturnType<typeof table.indexScan>): number[] => {
    const ids: number[] = [];
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      const column = batch.column(0);
      for (let k = 0; k < batch.selectedCount; k++) {
        if (column.kind === 'number') ids.push(column.values[batch.selection?.[k] ?? k]);
      }
    }
    return ids.sort((a, b) => a - b);
  };
  const ids = idsOf(
    table.indexScan(
      { transaction: before },
      index?.id as number,
      [{ equal: [], low: { value: 100n, inclusive: true } }],
      [0],
      'any',
    ),
  );
  const expected = columns(0, ROWS).time.flatMap((time, id) => (time !== null && time >= 100 ? [id] : []));
  expect(ids).toEqual(expected);
});
