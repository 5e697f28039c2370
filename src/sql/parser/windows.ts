import type { FrameBound, NamedWindow, WindowDefinition, WindowFrame, WindowReference } from '../ast/windows.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseExpressionList } from './expression.ts';
import { parseOrderBy } from './ordering.ts';

/** What follows OVER. */
export function parseWindowReference(p: Cursor): WindowReference {
  return p.kind === Token.LeftParen ? parseWindowDefinition(p) : p.identifier('a window name');
}

/** `WINDOW a AS (…), b AS (…)`: at the first name. */
export function parseNamedWindows(p: Cursor): NamedWindow[] {
  const windows: NamedWindow[] = [];
  do {
    const position = p.start;
    const name = p.name('a window name');
    p.expect(Word.AS);
    const definition = parseWindowDefinition(p);
    windows.push({ kind: 'named-window', name, definition, position, end: p.previousEnd });
  } while (p.accept(Token.Comma));
  return windows;
}

function parseWindowDefinition(p: Cursor): WindowDefinition {
  const position = p.start;
  p.expect(Token.LeftParen);
  const base = p.isName() && !startsDefinition(p) ? p.takeName() : null;
  const partitionBy = p.acceptPair(Word.PARTITION, Word.BY) ? parseExpressionList(p) : [];
  const orderBy = parseOrderBy(p);
  const frame = parseFrame(p);
  p.expect(Token.RightParen);
  return { kind: 'window', base, partitionBy, orderBy, frame, position, end: p.previousEnd };
}

function startsDefinition(p: Cursor): boolean {
  return p.kind === Word.PARTITION || p.kind === Word.RANGE || p.kind === Word.ROWS || p.kind === Word.GROUPS;
}

function parseFrame(p: Cursor): WindowFrame | null {
  const position = p.start;
  let unit: WindowFrame['unit'];
  if (p.accept(Word.ROWS)) unit = 'ROWS';
  else if (p.accept(Word.RANGE)) unit = 'RANGE';
  else if (p.accept(Word.GROUPS)) unit = 'GROUPS';
  else return null;
  let start: FrameBound;
  let finish: FrameBound;
  if (p.accept(Word.BETWEEN)) {
    start = parseFrameBound(p);
    p.expect(Word.AND);
    finish = parseFrameBound(p);
  } else {
    start = parseFrameBound(p);
    finish = { kind: 'frame-bound', bound: 'CURRENT ROW', offset: null, position: start.position, end: start.end };
  }
  if (start.bound === 'UNBOUNDED FOLLOWING' || finish.bound === 'UNBOUNDED PRECEDING' || isBackward(start, finish)) {
    throw p.error('SYNTAX_ERROR', 'a window frame cannot end before it starts', position);
  }
  const exclude = parseExclude(p);
  return { kind: 'frame', unit, start, finish, exclude, position, end: p.previousEnd };
}

const BOUND_ORDER: readonly FrameBound['bound'][] = [
  'UNBOUNDED PRECEDING',
  'PRECEDING',
  'CURRENT ROW',
  'FOLLOWING',
  'UNBOUNDED FOLLOWING',
];

function isBackward(start: FrameBound, finish: FrameBound): boolean {
  return BOUND_ORDER.indexOf(start.bound) > BOUND_ORDER.indexOf(finish.bound);
}

function parseFrameBound(p: Cursor): FrameBound {
  const position = p.start;
  if (p.acceptPair(Word.CURRENT, Word.ROW)) return bound(p, 'CURRENT ROW', position);
  if (p.acceptPair(Word.UNBOUNDED, Word.PRECEDING)) return bound(p, 'UNBOUNDED PRECEDING', position);
  if (p.acceptPair(Word.UNBOUNDED, Word.FOLLOWING)) return bound(p, 'UNBOUNDED FOLLOWING', position);
  const offset = parseExpression(p);
  let side: 'PRECEDING' | 'FOLLOWING' = 'PRECEDING';
  if (p.accept(Word.FOLLOWING)) side = 'FOLLOWING';
  else p.expect(Word.PRECEDING);
  return { kind: 'frame-bound', bound: side, offset, position, end: p.previousEnd };
}

function bound(p: Cursor, which: FrameBound['bound'], position: number): FrameBound {
  return { kind: 'frame-bound', bound: which, offset: null, position, end: p.previousEnd };
}

function parseExclude(p: Cursor): WindowFrame['exclude'] {
  if (!p.accept(Word.EXCLUDE)) return 'NO OTHERS';
  if (p.acceptPair(Word.NO, Word.OTHERS)) return 'NO OTHERS';
  if (p.acceptPair(Word.CURRENT, Word.ROW)) return 'CURRENT ROW';
  if (p.accept(Word.GROUP)) return 'GROUP';
  if (p.accept(Word.TIES)) return 'TIES';
  return p.fail();
}
