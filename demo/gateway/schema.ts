/** What the gateway's database file holds: the readings, and who recorded them. Safe to run on every start. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sensor_id TEXT NOT NULL, sensor_type TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  timestamp INTEGER NOT NULL, machine_id TEXT NOT NULL, line_id TEXT NOT NULL,
  synced BOOLEAN DEFAULT 0, created_at INTEGER DEFAULT (strftime('%s','now')));
CREATE INDEX IF NOT EXISTS idx_timestamp_synced ON sensor_readings(timestamp DESC, synced);
CREATE INDEX IF NOT EXISTS idx_machine_timestamp ON sensor_readings(machine_id, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_type_timestamp ON sensor_readings(sensor_type, timestamp DESC);
CREATE TABLE IF NOT EXISTS gateway (id TEXT PRIMARY KEY, created_at INTEGER DEFAULT (strftime('%s','now')));
`;

export const INSERT_READING =
  'INSERT INTO sensor_readings (sensor_id,sensor_type,value,unit,timestamp,machine_id,line_id) VALUES (?1,?2,?3,?4,?5,?6,?7)';

/** line_id of what this machine measures itself. */
export const MACHINE_LINE = 'gateway';
/** line_id and machine_id of the replayed weather. */
export const WEATHER_LINE = 'weather';
export const WEATHER_MACHINE = 'seattle';
