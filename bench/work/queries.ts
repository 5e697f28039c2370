import { type Contender, timed, timedAsync } from '../measure.ts';
import { DuckDb } from '../peers/duckdb.ts';
import type { Peer, PeerValue } from '../peers/peer.ts';
import type { Bench, Source } from './work.ts';

/** One query of a work item, and how often a run asks it. */
export interface Query {
  readonly sql: string;
  readonly count: number;
  /** Those of the i-th time. */
  readonly params: (i: number) => readonly PeerValue[];
}

/** Every SQLite-like contender at some queries, which must find as many rows in each. */
export function queries(
  bench: Bench,
  source: Source,
  asked: readonly Query[],
  rowCounts = new RowCounts(),
): readonly Contender[] {
  return bench.peers.map((peer) => {
    const statements = asked.map((query) => ({ query, statement: bench[source](peer).prepare(query.sql) }));
    const count = asked.reduce((sum, query) => sum + query.count, 0);
    const run = () =>
      timed(count, () => {
        for (const { query, statement } of statements) {
          for (let i = 0; i < query.count; i++) {
            rowCounts.check(peer.name, query.sql, i, statement.all(query.params(i)).length);
          }
        }
        rowCounts.checkSome();
      });
    return contender(peer, run);
  });
}

/** The same with DuckDB among the contenders. */
export async function analyticQueries(
  bench: Bench,
  source: Source,
  asked: readonly Query[],
): Promise<readonly Contender[]> {
  const rowCounts = new RowCounts();
  const contenders = queries(bench, source, asked, rowCounts);
  const duckDb = await bench.duckDb(source);
  if (duckDb === null) return contenders;
  const statements = await Promise.all(asked.map(async (query) => ({ query, all: await duckDb.prepare(query.sql) })));
  const count = asked.reduce((sum, query) => sum + query.count, 0);
  const run = () =>
    timedAsync(count, async () => {
      for (const { query, all } of statements) {
        for (let i = 0; i < query.count; i++) {
          rowCounts.check(DuckDb.peerName, query.sql, i, (await all(query.params(i))).length);
        }
      }
      rowCounts.checkSome();
    });
  return [...contenders, { name: DuckDb.peerName, medium: 'file', ours: false, run }];
}

export function contender({ name, medium, ours }: Peer, run: Contender['run']): Contender {
  return { name, medium, ours, run };
}

/** Every contender must find as many rows as the first one, and at least one of the times some at all. */
class RowCounts {
  private readonly expected = new Map<string, number>();
  private total = 0;

  check(peer: string, sql: string, i: number, rowCount: number): void {
    const name = `${i} ${sql}`;
    const known = this.expected.get(name) ?? rowCount;
    this.expected.set(name, known);
    this.total += rowCount;
    if (rowCount !== known) throw new Error(`${peer}: ${rowCount} rows, not ${known}: ${sql}`);
  }

  checkSome(): void {
    if (this.total === 0) throw new Error(`no rows: ${[...this.expected.keys()].join('; ')}`);
  }
}
