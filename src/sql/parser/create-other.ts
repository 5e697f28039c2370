import type { CreateIndexStatement, CreateViewStatement, DdlStatement } from '../ast/ddl.ts';
import type { HistoryStatement } from '../ast/history.ts';
import type { StorageOption } from '../ast/node.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseCreateTrigger } from './create-trigger.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { TIME_TRAVEL_PARSING } from './late-parts.ts';
import { parseColumnNames, parseIfNotExists } from './names.ts';
import { parseOptions } from './options.ts';
import { parseKeyTerms } from './ordering.ts';
import { parseSelect } from './select.ts';

interface CreateHead {
  readonly position: number;
  readonly orReplace: boolean;
  readonly temporary: boolean;
}

/** After CREATE [OR REPLACE] [TEMP]: anything but a table. */
export function parseCreateOther(
  p: Cursor,
  { position, orReplace, temporary }: CreateHead,
): DdlStatement | HistoryStatement {
  if (p.accept(Word.VIEW)) return parseCreateView(p, { position, temporary, orReplace, materialized: false });
  if (orReplace) p.fail();
  if (p.accept(Word.TRIGGER)) return parseCreateTrigger(p, position, temporary);
  if (temporary) p.fail();
  if (p.accept(Word.SNAPSHOT)) return TIME_TRAVEL_PARSING.get().parseCreateSnapshot(p, position);
  if (p.accept(Word.INDEX)) return parseCreateIndex(p, position, false);
  if (p.accept(Word.UNIQUE)) {
    p.expect(Word.INDEX);
    return parseCreateIndex(p, position, true);
  }
  if (p.accept(Word.MATERIALIZED)) {
    p.expect(Word.VIEW);
    return parseCreateView(p, { position, temporary, orReplace, materialized: true });
  }
  if (p.kind === Word.VIRTUAL && p.peek() === Word.TABLE) {
    p.notSupported(
      'CREATE VIRTUAL TABLE',
      position,
      'full-text and spatial modules of SQLite are not part of this dialect',
    );
  }
  return p.fail();
}

function parseCreateIndex(p: Cursor, position: number, unique: boolean): CreateIndexStatement {
  p.accept(Word.CONCURRENTLY);
  const ifNotExists = parseIfNotExists(p);
  const index = p.kind === Word.ON && !ifNotExists ? null : p.qualifiedName('an index name');
  p.expect(Word.ON);
  const table = p.qualifiedName('a table name');
  const method = p.accept(Word.USING) ? p.name('a method name').toLowerCase() : null;
  p.expect(Token.LeftParen);
  const columns = parseKeyTerms(p);
  p.expect(Token.RightParen);
  const options: StorageOption[] = p.accept(Word.WITH) ? parseOptions(p) : [];
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  const head = { unique, ifNotExists, index, table, method, columns };
  return { kind: 'create-index', ...head, options, where, position, end: p.previousEnd };
}

type ViewHead = Pick<CreateViewStatement, 'position' | 'temporary' | 'orReplace' | 'materialized'>;

function parseCreateView(p: Cursor, head: ViewHead): CreateViewStatement {
  const ifNotExists = parseIfNotExists(p);
  const view = p.qualifiedName('a view name');
  const columns = p.at(Token.LeftParen) ? parseColumnNames(p) : [];
  const options = p.accept(Word.WITH) ? parseOptions(p) : [];
  p.expect(Word.AS);
  const query = parseSelect(p);
  return { kind: 'create-view', ...head, ifNotExists, view, columns, options, query, end: p.previousEnd };
}
