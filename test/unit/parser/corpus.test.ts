import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseStatements } from '../../../src/sql/parser/parse.ts';

/**
 * A folder of sqllogictest files: every statement in them that is expected to run must parse. SLT_DIR names it.
 * Two are known to fail: SQLite finds their mistakes only when the trigger that holds them runs.
 */
const directory = process.env.SLT_DIR;
const KNOWN_FAILURES = 2;

test.skipIf(directory === undefined)('the statements of a corpus parse', () => {
  const failures: string[] = [];
  let count = 0;
  for (const file of readdirSync(directory!, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(test|slt)$/.test(file)) continue;
    for (const sql of expectedToRun(readFileSync(join(directory!, file), 'utf8'))) {
      count++;
      try {
        parseStatements(sql);
      } catch (error) {
        failures.push(`${file}: ${(error as Error).message}`);
      }
    }
  }
  expect(count).toBeGreaterThan(10_000);
  expect(failures.length, failures.join('\n')).toBeLessThanOrEqual(KNOWN_FAILURES);
});

/** The SQL of the records of one file, without those that expect an error or skip SQLite. */
function* expectedToRun(text: string): Generator<string> {
  for (const record of text.replaceAll('\r', '').split(/\n(?:[ \t]*\n)+/)) {
    const lines = record.split('\n').filter((line) => !line.startsWith('#'));
    while (/^(skipif|onlyif) /.test(lines[0] ?? '')) {
      const [condition, engine] = lines.shift()!.split(/\s+/);
      if ((condition === 'skipif') === (engine === 'sqlite')) lines.length = 0;
    }
    const header = lines.shift() ?? '';
    if (!/^(statement|query|script)\b/.test(header) || /^\w+ +error/.test(header)) continue;
    const answer = lines.indexOf('----');
    yield lines.slice(0, answer === -1 ? undefined : answer).join('\n');
  }
}
