import type { ShellOutput } from './shell.ts';
import type { ShellSource } from './shell-database.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly generated: boolean;
}

/**
 * Writes the statements that make a database of the same content: tables with their rows, then indexes, views and
 * triggers, which would only be in the way before; and how far AUTOINCREMENT has counted.
 */
export function dump(database: ShellSource, output: ShellOutput): void {
  const definitions = rows(database, "SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'");
  output.write('PRAGMA foreign_keys = OFF;\nBEGIN;\n');
  for (const [type, name, sql] of definitions) {
    if (type !== 'table') continue;
    output.write(`${asStatement(sql)}\n`);
    dumpRows(database, name, output);
  }
  dumpCounters(database, output);
  for (const [type, , sql] of definitions) {
    if (type !== 'table') output.write(`${asStatement(sql)}\n`);
  }
  output.write('COMMIT;\nPRAGMA foreign_keys = ON;\n');
}

/** Numbers of rows that are gone are not given again. */
function dumpCounters(database: ShellSource, output: ShellOutput): void {
  const counters = rows(
    database,
    'SELECT quote(name), seq FROM sqlite_sequence WHERE name IN (SELECT name FROM sqlite_schema)',
  );
  if (counters.length > 0) output.write('DELETE FROM sqlite_sequence;\n');
  for (const [name, seq] of counters) output.write(`INSERT INTO sqlite_sequence VALUES(${name},${seq});\n`);
}

/** The text of a definition with one semicolon at its end. */
export function asStatement(sql: string): string {
  return sql.replace(/;?\s*$/, ';');
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function dumpRows(database: ShellSource, table: string, output: ShellOutput): void {
  const columns = columnsOf(database, table);
  const given = columns.filter(({ generated }) => !generated);
  if (given.length === 0) return;
  const target = quoteName(table);
  const names = given.length === columns.length ? '' : `(${given.map(({ name }) => quoteName(name)).join(', ')})`;
  const row = given.map(literalOf).join(` || ',' || `);
  for (const [values] of database.iterate(`SELECT ${row} FROM ${target}`, [], { rowMode: 'array' })) {
    output.write(`INSERT INTO ${target}${names} VALUES(${String(values)});\n`);
  }
}

function columnsOf(database: ShellSource, table: string): readonly Column[] {
  const found = rows(database, `SELECT name, type, hidden FROM pragma_table_xinfo(${quoteText(table)})`);
  return found.map(([name, type, hidden]) => ({ name, type, generated: hidden !== '0' }));
}

/** The expression that writes a column's value as a literal. A long DECIMAL is written as a text: a number would be read as a REAL. */
function literalOf({ name, type }: Column): string {
  const column = quoteName(name);
  return /^(dec|decimal|numeric)\(/i.test(type.replaceAll(' ', ''))
    ? `quote(CAST(${column} AS TEXT))`
    : `quote(${column})`;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function rows(database: ShellSource, sql: string): readonly (readonly string[])[] {
  return database.query(sql, [], { rowMode: 'array' }).rows.map((row) => row.map(String));
}
