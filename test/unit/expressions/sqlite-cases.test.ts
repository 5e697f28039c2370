import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quoteValue } from '../../../src/sql/functions/text/quoting.ts';
import { evaluate } from './bind.ts';

// `expression => literal` lines. The literals are what the sqlite3 command line answers to SELECT quote(expression).
const lines = readFileSync(new URL('./sqlite.cases', import.meta.url), 'utf8').split('\n');

describe('expressions as SQLite evaluates them', () => {
  let section = '';
  for (const line of lines) {
    if (line.startsWith('#')) section = line.slice(2);
    const at = line.lastIndexOf(' => ');
    if (line.startsWith('#') || at < 0) continue;
    test(`${section}: ${line}`, () => {
      expect(quoteValue(evaluate(line.slice(0, at)))).toBe(line.slice(at + 4));
    });
  }
});
