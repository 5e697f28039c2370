import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** The weather that an hour of the year usually has. */
export interface HourlyNormal {
  readonly pressureHpa: number;
  readonly temperatureCelsius: number;
  readonly windMetresPerSecond: number;
}

const HOURS_A_YEAR = 365 * 24;
/** Days of the common year before each month. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/** Seattle's standard time, in which the normals are given all year round. */
const UTC_OFFSET_SECONDS = -8 * 3600;

/** NOAA's hourly normals for Seattle, as `vega-datasets` ships them, by hour of the year; null where the file has none. */
export function loadSeattleNormals(): readonly (HourlyNormal | null)[] {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  const path = join(dirname(entry), '..', 'data', 'seattle-weather-hourly-normals.csv');
  const rows = parse(readFileSync(path), { columns: true }) as Record<string, string>[];
  const normals: (HourlyNormal | null)[] = new Array(HOURS_A_YEAR).fill(null);
  for (const row of rows) {
    const hour = hourOfYear(Date.parse(`${row.date}Z`) / 1000);
    normals[hour] = {
      pressureHpa: Number(row.pressure),
      temperatureCelsius: Number(row.temperature),
      windMetresPerSecond: Number(row.wind),
    };
  }
  return normals;
}

/** Index into the normals of the hour that begins at `timestamp` (seconds since 1970). */
export function normalsIndex(timestamp: number): number {
  return hourOfYear(timestamp + UTC_OFFSET_SECONDS);
}

/** Hour of the common year of a local time in seconds; the 29th of February has the 28th's. */
function hourOfYear(localSeconds: number): number {
  const date = new Date(localSeconds * 1000);
  const month = date.getUTCMonth();
  const day = month === 1 ? Math.min(date.getUTCDate(), 28) : date.getUTCDate();
  return (DAYS_BEFORE[month]! + day - 1) * 24 + date.getUTCHours();
}
