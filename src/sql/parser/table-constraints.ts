import type { TableConstraint } from '../ast/ddl.ts';
import type { OrderingTerm } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseParenthesizedExpression } from './column-constraints.ts';
import { parseOnConflict } from './conflict-action.ts';
import type { Cursor } from './cursor.ts';
import { parseForeignKeyReference } from './foreign-key.ts';
import { parseColumnNames } from './names.ts';
import { parseKeyTerms } from './ordering.ts';

export function startsTableConstraint(p: Cursor): boolean {
  const { kind } = p;
  if (kind === Word.CONSTRAINT || kind === Word.PRIMARY || kind === Word.UNIQUE) return true;
  return kind === Word.CHECK || kind === Word.FOREIGN;
}

/** A constraint of CREATE TABLE that stands beside the columns. */
export function parseTableConstraint(p: Cursor): TableConstraint {
  const position = p.start;
  const name = p.accept(Word.CONSTRAINT) ? p.name('a constraint name') : null;
  if (p.accept(Word.PRIMARY)) {
    p.expect(Word.KEY);
    const { columns, autoincrement } = parseKeyColumns(p);
    const onConflict = parseOnConflict(p);
    return { kind: 'primary-key', name, columns, autoincrement, onConflict, position, end: p.previousEnd };
  }
  if (p.accept(Word.UNIQUE)) {
    const { columns } = parseKeyColumns(p);
    return { kind: 'unique', name, columns, onConflict: parseOnConflict(p), position, end: p.previousEnd };
  }
  if (p.accept(Word.CHECK)) {
    const expression = parseParenthesizedExpression(p);
    parseOnConflict(p);
    return { kind: 'check', name, expression, position, end: p.previousEnd };
  }
  p.expect(Word.FOREIGN);
  p.expect(Word.KEY);
  const columns = parseColumnNames(p);
  p.expect(Word.REFERENCES);
  const reference = parseForeignKeyReference(p);
  return { kind: 'foreign-key', name, columns, reference, position, end: p.previousEnd };
}

function parseKeyColumns(p: Cursor): { readonly columns: OrderingTerm[]; readonly autoincrement: boolean } {
  p.expect(Token.LeftParen);
  const columns = parseKeyTerms(p);
  const autoincrement = p.accept(Word.AUTOINCREMENT);
  p.expect(Token.RightParen);
  return { columns, autoincrement };
}
