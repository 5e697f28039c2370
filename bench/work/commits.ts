import { join } from 'node:path';
import { type Contender, timed } from '../measure.ts';
import { READINGS_INDEXES, READINGS_INSERT, READINGS_SCHEMA, readingRow } from '../reference-rows.ts';
import type { WorkItem } from './work.ts';

/** One row, one transaction, one flush: what a gateway does for a value that must not be lost. */
export const commits: WorkItem = {
  name: 'commit',
  title: 'single-row commits, 3 indexes',
  unit: 'commits/s',
  goal: null,
  finalGoal: 1,
  contenders(bench) {
    const count = bench.quick ? 200 : 500;
    return bench.peers.map((peer): Contender => {
      const database = peer.open(join(bench.directory, `commits-${peer.name}.db`));
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
};
