import type { ForeignKeyReference, ReferentialAction } from '../ast/ddl.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseColumnNames } from './names.ts';

/** After REFERENCES: the parent, its columns and what happens to the children. */
export function parseForeignKeyReference(p: Cursor): ForeignKeyReference {
  const position = p.start;
  const table = p.qualifiedName('a table name');
  const columns = p.at(Token.LeftParen) ? parseColumnNames(p) : [];
  let onDelete: ReferentialAction = 'NO ACTION';
  let onUpdate: ReferentialAction = 'NO ACTION';
  for (;;) {
    if (p.acceptPair(Word.ON, Word.DELETE)) onDelete = parseAction(p);
    else if (p.acceptPair(Word.ON, Word.UPDATE)) onUpdate = parseAction(p);
    else if (p.accept(Word.MATCH)) p.name('a match name');
    else break;
  }
  const deferred = parseDeferred(p);
  return { kind: 'foreign-key-reference', table, columns, onDelete, onUpdate, deferred, position, end: p.previousEnd };
}

function parseAction(p: Cursor): ReferentialAction {
  if (p.accept(Word.CASCADE)) return 'CASCADE';
  if (p.accept(Word.RESTRICT)) return 'RESTRICT';
  if (p.accept(Word.SET)) {
    if (p.accept(Word.NULL)) return 'SET NULL';
    p.expect(Word.DEFAULT);
    return 'SET DEFAULT';
  }
  p.expect(Word.NO);
  p.expect(Word.ACTION);
  return 'NO ACTION';
}

/** `[NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]`: only DEFERRABLE INITIALLY DEFERRED defers. */
function parseDeferred(p: Cursor): boolean {
  const isNegated = p.acceptPair(Word.NOT, Word.DEFERRABLE);
  if (!isNegated && !p.accept(Word.DEFERRABLE)) return false;
  if (!p.accept(Word.INITIALLY)) return false;
  if (p.accept(Word.DEFERRED)) return !isNegated;
  p.expect(Word.IMMEDIATE);
  return false;
}
