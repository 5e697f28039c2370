import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quoteValue } from '../../../src/sql/functions/text/quoting.ts';
import { memorySession, query } from '../../support/sql-session.ts';
import { evaluate } from './bind.ts';

const session = memorySession();

function askedFor(sql: string): unknown {
  return query(session, `SELECT quote(${sql})`)[0][0];
}

/**
 * `expression => literal` lines. Those of sqlite.cases are what SQLite 3.54 answers to SELECT quote(expression), those of
 * postgres.cases what PostgreSQL documents.
 */
for (const [file, title, literalOf] of [
  ['sqlite.cases', 'expressions as SQLite evaluates them', (sql: string) => quoteValue(evaluate(sql))],
  ['postgres.cases', 'expressions as PostgreSQL evaluates them', (sql: string) => askedFor(sql)],
] as const) {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8').split('\n');
  describe(title, () => {
    let section = '';
    for (const line of lines) {
      if (line.startsWith('#')) section = line.slice(2);
      const at = line.lastIndexOf(' => ');
      if (line.startsWith('#') || at < 0) continue;
      test(`${section}: ${line}`, () => {
        expect(literalOf(line.slice(0, at))).toBe(line.slice(at + 4));
      });
    }
  });
}
