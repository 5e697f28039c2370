/**
 * The reference rows: `sensor_readings` of a factory gateway. A pure function of the row count, so that benchmarks and
 * tests of any day and machine speak of the same rows.
 */

export const REFERENCE_SENSORS = 500;
export const REFERENCE_INTERVAL_SECONDS = 10;
/** Time of the first reading: 2025-01-01T00:00:00Z. */
export const REFERENCE_START_SECONDS = 1_735_689_600;

const TYPES = ['temperature', 'pressure', 'vibration', 'humidity', 'current'];
const UNITS = ['°C', 'bar', 'mm/s', '%', 'A'];
const SENSORS_PER_MACHINE = 10;
const MACHINES_PER_LINE = 10;

export const READINGS_SCHEMA = `CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor_id TEXT NOT NULL, sensor_type TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  timestamp INTEGER NOT NULL, machine_id TEXT NOT NULL, line_id TEXT NOT NULL,
  synced BOOLEAN DEFAULT 0, created_at INTEGER DEFAULT (strftime('%s','now')));`;

export const READINGS_INDEXES = `CREATE INDEX IF NOT EXISTS idx_timestamp_synced ON sensor_readings(timestamp DESC, synced);
CREATE INDEX IF NOT EXISTS idx_machine_timestamp ON sensor_readings(machine_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_type_timestamp ON sensor_readings(sensor_type, timestamp DESC);`;

export const READINGS_INSERT =
  'INSERT INTO sensor_readings (sensor_id,sensor_type,value,unit,timestamp,machine_id,line_id) VALUES (?,?,?,?,?,?,?)';

/** One array per column, all of the same length. */
export interface ReadingArrays {
  readonly sensor_id: string[];
  readonly sensor_type: string[];
  readonly value: Float64Array;
  readonly unit: string[];
  /** Seconds since 1970. */
  readonly timestamp: Float64Array;
  readonly machine_id: string[];
  readonly line_id: string[];
}

export type ReadingColumns = { readonly [Name in keyof ReadingArrays]: Readonly<ReadingArrays[Name]> };

/** The values of one row in the order of {@link READINGS_INSERT}. */
export type ReadingRow = readonly [string, string, number, string, number, string, string];

const SENSOR_IDS = Array.from({ length: REFERENCE_SENSORS }, (_, sensor) => `SENSOR-${padded(sensor)}`);
const MACHINE_IDS = SENSOR_IDS.map((_, sensor) => referenceMachine(Math.floor(sensor / SENSORS_PER_MACHINE)));
const LINE_IDS = SENSOR_IDS.map((_, sensor) => `LINE-${Math.floor(sensor / SENSORS_PER_MACHINE / MACHINES_PER_LINE)}`);

/** Rows `from` to `from + count` of the endless series. */
export function referenceColumns(count: number, from = 0): ReadingColumns {
  const columns = emptyColumns(count);
  fillColumns(columns, from);
  return columns;
}

export function emptyColumns(count: number): ReadingArrays {
  return {
    sensor_id: new Array<string>(count),
    sensor_type: new Array<string>(count),
    value: new Float64Array(count),
    unit: new Array<string>(count),
    timestamp: new Float64Array(count),
    machine_id: new Array<string>(count),
    line_id: new Array<string>(count),
  };
}

/** With the rows from `from` on, as many as the arrays are long. */
export function fillColumns(columns: ReadingArrays, from: number): void {
  for (let i = 0; i < columns.value.length; i++) {
    const row = from + i;
    const sensor = row % REFERENCE_SENSORS;
    const type = sensor % TYPES.length;
    columns.sensor_id[i] = SENSOR_IDS[sensor];
    columns.sensor_type[i] = TYPES[type];
    columns.value[i] = readingValue(row, type);
    columns.unit[i] = UNITS[type];
    columns.timestamp[i] = referenceTimestamp(row);
    columns.machine_id[i] = MACHINE_IDS[sensor];
    columns.line_id[i] = LINE_IDS[sensor];
  }
}

/** One row of the endless series, in the order of {@link READINGS_INSERT}. */
export function referenceRow(row: number): ReadingRow {
  const sensor = row % REFERENCE_SENSORS;
  const type = sensor % TYPES.length;
  return [
    SENSOR_IDS[sensor],
    TYPES[type],
    readingValue(row, type),
    UNITS[type],
    referenceTimestamp(row),
    MACHINE_IDS[sensor],
    LINE_IDS[sensor],
  ];
}

export function referenceTimestamp(row: number): number {
  return REFERENCE_START_SECONDS + Math.floor(row / REFERENCE_SENSORS) * REFERENCE_INTERVAL_SECONDS;
}

/** The name of machine 0 to 49. */
export function referenceMachine(machine: number): string {
  return `MACHINE-${padded(machine)}`;
}

export function readingRow(columns: ReadingColumns, i: number): ReadingRow {
  return [
    columns.sensor_id[i],
    columns.sensor_type[i],
    columns.value[i],
    columns.unit[i],
    columns.timestamp[i],
    columns.machine_id[i],
    columns.line_id[i],
  ];
}

/** Bits of `n` mixed well (the finalizer of MurmurHash3), from 0 to 2^32 - 1: randomness that is the same every time. */
export function mixed(n: number): number {
  let h = (n + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function readingValue(row: number, type: number): number {
  const noise = (mixed(row) / 2 ** 32) * 3;
  return Math.round((20 + 15 * type + 5 * Math.sin(row / 5000) + noise) * 100) / 100;
}

function padded(n: number): string {
  return String(n).padStart(3, '0');
}
