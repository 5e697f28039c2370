import { join } from 'node:path';
import { type Contender, timed } from '../measure.ts';
import type { Synchronous } from '../peers/peer.ts';
import { READINGS_INDEXES, READINGS_INSERT, READINGS_SCHEMA, readingRow } from '../reference-rows.ts';
import type { WorkItem } from './work.ts';

/** One row, one transaction: what a gateway does for a value that must not be lost. */
export const commits: readonly WorkItem[] = (['full', 'normal'] as const).map((synchronous) => ({
  name: `commit-${synchronous}`,
  title: `single-row commits, 3 indexes, synchronous = ${synchronous}`,
  unit: 'commits/s',
  goals: [{ peer: 'better-sqlite3', ratio: 1 }],
  contenders: (bench) => {
    const count = (bench.quick ? 200 : 500) * (synchronous === 'full' ? 1 : 10);
    return bench.peers
      .filter(({ medium }) => medium === 'file')
      .map((peer): Contender => {
        const path = join(bench.directory, `commits-${synchronous satisfies Synchronous}-${peer.name}.db`);
        const database = peer.open(path, synchronous);
        database.exec(`${READINGS_SCHEMA}\n${READINGS_INDEXES}`);
        const statement = database.prepare(READINGS_INSERT);
        bench.atEnd(() => database.close());
        const run = () =>
          timed(count, () => {
            for (let i = 0; i < count; i++) statement.run(readingRow(bench.rows, i % bench.rowCount));
          });
        return { name: peer.name, medium: peer.medium, ours: peer.ours, run };
      });
  },
}));
