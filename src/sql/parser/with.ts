import type { CommonTable, WithClause } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseColumnNames } from './names.ts';
import { parseSelect } from './select.ts';

/** `WITH [RECURSIVE] a (x) AS [NOT] [MATERIALIZED] (SELECT …), …`. */
export function parseWith(p: Cursor): WithClause {
  const position = p.start;
  p.next();
  const recursive = p.kind === Word.RECURSIVE && isRecursiveKeyword(p);
  if (recursive) p.next();
  const tables: CommonTable[] = [];
  do tables.push(parseCommonTable(p));
  while (p.accept(Token.Comma));
  return { kind: 'with', recursive, tables, position, end: p.previousEnd };
}

/** A table may be called `recursive`. */
function isRecursiveKeyword(p: Cursor): boolean {
  const next = p.peek();
  return next !== Word.AS && next !== Token.LeftParen;
}

const CHANGES: readonly number[] = [Word.INSERT, Word.UPDATE, Word.DELETE];

function parseCommonTable(p: Cursor): CommonTable {
  const position = p.start;
  const name = p.name('a table name');
  const columns = p.at(Token.LeftParen) ? parseColumnNames(p) : [];
  p.expect(Word.AS);
  let materialized: boolean | null = null;
  if (p.accept(Word.MATERIALIZED)) materialized = true;
  else if (p.acceptPair(Word.NOT, Word.MATERIALIZED)) materialized = false;
  const outer = p.open();
  p.expect(Token.LeftParen);
  if (CHANGES.includes(p.kind)) p.notSupported('a change inside of WITH', p.start, 'run it first, in a transaction');
  const query = parseSelect(p);
  p.expect(Token.RightParen);
  p.close(outer);
  p.tallest = Math.max(p.tallest, p.height);
  return { kind: 'common-table', name, columns, materialized, query, position, end: p.previousEnd };
}
