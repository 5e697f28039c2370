import { energyTimestamp } from '../energy-rows.ts';
import { type Contender, timed } from '../measure.ts';
import type { Peer, PeerValue } from '../peers/peer.ts';
import { mixed, referenceMachine, referenceTimestamp } from '../reference-rows.ts';
import type { Bench, WorkItem } from './work.ts';

const HOUR_SECONDS = 3600;

// The scenario asks for the hour before now; the reference rows end in the past, so the end is a parameter.
const MACHINE_HOUR = `SELECT sensor_type, COUNT(*) AS reading_count, AVG(value) AS avg_value, MIN(value) AS min_value,
  MAX(value) AS max_value, MAX(timestamp) AS last_reading FROM sensor_readings
  WHERE machine_id = ? AND timestamp > (? - ${HOUR_SECONDS}) GROUP BY sensor_type`;

const BY_TYPE = `SELECT sensor_type, COUNT(*) AS reading_count, AVG(value) AS avg_value, MIN(value) AS min_value,
  MAX(value) AS max_value FROM sensor_readings GROUP BY sensor_type`;

const AIR_QUALITY = `SELECT floor, zone, AVG(metric_value) AS avg_co2_ppm, MAX(metric_value) AS max_co2_ppm,
  COUNT(*) AS reading_count FROM energy_readings
  WHERE sensor_type = 'air_quality' AND metric_name = 'co2_ppm' AND timestamp > ?
  GROUP BY floor, zone HAVING avg_co2_ppm > ? ORDER BY avg_co2_ppm DESC`;

const NEWEST = 'SELECT * FROM sensor_readings WHERE machine_id = ? ORDER BY timestamp DESC LIMIT 100';

const ABOVE = `SELECT sensor_id, value, unit, timestamp FROM sensor_readings
  WHERE machine_id = ? AND timestamp > ? AND value > ? ORDER BY timestamp DESC`;

export const reads: readonly WorkItem[] = [
  {
    name: 'group-by-type',
    title: 'count, avg, min, max by type, whole table',
    unit: 'queries/s',
    goal: 5,
    finalGoal: 20,
    contenders: (bench) => queries(bench, 'readings', BY_TYPE, 5, () => []),
  },
  {
    name: 'machine-hour',
    title: "a machine's last hour by type",
    unit: 'queries/s',
    goal: 5,
    finalGoal: 20,
    contenders(bench) {
      const end = referenceTimestamp(bench.rowCount - 1);
      return queries(bench, 'readings', MACHINE_HOUR, bench.quick ? 50 : 100, (i) => [machine(i), end]);
    },
  },
  {
    name: 'air-quality',
    title: 'CO2 by floor and zone, last hour',
    unit: 'queries/s',
    goal: 5,
    finalGoal: 20,
    contenders(bench) {
      const since = energyTimestamp(bench.rowCount - 1) - HOUR_SECONDS;
      return queries(bench, 'energy', AIR_QUALITY, 5, () => [since, 400]);
    },
  },
  {
    name: 'primary-key',
    title: 'rows by primary key, random',
    unit: 'rows/s',
    goal: 0.5,
    finalGoal: 1,
    contenders(bench) {
      const count = bench.quick ? 20_000 : 50_000;
      return bench.peers.map((peer) => {
        const statement = bench.readings(peer).prepare('SELECT * FROM sensor_readings WHERE id = ?');
        return contender(peer, count, (i) => {
          if (statement.get([1 + (mixed(i) % bench.rowCount)]) === undefined) throw new Error(`row ${i} is missing`);
        });
      });
    },
  },
  {
    name: 'newest-100',
    title: 'newest 100 readings of a machine',
    unit: 'queries/s',
    goal: null,
    finalGoal: 2,
    contenders: (bench) => queries(bench, 'readings', NEWEST, bench.quick ? 200 : 500, (i) => [machine(i)]),
  },
  {
    name: 'machine-above',
    title: "a machine's last hour above a value",
    unit: 'queries/s',
    goal: null,
    finalGoal: null,
    contenders(bench) {
      const since = referenceTimestamp(bench.rowCount - 1) - HOUR_SECONDS;
      return queries(bench, 'readings', ABOVE, bench.quick ? 50 : 100, (i) => [machine(i), since, 40]);
    },
  },
];

function machine(i: number): string {
  return referenceMachine(mixed(i) % 50);
}

function queries(
  bench: Bench,
  source: 'readings' | 'energy',
  sql: string,
  count: number,
  params: (i: number) => readonly PeerValue[],
): readonly Contender[] {
  const expected = new Map<number, number>();
  return bench.peers.map((peer) => {
    const statement = bench[source](peer).prepare(sql);
    return contender(peer, count, (i) => {
      const rowCount = statement.all(params(i)).length;
      const known = expected.get(i) ?? rowCount;
      expected.set(i, known);
      if (rowCount !== known || rowCount === 0) throw new Error(`${peer.name}: ${rowCount} rows, not ${known}: ${sql}`);
    });
  });
}

function contender({ name, medium, ours }: Peer, count: number, once: (i: number) => void): Contender {
  const run = () =>
    timed(count, () => {
      for (let i = 0; i < count; i++) once(i);
    });
  return { name, medium, ours, run };
}
