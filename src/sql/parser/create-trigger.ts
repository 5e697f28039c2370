import type { CreateTriggerStatement } from '../ast/ddl.ts';
import type { Identifier } from '../ast/node.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseIfNotExists } from './names.ts';
import { parseQueryOrChange } from './statement.ts';
import { parseTruncate } from './update-delete.ts';

type Body = CreateTriggerStatement['body'];

/** After CREATE [TEMP] TRIGGER. */
export function parseCreateTrigger(p: Cursor, position: number, temporary: boolean): CreateTriggerStatement {
  const ifNotExists = parseIfNotExists(p);
  const trigger = p.qualifiedName('a trigger name');
  const time = parseTime(p);
  const { event, columns } = parseEvent(p);
  p.expect(Word.ON);
  const table = p.qualifiedName('a table name');
  if (p.accept(Word.FOR)) {
    p.expect(Word.EACH);
    p.expect(Word.ROW);
  }
  const when = p.accept(Word.WHEN) ? parseExpression(p) : null;
  const body = parseBody(p);
  const head = { temporary, ifNotExists, trigger, time, event, columns, table };
  return { kind: 'create-trigger', ...head, when, body, position, end: p.previousEnd };
}

function parseTime(p: Cursor): CreateTriggerStatement['time'] {
  if (p.accept(Word.AFTER)) return 'AFTER';
  if (p.acceptPair(Word.INSTEAD, Word.OF)) return 'INSTEAD OF';
  p.accept(Word.BEFORE);
  return 'BEFORE';
}

function parseEvent(p: Cursor): Pick<CreateTriggerStatement, 'event' | 'columns'> {
  if (p.accept(Word.INSERT)) return { event: 'INSERT', columns: [] };
  if (p.accept(Word.DELETE)) return { event: 'DELETE', columns: [] };
  p.expect(Word.UPDATE);
  const columns: Identifier[] = [];
  if (p.accept(Word.OF)) {
    do columns.push(p.identifier('a column name'));
    while (p.accept(Token.Comma));
  }
  return { event: 'UPDATE', columns };
}

function parseBody(p: Cursor): Body {
  const body: Body[number][] = [];
  p.expect(Word.BEGIN);
  do {
    body.push(p.kind === Word.TRUNCATE ? parseTruncate(p) : parseQueryOrChange(p));
    p.expect(Token.Semicolon);
  } while (!p.at(Word.END));
  p.next();
  return body;
}
