import { energyTimestamp } from '../energy-rows.ts';
import { referenceTimestamp } from '../reference-rows.ts';
import { analyticQueries } from './queries.ts';
import { randomMachine } from './reads.ts';
import { tsbs } from './tsbs.ts';
import type { Goal, WorkItem } from './work.ts';

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

export const AGGREGATE_GOALS: readonly Goal[] = [
  { peer: 'better-sqlite3', ratio: 20 },
  { peer: 'duckdb', ratio: 1 },
];

/** What dashboards ask of whole tables. */
export const aggregates: readonly WorkItem[] = [
  {
    name: 'group-by-type',
    title: 'count, avg, min, max by type, whole table',
    unit: 'queries/s',
    goals: AGGREGATE_GOALS,
    contenders: (bench) => analyticQueries(bench, 'readings', [{ sql: BY_TYPE, count: 5, params: () => [] }]),
  },
  {
    name: 'machine-hour',
    title: "a machine's last hour by type",
    unit: 'queries/s',
    goals: AGGREGATE_GOALS,
    contenders(bench) {
      const end = referenceTimestamp(bench.rowCount - 1);
      const count = bench.quick ? 50 : 100;
      const params = (i: number) => [randomMachine(i), end];
      return analyticQueries(bench, 'readings', [{ sql: MACHINE_HOUR, count, params }]);
    },
  },
  {
    name: 'air-quality',
    title: 'CO2 by floor and zone, last hour',
    unit: 'queries/s',
    goals: AGGREGATE_GOALS,
    contenders(bench) {
      const since = energyTimestamp(bench.rowCount - 1) - HOUR_SECONDS;
      return analyticQueries(bench, 'energy', [{ sql: AIR_QUALITY, count: 5, params: () => [since, 400] }]);
    },
  },
  ...tsbs(AGGREGATE_GOALS),
];
