/** The rows of a building kiosk: 2,000 sensors on 20 floors, each read every 10 s. Deterministic, like the reference rows. */
import { mixed, REFERENCE_START_SECONDS } from './reference-rows.ts';

const SENSORS = 2_000;
const FLOORS = 20;
const ZONES = ['north', 'east', 'south', 'west', 'core'];
const METRICS = [
  { type: 'air_quality', metric: 'co2_ppm', base: 450, spread: 900 },
  { type: 'power', metric: 'power_kw', base: 2, spread: 40 },
  { type: 'temperature', metric: 'temperature_c', base: 18, spread: 8 },
  { type: 'occupancy', metric: 'people', base: 0, spread: 30 },
];

export const ENERGY_SCHEMA = `CREATE TABLE energy_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sensor_id TEXT NOT NULL, sensor_type TEXT NOT NULL, metric_name TEXT NOT NULL,
  metric_value REAL NOT NULL, floor INTEGER NOT NULL, zone TEXT NOT NULL, timestamp INTEGER NOT NULL);`;

export interface EnergyColumns {
  readonly sensor_id: readonly string[];
  readonly sensor_type: readonly string[];
  readonly metric_name: readonly string[];
  readonly metric_value: Float64Array;
  readonly floor: Float64Array;
  readonly zone: readonly string[];
  readonly timestamp: Float64Array;
}

export function energyColumns(count: number): EnergyColumns {
  const sensorIds = Array.from({ length: SENSORS }, (_, sensor) => `BMS-${String(sensor).padStart(4, '0')}`);
  const columns = {
    sensor_id: new Array<string>(count),
    sensor_type: new Array<string>(count),
    metric_name: new Array<string>(count),
    metric_value: new Float64Array(count),
    floor: new Float64Array(count),
    zone: new Array<string>(count),
    timestamp: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const sensor = i % SENSORS;
    const metric = METRICS[sensor % METRICS.length];
    const place = Math.floor(sensor / METRICS.length);
    columns.sensor_id[i] = sensorIds[sensor];
    columns.sensor_type[i] = metric.type;
    columns.metric_name[i] = metric.metric;
    columns.metric_value[i] = Math.round((metric.base + (mixed(i) / 2 ** 32) * metric.spread) * 10) / 10;
    columns.floor[i] = place % FLOORS;
    columns.zone[i] = ZONES[Math.floor(place / FLOORS) % ZONES.length];
    columns.timestamp[i] = energyTimestamp(i);
  }
  return columns;
}

/** Seconds since 1970. */
export function energyTimestamp(row: number): number {
  return REFERENCE_START_SECONDS + Math.floor(row / SENSORS) * 10;
}
