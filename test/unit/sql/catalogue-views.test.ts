import { expect, it } from 'vitest';
import { openSync } from '../../../src/node.ts';

const TABLE = 'CREATE TABLE readings (id INTEGER PRIMARY KEY, sensor TEXT UNIQUE, value REAL)';
const INDEX = 'CREATE INDEX by_value ON readings (value DESC)';

it('sqlite_schema has a row for each table and index, by either name and under an alias', () => {
  const database = openSync(':memory:');
  expect(database.query('SELECT * FROM sqlite_schema').rows).toEqual([]);
  database.exec(`${TABLE}; ${INDEX};`);
  const named =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%' ORDER BY type DESC";
  expect(database.query(named).rows).toEqual([
    { type: 'table', name: 'readings', tbl_name: 'readings', sql: TABLE },
    { type: 'index', name: 'by_value', tbl_name: 'readings', sql: INDEX },
  ]);
  expect(database.query("SELECT m.name FROM sqlite_master AS m WHERE m.type = 'table'").rows).toEqual([
    { name: 'readings' },
  ]);
  const unnamed = 'SELECT count(*) AS n FROM sqlite_schema WHERE sql IS NULL';
  expect(database.query(unnamed).rows).toEqual([{ n: 1 }]);
  database.exec('DROP TABLE readings');
  expect(database.query('SELECT count(*) AS n FROM sqlite_schema').rows).toEqual([{ n: 0 }]);
  database.close();
});

it('a transaction sees its own definitions, and a rollback takes them back', () => {
  const database = openSync(':memory:');
  const names = () => database.query('SELECT name FROM sqlite_schema').rows.map(({ name }) => name);
  database.exec('BEGIN; CREATE TABLE a (x)');
  expect(names()).toEqual(['a']);
  database.exec('ROLLBACK');
  expect(names()).toEqual([]);
  database.close();
});
