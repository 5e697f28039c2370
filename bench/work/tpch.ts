import { type Contender, timed } from '../measure.ts';
import type { Peer, PeerDatabase, PeerValue } from '../peers/peer.ts';
import { ROWS_PER_TRANSACTION } from './inserts.ts';
import { TPCH_QUERIES } from './tpch/queries.ts';
import { type TableRows, TPCH_INDEXES, TPCH_SCHEMA, tpchTables } from './tpch/tables.ts';
import type { Bench, WorkItem } from './work.ts';

/** Of TPC-H's own size: 30,000 orders with about 120,000 lines, and half as much with --quick. */
const SCALE = 0.02;
const QUICK_SCALE = 0.01;
/** Sums of doubles in another order differ in the last digits. */
const TOLERANCE = 1e-9;

/** All queries together, and each of them alone for those who look for where the time goes. */
export const tpch: readonly WorkItem[] = [
  {
    name: 'tpch',
    title: 'the 22 queries of TPC-H',
    unit: 'queries/s',
    goals: [{ peer: 'sqlite-wasm', ratio: 5 }],
    contenders: (bench) => contenders(bench, TPCH_QUERIES),
  },
  ...TPCH_QUERIES.map(
    (sql, i): WorkItem => ({
      name: `tpch-${i + 1}`,
      title: `TPC-H query ${i + 1}`,
      unit: 'queries/s',
      goals: [],
      onDemand: true,
      contenders: (bench) => contenders(bench, [sql]),
    }),
  ),
];

function contenders(bench: Bench, queries: readonly string[]): readonly Contender[] {
  const expected = new Map<string, readonly unknown[]>();
  return bench.peers.map((peer) => {
    const database = bench.filled('tpch', peer, (empty) => fillTpch(empty, bench.quick ? QUICK_SCALE : SCALE));
    const statements = queries.map((sql) => ({ sql, statement: database.prepare(sql) }));
    let isChecked = false;
    const run = () => {
      const results: (readonly unknown[])[] = [];
      const ran = timed(queries.length, () => {
        for (const { statement } of statements) results.push(statement.all([]));
      });
      for (const [i, { sql }] of statements.entries()) if (!isChecked) checkResult(peer, sql, results[i], expected);
      isChecked = true;
      return ran;
    };
    return { name: peer.name, medium: peer.medium, ours: peer.ours, run };
  });
}

let generated: { readonly scale: number; readonly tables: readonly TableRows[] } | null = null;

function fillTpch(database: PeerDatabase, scale: number): void {
  if (generated?.scale !== scale) generated = { scale, tables: tpchTables(scale) };
  database.exec(TPCH_SCHEMA);
  for (const table of generated.tables) insertTable(database, table);
  database.exec(TPCH_INDEXES);
}

function insertTable(database: PeerDatabase, { name, columns }: TableRows): void {
  const names = Object.keys(columns);
  const values: readonly (readonly PeerValue[])[] = Object.values(columns);
  const statement = database.prepare(`INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?')})`);
  const rowCount = values[0].length;
  for (let from = 0; from < rowCount; from += ROWS_PER_TRANSACTION) {
    database.exec('BEGIN');
    const to = Math.min(from + ROWS_PER_TRANSACTION, rowCount);
    for (let i = from; i < to; i++) statement.run(values.map((column) => column[i]));
    database.exec('COMMIT');
  }
}

/** Every contender must find what the first one found. */
function checkResult(
  peer: Peer,
  sql: string,
  rows: readonly unknown[],
  expected: Map<string, readonly unknown[]>,
): void {
  const known = expected.get(sql);
  if (known === undefined) {
    expected.set(sql, rows);
    return;
  }
  if (known.length === rows.length && known.every((row, i) => isSame(row, rows[i]))) return;
  const shown = (all: readonly unknown[]) => JSON.stringify(all.slice(0, 3));
  throw new Error(`${peer.name}: ${rows.length} rows ${shown(rows)}, not ${known.length} ${shown(known)}:\n${sql}`);
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.values(a), Object.values(b)];
  return left.length === right.length && left.every((value, i) => isSame(value, right[i]));
}
