import { LIMITS } from '../../base/limits.ts';
import type { ColumnSpecification, CreateTableStatement, TableConstraint } from '../ast/ddl.ts';
import type { StorageOption } from '../ast/node.ts';
import type { SelectStatement } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { FIRST_BARE_ALIAS, Word } from '../lexer/words.ts';
import { parseColumnConstraints } from './column-constraints.ts';
import type { Cursor } from './cursor.ts';
import { parseIfNotExists } from './names.ts';
import { parseOptions } from './options.ts';
import { parseSelect } from './select.ts';
import { parseTableConstraint, startsTableConstraint } from './table-constraints.ts';
import { parseTypeName } from './type-name.ts';

/** After CREATE [TEMP] TABLE. */
export function parseCreateTable(p: Cursor, position: number, temporary: boolean): CreateTableStatement {
  const ifNotExists = parseIfNotExists(p);
  const table = p.qualifiedName('a table name');
  const columns: ColumnSpecification[] = [];
  const constraints: TableConstraint[] = [];
  let asSelect: SelectStatement | null = null;
  if (p.at(Token.LeftParen)) parseTableBody(p, table.name, columns, constraints);
  else if (!p.at(Word.AS) && p.kind !== Word.WITH) p.fail();
  const tail = parseTableOptions(p);
  if (p.accept(Word.AS)) asSelect = parseSelect(p);
  const head = { temporary, ifNotExists, table, columns, constraints };
  return { kind: 'create-table', ...head, ...tail, asSelect, position, end: p.previousEnd };
}

function parseTableBody(
  p: Cursor,
  tableName: string,
  columns: ColumnSpecification[],
  constraints: TableConstraint[],
): void {
  const position = p.start;
  p.next();
  columns.push(parseColumnSpecification(p));
  while (p.accept(Token.Comma)) {
    if (startsTableConstraint(p)) break;
    columns.push(parseColumnSpecification(p));
  }
  // SQLite lets the commas between constraints be left out.
  while (startsTableConstraint(p)) {
    constraints.push(parseTableConstraint(p));
    if (p.accept(Token.Comma) && !startsTableConstraint(p)) {
      p.fail(p.isName() ? 'a constraint: columns come before constraints' : 'a constraint');
    }
  }
  p.expect(Token.RightParen);
  p.limitCount(columns.length, LIMITS.columns, `columns on ${tableName}`, position);
}

/** A column with its type and constraints, of CREATE TABLE or ALTER TABLE ADD COLUMN. */
export function parseColumnSpecification(p: Cursor): ColumnSpecification {
  const position = p.start;
  const name = p.name('a column name');
  const isTyped = (p.kind >= FIRST_BARE_ALIAS && p.kind !== Word.GENERATED) || p.kind === Token.Text;
  const type = isTyped ? parseTypeName(p) : null;
  const constraints = parseColumnConstraints(p);
  return { kind: 'column-specification', name, type, constraints, position, end: p.previousEnd };
}

interface TableTail {
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly options: readonly StorageOption[];
}

/** `WITHOUT ROWID, STRICT` and `WITH (name = value)`, in any order. */
function parseTableOptions(p: Cursor): TableTail {
  let withoutRowid = false;
  let strict = false;
  let options: StorageOption[] = [];
  for (;;) {
    if (p.accept(Word.STRICT)) {
      strict = true;
    } else if (p.accept(Word.WITHOUT)) {
      if (!p.isWord('rowid')) failOption(p);
      p.next();
      withoutRowid = true;
    } else if (p.accept(Word.WITH)) {
      options = parseOptions(p);
    } else {
      if (p.isPlainName()) failOption(p);
      return { withoutRowid, strict, options };
    }
    p.accept(Token.Comma);
  }
}

function failOption(p: Cursor): never {
  throw p.error(
    'SYNTAX_ERROR',
    `unknown table option: ${p.text()}`,
    p.start,
    'there are WITHOUT ROWID, STRICT and WITH (…)',
  );
}
