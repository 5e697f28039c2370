import { type Database, open, type Result, type Row, type Value } from 'heliosdb-nano';
import type { ReadingColumns } from '../gateway/readings-store.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY,
  sensor_id TEXT NOT NULL, sensor_type TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  timestamp INTEGER NOT NULL, machine_id TEXT NOT NULL, line_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS idx_sensor_timestamp ON sensor_readings(sensor_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_machine_timestamp ON sensor_readings(machine_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_type_timestamp ON sensor_readings(sensor_type, timestamp DESC);
CREATE TABLE IF NOT EXISTS alarm_limits (
  sensor_type TEXT PRIMARY KEY, above REAL NOT NULL, unit TEXT NOT NULL);
`;

const FIRST_LIMITS: readonly (readonly [sensorType: string, above: number, unit: string])[] = [
  ['cpu', 85, '%'],
  ['memory', 90, '%'],
  ['disk_used', 95, '%'],
  ['temperature', 75, '°C'],
  ['outdoor_temperature', 24, '°C'],
  ['wind', 4.3, 'm/s'],
];

export const WEATHER_MACHINE = 'seattle';
const MACHINE_LINE = 'gateway';
/** The machine's own readings stay this long in the tab; the weather of the whole year does. */
export const KEEP_SECONDS = 86_400;
const DELETE_SLICE_SECONDS = 600;

/** Rows as arrays of values, in the order of the selected columns. */
export type Rows = readonly (readonly Value[])[];

/** The present, which can be written to as well, or a view of the past. */
export type Queryable = Pick<Database, 'query'>;

export interface QueryTiming {
  readonly milliseconds: number;
  readonly rowsInTab: number;
}

/** Where a panel reads: the database as it is, or as it was at an instant. */
export interface Reader {
  rows(sql: string, params?: readonly Value[]): Promise<Rows>;
}

/** The tab's own database. It lives in a worker of the library; every query is timed. */
export class LocalDatabase implements Reader {
  readonly database: Database;
  /** Id of the newest reading here: where the feed goes on. 0 before the first. */
  newestId = 0;
  rowCount = 0;
  /** The machine that the newest readings are of, and when it was last heard (seconds since 1970); null before the first. */
  machine: { readonly id: string; readonly lastTimestamp: number } | null = null;
  onTiming: (timing: QueryTiming) => void = () => undefined;

  private constructor(database: Database) {
    this.database = database;
  }

  static async open(name: string): Promise<LocalDatabase> {
    const local = new LocalDatabase(await open(name, { storage: 'auto', persist: true }));
    await local.database.exec(SCHEMA);
    await local.seedLimits();
    const [row] = await local.rows('SELECT MAX(id), COUNT(*) FROM sensor_readings');
    local.newestId = Number(row![0] ?? 0);
    local.rowCount = Number(row![1]);
    const [newest] = await local.rows(
      `SELECT machine_id, MAX(timestamp) AS newest FROM sensor_readings WHERE line_id = '${MACHINE_LINE}'
       GROUP BY machine_id ORDER BY newest DESC LIMIT 1`,
    );
    if (newest !== undefined) local.machine = { id: String(newest[0]), lastTimestamp: Number(newest[1]) };
    return local;
  }

  rows(sql: string, params: readonly Value[] = []): Promise<Rows> {
    return this.timed(this.database.query(sql, params, { rowMode: 'array' }));
  }

  /** The same tables as they were at an instant, in seconds since 1970; null is the present. */
  at(second: number | null): Queryable {
    return second === null ? this.database : this.database.asOf({ timestamp: new Date(second * 1000) });
  }

  readerAt(second: number): Reader {
    const view = this.at(second);
    return { rows: (sql, params = []) => this.timed(view.query(sql, params, { rowMode: 'array' })) };
  }

  /** The first second, since 1970, whose tables can still be read. */
  async oldestSecond(): Promise<number> {
    const [row] = await this.rows('SELECT MIN(committed_at) FROM helios.transactions');
    return Math.ceil((row![0] as Date).getTime() / 1000);
  }

  async add(readings: ReadingColumns): Promise<void> {
    const count = readings.id.length;
    if (count === 0) return;
    await this.database.insert('sensor_readings', { ...readings });
    this.newestId = readings.id[count - 1]!;
    this.rowCount += count;
    const newest = readings.line_id.lastIndexOf(MACHINE_LINE);
    if (newest >= 0) this.machine = { id: readings.machine_id[newest]!, lastTimestamp: readings.timestamp[newest]! };
  }

  /** Deletes a slice of the machine's readings before `cutoff`. False when there are none left. */
  async forgetSlice(machineId: string, cutoff: number): Promise<boolean> {
    const [row] = await this.rows('SELECT MIN(timestamp) FROM sensor_readings WHERE machine_id = ? AND timestamp < ?', [
      machineId,
      cutoff,
    ]);
    const oldest = row![0] ?? null;
    if (oldest === null) return false;
    const until = Math.min(cutoff, Number(oldest) + DELETE_SLICE_SECONDS);
    const { changes } = await this.database.query(
      'DELETE FROM sensor_readings WHERE machine_id = ? AND timestamp < ?',
      [machineId, until],
    );
    this.rowCount -= changes;
    return true;
  }

  private async timed(query: Promise<Result<Row>>): Promise<Rows> {
    const startedMs = performance.now();
    const { rows } = await query;
    this.onTiming({ milliseconds: performance.now() - startedMs, rowsInTab: this.rowCount });
    return rows as unknown as Rows;
  }

  private async seedLimits(): Promise<void> {
    const [row] = await this.rows('SELECT COUNT(*) FROM alarm_limits');
    if (Number(row![0]) > 0) return;
    const rows = FIRST_LIMITS.map(([sensor_type, above, unit]) => ({ sensor_type, above, unit }));
    await this.database.insert('alarm_limits', rows);
  }
}
