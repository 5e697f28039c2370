import { timed } from '../measure.ts';
import { mixed, referenceMachine, referenceTimestamp } from '../reference-rows.ts';
import { contender, queries } from './queries.ts';
import type { WorkItem } from './work.ts';

const HOUR_SECONDS = 3600;

const NEWEST = 'SELECT * FROM sensor_readings WHERE machine_id = ? ORDER BY timestamp DESC LIMIT 100';

const ABOVE = `SELECT sensor_id, value, unit, timestamp FROM sensor_readings
  WHERE machine_id = ? AND timestamp > ? AND value > ? ORDER BY timestamp DESC`;

/** Reads of single rows and of short ranges of an index. */
export const reads: readonly WorkItem[] = [
  {
    name: 'primary-key',
    title: 'rows by primary key, random',
    unit: 'rows/s',
    goals: [
      { peer: 'better-sqlite3', ratio: 1 },
      { peer: 'sqlite-wasm', ratio: 3 },
    ],
    contenders(bench) {
      const count = bench.quick ? 20_000 : 50_000;
      return bench.peers.map((peer) => {
        const statement = bench.readings(peer).prepare('SELECT * FROM sensor_readings WHERE id = ?');
        return contender(peer, () =>
          timed(count, () => {
            for (let i = 0; i < count; i++) {
              const row = statement.get([1 + (mixed(i) % bench.rowCount)]);
              if (row === undefined) throw new Error(`row ${i} is missing`);
            }
          }),
        );
      });
    },
  },
  {
    name: 'newest-100',
    title: 'newest 100 readings of a machine',
    unit: 'queries/s',
    goals: [{ peer: 'better-sqlite3', ratio: 2 }],
    contenders(bench) {
      const count = bench.quick ? 200 : 500;
      return queries(bench, 'readings', [{ sql: NEWEST, count, params: (i) => [randomMachine(i)] }]);
    },
  },
  {
    name: 'machine-above',
    title: "a machine's last hour above a value",
    unit: 'queries/s',
    goals: [],
    contenders(bench) {
      const since = referenceTimestamp(bench.rowCount - 1) - HOUR_SECONDS;
      const count = bench.quick ? 50 : 100;
      return queries(bench, 'readings', [{ sql: ABOVE, count, params: (i) => [randomMachine(i), since, 40] }]);
    },
  },
];

export function randomMachine(i: number): string {
  return referenceMachine(mixed(i) % 50);
}
