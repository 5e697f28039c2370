import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/base/limits.ts';
import { memorySession } from '../support/sql-session.ts';
import { parseSqlFile, printSqlFile, runRecord } from './sql-file.ts';

const FOLDER = import.meta.dirname;
/** REWRITE_SQL_TESTS=1 writes what the engine answers into the files: read the difference before you commit it. */
const REWRITE = process.env.REWRITE_SQL_TESTS === '1';

/** Rows that operators hand on at once must not show in any result, nor that queries over few rows run without operators. */
const BATCH_ROWS = REWRITE ? [LIMITS.batchRows] : [LIMITS.batchRows, 2, 3];
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.test'));

for (const [name, batchRows] of FILES.flatMap((file) => BATCH_ROWS.map((rows) => [file, rows] as const))) {
  describe(`${name}, ${batchRows} rows at once`, () => {
    const path = join(FOLDER, name);
    const records = parseSqlFile(readFileSync(path, 'utf8'));
    // Nor must it that transactions move their rows out of memory.
    const options = batchRows === LIMITS.batchRows ? { disabledRules: [] } : { batchRows };
    const session = memorySession(options, batchRows === 2 ? { deltaBytes: 0 } : {});
    const results: (readonly string[])[] = [];
    for (const record of records) {
      test(`line ${record.line}: ${record.sql.slice(0, 60)}`, () => {
        const result = runRecord(session, record);
        results.push(result);
        if (REWRITE) return;
        if (record.kind === 'query') expect(result).toEqual(record.expected);
        if (record.kind === 'error') expect(result).toEqual([record.argument]);
      });
    }
    test('rewrite', () => {
      if (REWRITE) writeFileSync(path, printSqlFile(records, results));
    });
  });
}
