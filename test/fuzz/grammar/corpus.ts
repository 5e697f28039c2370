import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { splitStatements } from '../../../src/sql/lexer/split.ts';
import { parseSqlFile } from '../../sql/sql-file.ts';
import { SAMPLES } from '../../unit/parser/sample-statements.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Statements that are about length, not about grammar. */
const LONGEST = 600;

/** Statements that go with each other. */
export interface Corpus {
  /** What makes the tables that they name. */
  readonly setup: readonly string[];
  readonly statements: readonly string[];
}

/** Valid statements of every kind: of each file of tests as data, of the parser's samples, and of each chapter on the dialect. */
export function statementCorpora(): readonly Corpus[] {
  const files = readdirSync(join(ROOT, 'test/sql')).filter((name) => name.endsWith('.test'));
  const ofFiles = files.map((name) => {
    const records = parseSqlFile(readFileSync(join(ROOT, 'test/sql', name), 'utf8'));
    return corpusOf(records.map(({ sql }) => sql));
  });
  const chapters = readFileSync(join(ROOT, 'docs/sql.md'), 'utf8').split(/^## /m);
  const ofChapters = chapters.map((text) => corpusOf([...text.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql)));
  const samples = corpusOf(SAMPLES.map(([, sql]) => sql));
  return [...ofFiles, ...ofChapters, samples].filter(({ statements }) => statements.length > 0);
}

function corpusOf(scripts: readonly string[]): Corpus {
  const all = scripts.flatMap((sql) => splitStatements(sql).map(({ text }) => text));
  const setup = all.filter((sql) => /^(CREATE|INSERT|ALTER|DROP)\b/i.test(sql));
  return { setup, statements: [...new Set(all)].filter((sql) => sql.length <= LONGEST) };
}
