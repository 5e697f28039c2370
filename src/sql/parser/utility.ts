import type { QualifiedName } from '../ast/node.ts';
import type { Statement } from '../ast/statements.ts';
import type {
  AnalyzeStatement,
  ExplainStatement,
  PragmaStatement,
  ReindexStatement,
  VacuumStatement,
} from '../ast/utility.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding } from './expression.ts';
import { isQueryStart } from './select.ts';

/** EXPLAIN [QUERY PLAN | ANALYZE | (ANALYZE, FORMAT JSON)]. `parseInner` reads what it explains. */
export function parseExplain(p: Cursor, parseInner: (p: Cursor) => Statement): ExplainStatement {
  const position = p.start;
  p.next();
  const queryPlan = p.acceptPair(Word.QUERY, Word.PLAN);
  let analyze = !queryPlan && p.accept(Word.ANALYZE);
  let format: ExplainStatement['format'] = 'TEXT';
  if (!queryPlan && p.kind === Token.LeftParen && startsOptions(p)) {
    do {
      p.next();
      if (p.accept(Word.ANALYZE)) analyze = parseFlag(p);
      else format = parseFormat(p);
    } while (p.at(Token.Comma));
    p.expect(Token.RightParen);
  }
  if (p.kind === Word.EXPLAIN) p.fail('a statement');
  const statement = parseInner(p);
  return { kind: 'explain', queryPlan, analyze, format, statement, position, end: p.previousEnd };
}

function startsOptions(p: Cursor): boolean {
  const mark = p.mark();
  p.next();
  const found = !isQueryStart(p) && p.kind !== Token.LeftParen;
  p.reset(mark);
  return found;
}

function parseFlag(p: Cursor): boolean {
  if (p.accept(Word.FALSE)) return false;
  if (!p.accept(Word.TRUE)) p.accept(Word.ON);
  return true;
}

function parseFormat(p: Cursor): ExplainStatement['format'] {
  p.expect(Word.FORMAT);
  const isJson = p.isWord('json');
  if (!isJson && !p.isWord('text')) p.fail('JSON or TEXT');
  p.next();
  return isJson ? 'JSON' : 'TEXT';
}

export function parsePragma(p: Cursor): PragmaStatement {
  const position = p.start;
  p.next();
  const full = p.qualifiedName('a pragma name');
  const head = { kind: 'pragma', schema: full.schema, name: full.name.toLowerCase() } as const;
  const assigned = p.accept(Token.Equal);
  const isCall = !assigned && p.accept(Token.LeftParen);
  const argument = assigned || isCall ? parsePragmaArgument(p) : null;
  if (isCall) p.expect(Token.RightParen);
  return { ...head, argument, assigned, position, end: p.previousEnd };
}

/** A signed number, a text or a word; the reserved words ON, DELETE and DEFAULT are settings, too. */
function parsePragmaArgument(p: Cursor): PragmaStatement['argument'] {
  const { kind } = p;
  if (!p.isName() && kind !== Word.ON && kind !== Word.DELETE && kind !== Word.DEFAULT) {
    return parseBinding(p, Power.Prefix);
  }
  const { start: position, end } = p;
  return { kind: 'identifier', name: p.takeName(), position, end };
}

export function parseAnalyze(p: Cursor): AnalyzeStatement {
  const position = p.start;
  p.next();
  return { kind: 'analyze', target: optionalName(p), position, end: p.previousEnd };
}

export function parseReindex(p: Cursor): ReindexStatement {
  const position = p.start;
  p.next();
  return { kind: 'reindex', target: optionalName(p), position, end: p.previousEnd };
}

export function parseVacuum(p: Cursor): VacuumStatement {
  const position = p.start;
  p.next();
  // PostgreSQL's words for what it does anyway.
  p.accept(Word.FULL);
  p.accept(Word.ANALYZE);
  const target = optionalName(p);
  const into = p.accept(Word.INTO) ? parseBinding(p, Power.Or) : null;
  return { kind: 'vacuum', target, into, position, end: p.previousEnd };
}

function optionalName(p: Cursor): QualifiedName | null {
  return p.isName() || p.kind === Token.Text ? p.qualifiedName('a name') : null;
}
