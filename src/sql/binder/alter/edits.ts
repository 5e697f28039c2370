import type { SourceRange } from '../../ast/node.ts';
import { Lexer } from '../../lexer/lexer.ts';
import { Token } from '../../lexer/tokens.ts';
import { quoted } from '../schema-names.ts';

const QUOTES = '"\'[`';

/** A stretch of a text and what takes its place. */
export interface Edit extends SourceRange {
  readonly text: string;
}

/** The text after edits, which may come in any order; of several at one place the first counts. */
export function applyEdits(sql: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.position - b.position);
  let result = '';
  let done = 0;
  for (const { position, end, text } of ordered) {
    if (position < done) continue;
    result += sql.slice(done, position) + text;
    done = end;
  }
  return result + sql.slice(done);
}

/** The parts of a name like `schema.table.column` or `table.*`, without the dots. */
export function nameParts(sql: string, { position, end }: SourceRange): readonly SourceRange[] {
  const lexer = new Lexer(sql, position);
  const parts: SourceRange[] = [];
  for (lexer.next(); lexer.start < end && lexer.kind !== Token.End; lexer.next()) {
    if (lexer.kind !== Token.Dot) parts.push({ position: lexer.start, end: lexer.end });
  }
  return parts;
}

/** Where the token behind that position begins. */
export function nextToken(sql: string, position: number): SourceRange {
  const lexer = new Lexer(sql, position);
  lexer.next();
  return { position: lexer.start, end: lexer.end };
}

/** A new name in the place of an old one: bare where both the old one and what the user wrote are, as in SQLite. */
export function renamed(sql: string, place: SourceRange, written: string, name: string): Edit {
  const isBare = !QUOTES.includes(sql[place.position]) && written === name;
  return { position: place.position, end: place.end, text: isBare ? name : quoted(name) };
}
