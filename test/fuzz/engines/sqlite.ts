import initSqlJs, { type Database } from 'sql.js';
import type { Contender, Outcome, Value } from './outcome.ts';

/** With SQLite's own mathematical functions, not those that sql.js had before. */
const library = await initSqlJs({ useOldExtensionFunctions: false });

/** SQLite, compiled to WebAssembly (sql.js), in memory. */
export class SqliteContender implements Contender {
  private readonly database: Database = new library.Database();

  constructor() {
    // As ours begin.
    this.run('PRAGMA foreign_keys = ON');
  }

  run(sql: string): Outcome {
    try {
      const statement = this.database.prepare(sql);
      try {
        const columns = statement.getColumnNames();
        const rows: Value[][] = [];
        while (statement.step()) rows.push(statement.get(null, { useBigInt: true }));
        return { kind: 'rows', columns, rows };
      } finally {
        statement.free();
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'error', code: codeOf(message), message };
    }
  }

  /** The same with rows read from the back where their order is open: an answer that differs then was a matter of luck. */
  runReversed(sql: string): Outcome {
    this.run('PRAGMA reverse_unordered_selects = 1');
    const outcome = this.run(sql);
    this.run('PRAGMA reverse_unordered_selects = 0');
    return outcome;
  }

  close(): void {
    this.database.close();
  }
}

const CODES: readonly (readonly [message: RegExp, code: string])[] = [
  [/^UNIQUE constraint failed/, 'UNIQUE_VIOLATION'],
  [/^NOT NULL constraint failed/, 'NOT_NULL_VIOLATION'],
  [/^CHECK constraint failed/, 'CHECK_VIOLATION'],
  [/^FOREIGN KEY constraint failed/, 'FOREIGN_KEY_VIOLATION'],
  [/^cannot store .* value in .* column|^datatype mismatch/, 'TYPE_MISMATCH'],
  [/^no such column/, 'COLUMN_NOT_FOUND'],
  [/^ambiguous column name/, 'AMBIGUOUS_COLUMN'],
  [/^no such table/, 'TABLE_NOT_FOUND'],
  [/^no such index/, 'INDEX_NOT_FOUND'],
  [/^no such savepoint/, 'SAVEPOINT_NOT_FOUND'],
  [/^no such collation/, 'COLLATION_NOT_FOUND'],
  [/^(no such function|wrong number of arguments)/, 'FUNCTION_NOT_FOUND'],
  [/^misuse of (aliased )?(aggregate|window)/, 'GROUPING_ERROR'],
  [/^integer overflow/, 'NUMERIC_OVERFLOW'],
  [/syntax error/, 'SYNTAX_ERROR'],
];

function codeOf(message: string): string | null {
  return CODES.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
