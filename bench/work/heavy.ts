import { type Contender, timed } from '../measure.ts';
import type { Peer } from '../peers/peer.ts';
import { loadSqlJs } from '../peers/sql-js.ts';
import { compounds, type StatementFile, shortStatements, wideJoins } from './heavy-statements.ts';
import type { Bench, WorkItem } from './work.ts';

const sqlJs = await loadSqlJs();

/** Whole files of statements over small tables, each by text and once: what planning costs, and a cold start. */
export const heavy: readonly WorkItem[] = [
  { name: 'wide-joins', file: wideJoins() },
  { name: 'compounds', file: compounds() },
  { name: 'short-statements', file: shortStatements() },
].map(({ name, file }) => ({
  name,
  title: file.title,
  unit: 'statements/s',
  goals: [{ peer: 'sql.js', ratio: 1 }],
  onDemand: true,
  contenders: (bench) => contenders(bench, file),
}));

function contenders(bench: Bench, { setup, queries }: StatementFile): readonly Contender[] {
  const inMemory = [...bench.peers.filter(({ medium }) => medium === 'memory'), sqlJs];
  let expected: number | null = null;
  return inMemory.map((peer) => {
    const once = (): void => {
      const rows = rowsOf(peer, setup, queries);
      expected ??= rows;
      if (rows !== expected) throw new Error(`${peer.name}: ${rows} rows, not ${expected}`);
    };
    const { name, medium, ours } = peer;
    return { name, medium, ours, run: () => timed(setup.length + queries.length, once) };
  });
}

/** Runs a file in a database of its own. */
function rowsOf(peer: Peer, setup: readonly string[], queries: readonly string[]): number {
  const database = peer.open('');
  try {
    for (const sql of setup) database.exec(sql);
    return queries.reduce((rows, sql) => rows + database.prepare(sql).all([]).length, 0);
  } finally {
    database.close();
  }
}
