import { expect, test } from 'vitest';
import { memorySession, query } from '../../support/sql-session.ts';

const S1_SCHEMA = `
CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor_id TEXT NOT NULL, sensor_type TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  timestamp INTEGER NOT NULL, machine_id TEXT NOT NULL, line_id TEXT NOT NULL,
  synced BOOLEAN DEFAULT 0, created_at INTEGER DEFAULT (strftime('%s','now')));
CREATE INDEX IF NOT EXISTS idx_timestamp_synced ON sensor_readings(timestamp DESC, synced);
CREATE INDEX IF NOT EXISTS idx_machine_timestamp ON sensor_readings(machine_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_type_timestamp ON sensor_readings(sensor_type, timestamp DESC);`;

test('S1: readings come in as text or numbers, and the collector asks its questions', () => {
  const session = memorySession();
  session.executeScript(S1_SCHEMA);
  session.executeScript(S1_SCHEMA);
  const now = Math.floor(session.engine.clock.wallMicros() / 1_000_000);
  const insert = session.prepare(
    'INSERT INTO sensor_readings (sensor_id,sensor_type,value,unit,timestamp,machine_id,line_id) VALUES (?1,?2,?3,?4,?5,?6,?7)',
  );
  session.begin();
  for (let i = 0; i < 100; i++) {
    insert.run([`s${i % 10}`, i % 2 === 0 ? 'temp' : 'flow', `${i}.5`, 'C', now - i, `m${i % 5}`, 'line']);
  }
  session.commit();
  const readings = query(
    session,
    `SELECT sensor_id, value, unit, timestamp FROM sensor_readings
     WHERE machine_id = ?1 AND timestamp > ?2 AND value > ?3 ORDER BY timestamp DESC`,
    ['m1', now - 20, '5'],
  );
  expect(readings).toEqual([
    ['s6', 6.5, 'C', now - 6],
    ['s1', 11.5, 'C', now - 11],
    ['s6', 16.5, 'C', now - 16],
  ]);
  const groups = query(
    session,
    `SELECT sensor_type, COUNT(*) AS reading_count, AVG(value) AS avg_value, MIN(value) AS min_value,
       MAX(value) AS max_value, MAX(timestamp) AS last_reading FROM sensor_readings
     WHERE machine_id = ?1 AND timestamp > (strftime('%s','now') - 3600) GROUP BY sensor_type`,
    ['m1'],
  );
  expect(groups).toEqual([
    ['flow', 10, 46.5, 1.5, 91.5, now - 1],
    ['temp', 10, 51.5, 6.5, 96.5, now - 6],
  ]);
  expect(session.prepare('UPDATE sensor_readings SET synced = 1 WHERE id = ?1').run([7]).changes).toBe(1);
  expect(query(session, 'SELECT id, synced, created_at FROM sensor_readings WHERE synced')).toEqual([[7, true, now]]);
});

test('S2: the kiosk asks with aliases in HAVING and ORDER BY, and a scalar subquery', () => {
  const session = memorySession();
  session.executeScript(`
    CREATE TABLE energy_readings (floor INTEGER, zone TEXT, sensor_type TEXT, metric_name TEXT, metric_value REAL, timestamp INTEGER);
    CREATE TABLE floor_power_stats (floor INTEGER, avg_power REAL, peak_power REAL, time_bucket INTEGER);
    INSERT INTO energy_readings VALUES (1,'a','air_quality','co2_ppm',400,10),(1,'a','air_quality','co2_ppm',600,20),
      (1,'b','air_quality','co2_ppm',1200,20),(2,'a','air_quality','co2_ppm',900,5),(2,'a','power','watts',5,20);
    INSERT INTO floor_power_stats VALUES (2, 1.5, 3, 100), (1, 2.5, 4, 100), (1, 9, 9, 50);`);
  const rows = query(
    session,
    `SELECT floor, zone, AVG(metric_value) AS avg_co2_ppm, MAX(metric_value) AS max_co2_ppm, COUNT(*) AS reading_count
     FROM energy_readings WHERE sensor_type = 'air_quality' AND metric_name = 'co2_ppm' AND timestamp > ?
     GROUP BY floor, zone HAVING avg_co2_ppm > ? ORDER BY avg_co2_ppm DESC`,
    [6, 450],
  );
  expect(rows).toEqual([
    [1, 'b', 1200, 1200, 1],
    [1, 'a', 500, 600, 2],
  ]);
  const stats = query(
    session,
    `SELECT floor, avg_power, peak_power FROM floor_power_stats
     WHERE time_bucket = (SELECT MAX(time_bucket) FROM floor_power_stats) ORDER BY floor ASC`,
  );
  expect(stats).toEqual([
    [1, 2.5, 4],
    [2, 1.5, 3],
  ]);
});
