import { randomUUID } from 'node:crypto';
import type { SyncDatabase, Value } from 'heliosdb-nano/node';
import type { Measurement } from './collectors/collector.ts';
import { INSERT_READING, MACHINE_LINE, SCHEMA, WEATHER_LINE, WEATHER_MACHINE } from './schema.ts';

export interface Reading extends Measurement {
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly machineId: string;
  readonly lineId: string;
}

/** Readings column by column, as the page inserts them. All arrays have the same length. */
export interface ReadingColumns {
  readonly id: readonly number[];
  readonly sensor_id: readonly string[];
  readonly sensor_type: readonly string[];
  readonly value: readonly number[];
  readonly unit: readonly string[];
  readonly timestamp: readonly number[];
  readonly machine_id: readonly string[];
  readonly line_id: readonly string[];
}

const COLUMNS = ['id', 'sensor_id', 'sensor_type', 'value', 'unit', 'timestamp', 'machine_id', 'line_id'] as const;
/** All of the weather, and what the machine itself measured lately. */
const WANTED = `(timestamp >= ?2 OR line_id = '${WEATHER_LINE}')`;
/** Old readings go in slices of this much time, so that no one deletion holds up the recording for long. */
const DELETE_SLICE_SECONDS = 600;

/** The gateway's database: every reading that {@link append} returned for is on disk and stays. */
export class ReadingsStore {
  private readonly database: SyncDatabase;
  /** Tells this file's readings from those of another file that counts from 1 as well. */
  readonly gatewayId: string;
  /** Id of the newest reading that is durable; 0 before the first. */
  newestId: number;

  constructor(database: SyncDatabase) {
    this.database = database;
    database.exec(SCHEMA);
    const known = this.scalar('SELECT id FROM gateway');
    this.gatewayId = known === null ? randomUUID() : String(known);
    if (known === null) database.query('INSERT INTO gateway (id) VALUES (?1)', [this.gatewayId]);
    this.newestId = Number(this.scalar('SELECT MAX(id) FROM sensor_readings') ?? 0);
  }

  /** One transaction; durable when this returns. */
  append(readings: readonly Reading[]): void {
    let newestId = this.newestId;
    this.database.transaction((tx) => {
      for (const reading of readings) {
        const { sensorId, sensorType, value, unit, timestamp, machineId, lineId } = reading;
        const params = [sensorId, sensorType, value, unit, timestamp, machineId, lineId];
        newestId = Number(tx.query(INSERT_READING, params).lastInsertRowid);
      }
    });
    this.newestId = newestId;
  }

  /**
   * Readings in the order in which they were recorded, from the first with an id above `after`, at most `limit`. The
   * machine's own from before `machineSince` (seconds since 1970) are left out. Fewer than `limit` are not yet the last.
   */
  after(after: number, limit: number, machineSince: number): ReadingColumns {
    const readings = this.idRange(after, limit, machineSince);
    if (readings.id.length > 0 || after >= this.newestId) return readings;
    // Nothing left in this stretch of ids: go on where there is something.
    const sql = `SELECT MIN(id) FROM sensor_readings WHERE id > ?1 AND ${WANTED}`;
    const next = this.scalar(sql, [after, machineSince]);
    return next === null ? readings : this.idRange(Number(next) - 1, limit, machineSince);
  }

  /** A range of ids reads just these rows, however many there are after them. */
  private idRange(after: number, limit: number, machineSince: number): ReadingColumns {
    const { rows } = this.database.query(
      `SELECT ${COLUMNS.join(', ')} FROM sensor_readings WHERE id > ?1 AND id <= ?3 AND ${WANTED} ORDER BY id`,
      [after, machineSince, after + limit],
      { rowMode: 'array' },
    );
    const lists = rows as unknown as readonly (readonly Value[])[];
    const columns = COLUMNS.map((name, position) => [name, lists.map((row) => row[position])]);
    return Object.fromEntries(columns) as unknown as ReadingColumns;
  }

  count(): number {
    return Number(this.scalar('SELECT COUNT(*) FROM sensor_readings'));
  }

  /** Begin of the last hour of weather that was replayed, or null. */
  lastWeather(): number | null {
    const last = this.scalar(`SELECT MAX(timestamp) FROM sensor_readings WHERE machine_id = ?1`, [WEATHER_MACHINE]);
    return last === null ? null : Number(last);
  }

  /** Deletes a slice of the machine's readings older than `cutoff`. Returns how many; 0 when there are none left. */
  deleteSlice(machineId: string, cutoff: number): number {
    const sql = 'SELECT MIN(timestamp) FROM sensor_readings WHERE machine_id = ?1 AND timestamp < ?2';
    const oldest = this.scalar(sql, [machineId, cutoff]);
    if (oldest === null) return 0;
    return this.database.query(
      `DELETE FROM sensor_readings WHERE machine_id = ?1 AND timestamp < ?2 AND line_id = '${MACHINE_LINE}'`,
      [machineId, Math.min(cutoff, Number(oldest) + DELETE_SLICE_SECONDS)],
    ).changes;
  }

  close(): void {
    this.database.close();
  }

  private scalar(sql: string, params: readonly Value[] = []): Value {
    const { rows } = this.database.query(sql, params, { rowMode: 'array' });
    const first = rows[0] as unknown as readonly Value[] | undefined;
    return first?.[0] ?? null;
  }
}
