import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSync, type Params, type SyncDatabase } from '../../../src/node.ts';
import { temporaryDirectory } from '../../support/node-child.ts';

let folder: ReturnType<typeof temporaryDirectory>;
let db: SyncDatabase;

beforeEach(() => {
  folder = temporaryDirectory();
  db = openSync(join(folder.path, 'scenario.db'));
});
afterEach(() => {
  db.close();
  folder.remove();
});

/** Everything is asked of the rows in memory, and again of the file after it was closed and opened. */
function query(sql: string, params: Params = []): unknown {
  return db.query(sql, params, { rowMode: 'array' }).rows;
}

function reopen(): void {
  db.close();
  db = openSync(join(folder.path, 'scenario.db'));
}

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
  db.exec(S1_SCHEMA);
  db.exec(S1_SCHEMA);
  const now = Math.floor(Date.now() / 1000);
  const insert = db.prepare(
    'INSERT INTO sensor_readings (sensor_id,sensor_type,value,unit,timestamp,machine_id,line_id) VALUES (?1,?2,?3,?4,?5,?6,?7)',
  );
  db.transaction(() => {
    for (let i = 0; i < 100; i++) {
      insert.run([`s${i % 10}`, i % 2 === 0 ? 'temp' : 'flow', `${i}.5`, 'C', now - i, `m${i % 5}`, 'line']);
    }
  });
  insert.close();
  reopen();
  const readings = query(
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
    `SELECT sensor_type, COUNT(*) AS reading_count, AVG(value) AS avg_value, MIN(value) AS min_value,
       MAX(value) AS max_value, MAX(timestamp) AS last_reading FROM sensor_readings
     WHERE machine_id = ?1 AND timestamp > (strftime('%s','now') - 3600) GROUP BY sensor_type`,
    ['m1'],
  );
  expect(groups).toEqual([
    ['flow', 10, 46.5, 1.5, 91.5, now - 1],
    ['temp', 10, 51.5, 6.5, 96.5, now - 6],
  ]);
  expect(db.query('UPDATE sensor_readings SET synced = 1 WHERE id = ?1', [7]).changes).toBe(1);
  const [[id, synced, createdAt]] = query(
    'SELECT id, synced, created_at FROM sensor_readings WHERE synced',
  ) as number[][];
  expect([id, synced]).toEqual([7, true]);
  expect(createdAt).toBeGreaterThanOrEqual(now);
  expect(createdAt).toBeLessThan(now + 60);
});

test('S2: the kiosk asks with aliases in HAVING and ORDER BY, and a scalar subquery', () => {
  db.exec(`
    CREATE TABLE energy_readings (floor INTEGER, zone TEXT, sensor_type TEXT, metric_name TEXT, metric_value REAL, timestamp INTEGER);
    CREATE TABLE floor_power_stats (floor INTEGER, avg_power REAL, peak_power REAL, time_bucket INTEGER);
    INSERT INTO energy_readings VALUES (1,'a','air_quality','co2_ppm',400,10),(1,'a','air_quality','co2_ppm',600,20),
      (1,'b','air_quality','co2_ppm',1200,20),(2,'a','air_quality','co2_ppm',900,5),(2,'a','power','watts',5,20);
    INSERT INTO floor_power_stats VALUES (2, 1.5, 3, 100), (1, 2.5, 4, 100), (1, 9, 9, 50);`);
  reopen();
  const rows = query(
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
    `SELECT floor, avg_power, peak_power FROM floor_power_stats
     WHERE time_bucket = (SELECT MAX(time_bucket) FROM floor_power_stats) ORDER BY floor ASC`,
  );
  expect(stats).toEqual([
    [1, 2.5, 4],
    [2, 1.5, 3],
  ]);
});

test('S5: balances are exact, and an invoice follows a sum', () => {
  db.exec(`
    CREATE TABLE accounts (account_id INTEGER PRIMARY KEY, customer_name TEXT NOT NULL, balance DECIMAL(15,2) NOT NULL,
      last_modified INTEGER DEFAULT (strftime('%s','now')));
    CREATE TABLE transactions (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, amount DECIMAL(15,2) CHECK (amount <> 0),
      FOREIGN KEY (account_id) REFERENCES accounts (account_id));
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts, total DECIMAL(15,2));
    INSERT INTO accounts (account_id, customer_name, balance) VALUES (1002, 'Bob', '9999999999999.99'), (1001, 'Ann', 0.1);
    INSERT INTO transactions (account_id, amount) VALUES (1001, 0.1), (1001, '0.20'), (1002, -5);`);
  reopen();
  expect(query('SELECT account_id, customer_name, balance FROM accounts ORDER BY account_id')).toEqual([
    [1001, 'Ann', '0.10'],
    [1002, 'Bob', '9999999999999.99'],
  ]);
  expect(query('SELECT account_id, balance FROM accounts WHERE account_id = 1002')).toEqual([
    [1002, '9999999999999.99'],
  ]);
  const [[sum]] = query('SELECT SUM(amount) FROM transactions WHERE account_id = 1001') as string[][];
  expect(sum).toBe('0.30');
  const invoice = 'INSERT INTO invoices (account_id, total) VALUES (?1, ?2) RETURNING id, total';
  expect(query(invoice, [1001, sum])).toEqual([[1, '0.30']]);
  const byCustomer = `SELECT a.customer_name, b.total, (SELECT COUNT(*) FROM transactions t WHERE t.account_id = a.account_id) AS n
    FROM accounts a LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM transactions GROUP BY account_id) b
    ON a.account_id = b.account_id ORDER BY a.customer_name`;
  expect(query(byCustomer)).toEqual([
    ['Ann', '0.30', 2],
    ['Bob', '-5.00', 1],
  ]);
  expect(() => query(invoice, [7, 1])).toThrow('references accounts (account_id), and no row there would have (7)');
  expect(() => query('INSERT INTO transactions (account_id, amount) VALUES (1001, 0)')).toThrow(
    'CHECK constraint failed: amount <> 0 in table transactions, for the row (id: 4, account_id: 1001, amount: 0.00)',
  );
  expect(() => query('DELETE FROM accounts WHERE account_id = 1001')).toThrow('FOREIGN KEY constraint failed');
});

test('S6: what the views of dashboards ask', () => {
  db.exec(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, region TEXT, amount REAL, customer_id INTEGER, category TEXT, timestamp INTEGER);
    INSERT INTO orders (region, amount, customer_id, category, timestamp) VALUES ('north', 10, 1, 'a', 3600), ('north', 20, 2, 'a', 7300),
      ('south', 5, 1, 'b', 7400), ('south', 7, 1, 'a', 7500), ('north', 1, 3, 'b', strftime('%s','now'));
    CREATE TABLE energy (sensor TEXT, power_watts REAL);
    INSERT INTO energy VALUES ('a', 100), ('b', 2000), ('c', 600);`);
  reopen();
  const summary = `SELECT region, COUNT(*) AS total_orders, SUM(amount) AS total_revenue, AVG(amount) AS avg_order_value,
         MAX(amount) AS max_order_value FROM orders GROUP BY region`;
  db.exec(`CREATE VIEW sales_summary AS ${summary}`);
  for (const sql of [summary, 'SELECT * FROM sales_summary']) {
    expect(query(`${sql} ORDER BY region`)).toEqual([
      ['north', 3, 31, 31 / 3, 20],
      ['south', 2, 12, 6, 7],
    ]);
  }
  const hourly = `SELECT (timestamp / 3600) * 3600 AS hour_bucket, COUNT(*), AVG(amount), MIN(amount), MAX(amount), STDDEV(amount) AS deviation
    FROM orders WHERE timestamp < 10000 GROUP BY hour_bucket ORDER BY hour_bucket`;
  expect(query(hourly)).toEqual([
    [3600, 1, 10, 10, 10, null],
    [7200, 3, 32 / 3, 5, 20, expect.closeTo(8.1445, 4)],
  ]);
  expect(query(`SELECT COUNT(*) FROM orders WHERE timestamp > strftime('%s','now','-7 days')`)).toEqual([[1]]);
  expect(
    query('SELECT region, COUNT(DISTINCT customer_id) AS customers FROM orders GROUP BY region ORDER BY 1'),
  ).toEqual([
    ['north', 3],
    ['south', 1],
  ]);
  const ranked = `SELECT category, region, RANK() OVER (PARTITION BY category ORDER BY sales_count DESC) AS rank
    FROM (SELECT category, region, COUNT(*) AS sales_count FROM orders GROUP BY category, region) ORDER BY 1, 3, 2`;
  expect(query(ranked)).toEqual([
    ['a', 'north', 1],
    ['a', 'south', 2],
    ['b', 'north', 1],
    ['b', 'south', 1],
  ]);
  const outliers = `SELECT sensor, power_watts, avg_power FROM energy CROSS JOIN (SELECT AVG(power_watts) AS avg_power FROM energy)
    WHERE ABS(power_watts - avg_power) > 500 ORDER BY sensor`;
  expect(query(outliers)).toEqual([
    ['a', 100, 900],
    ['b', 2000, 900],
  ]);
});

test('S7: documents with JSON, arrays of tags and times are found by what they hold', () => {
  db.exec(`
    CREATE TABLE document_chunks (id INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL, chunk_text TEXT NOT NULL,
      metadata JSONB, tags TEXT[], created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, in_stock BOOLEAN, category TEXT, price DECIMAL(10,2));
    CREATE TABLE articles (id INTEGER PRIMARY KEY, tenant_id INTEGER, tags TEXT[]);
    INSERT INTO document_chunks (document_id, chunk_text, metadata) VALUES ('d1','…','{"page":1}');
    INSERT INTO products VALUES (1, 'bolt', TRUE, 'iron', 9.99), (2, 'nut', 1, 'iron', '10.00'), (3, 'nail', FALSE, 'iron', 1),
      (4, 'beam', TRUE, 'iron', 10.01);`);
  const insert = 'INSERT INTO document_chunks (document_id, chunk_text, metadata, tags) VALUES ($1, $2, $3, $4)';
  expect(db.query(insert, ['d2', 'text', { page: 2, of: [1] }, ['a', 'b']]).lastInsertRowid).toBe(2);
  db.query('INSERT INTO articles (tenant_id, tags) VALUES (1, $1), (2, $1), (1, $2), (1, NULL)', [
    ['sql', 'web'],
    ['ts'],
  ]);
  reopen();
  expect(query('SELECT chunk_text, metadata, tags FROM document_chunks ORDER BY id')).toEqual([
    ['…', { page: 1 }, null],
    ['text', { page: 2, of: [1] }, ['a', 'b']],
  ]);
  expect(query('SELECT id FROM document_chunks WHERE created_at > $1', [new Date(Date.now() - 60_000)])).toEqual([
    [1],
    [2],
  ]);
  expect(
    query(`SELECT id FROM document_chunks WHERE metadata @> $1 AND metadata ->> 'page' = 2`, [{ of: [1] }]),
  ).toEqual([[2]]);
  const products =
    'SELECT id, name FROM products WHERE id != $1 AND in_stock = TRUE AND category = $2 AND price <= $3 LIMIT 10';
  expect(query(products, [1, 'iron', 10])).toEqual([[2, 'nut']]);
  const articles = 'SELECT id FROM articles WHERE tenant_id = $1 AND tags && $2 ORDER BY id LIMIT 10';
  expect(query(articles, [1, ['web', 'ts']])).toEqual([[1], [3]]);
});
