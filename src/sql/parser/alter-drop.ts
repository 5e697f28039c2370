import type {
  AlterTableAction,
  AlterViewStatement,
  ColumnChange,
  DdlStatement,
  DropStatement,
  RefreshViewStatement,
} from '../ast/ddl.ts';
import type { HistoryStatement } from '../ast/history.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseDefault } from './column-constraints.ts';
import { parseColumnSpecification } from './create-table.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { TIME_TRAVEL_PARSING } from './late-parts.ts';
import { parseIfExists, parseIfNotExists } from './names.ts';
import { parseOptions } from './options.ts';
import { parseTableConstraint, startsTableConstraint } from './table-constraints.ts';
import { parseTypeName } from './type-name.ts';

export function parseAlter(p: Cursor): DdlStatement {
  const position = p.start;
  p.next();
  if (p.accept(Word.VIEW)) return parseAlterView(p, position, false);
  if (p.accept(Word.MATERIALIZED)) {
    p.expect(Word.VIEW);
    return parseAlterView(p, position, true);
  }
  p.expect(Word.TABLE);
  const ifExists = parseIfExists(p);
  const table = p.qualifiedName('a table name');
  const actions = [parseAction(p)];
  while (p.accept(Token.Comma)) actions.push(parseAction(p));
  return { kind: 'alter-table', ifExists, table, actions, position, end: p.previousEnd };
}

function parseAction(p: Cursor): AlterTableAction {
  const position = p.start;
  if (p.accept(Word.RENAME)) return parseRename(p, position);
  if (p.accept(Word.ADD)) {
    if (startsTableConstraint(p)) {
      return { kind: 'add-constraint', constraint: parseTableConstraint(p), position, end: p.previousEnd };
    }
    p.accept(Word.COLUMN);
    const ifNotExists = parseIfNotExists(p);
    const column = parseColumnSpecification(p);
    return { kind: 'add-column', ifNotExists, column, position, end: p.previousEnd };
  }
  if (p.accept(Word.DROP)) {
    const isConstraint = p.accept(Word.CONSTRAINT);
    if (!isConstraint) p.accept(Word.COLUMN);
    const ifExists = parseIfExists(p);
    const column = p.identifier(isConstraint ? 'a constraint name' : 'a column name');
    if (!p.accept(Word.CASCADE)) p.accept(Word.RESTRICT);
    if (isConstraint) return { kind: 'drop-constraint', ifExists, constraint: column, position, end: p.previousEnd };
    return { kind: 'drop-column', ifExists, column, position, end: p.previousEnd };
  }
  if (p.accept(Word.SET)) {
    return { kind: 'set-options', options: parseOptions(p), position, end: p.previousEnd };
  }
  if (p.accept(Word.ALTER)) {
    p.accept(Word.COLUMN);
    const column = p.identifier('a column name');
    const change = parseColumnChange(p);
    return { kind: 'alter-column', column, change, position, end: p.previousEnd };
  }
  return p.fail();
}

function parseColumnChange(p: Cursor): ColumnChange {
  if (p.accept(Word.DROP)) {
    if (p.accept(Word.DEFAULT)) return { kind: 'drop-default' };
    p.expect(Word.NOT);
    p.expect(Word.NULL);
    return { kind: 'drop-not-null' };
  }
  if (p.accept(Word.SET)) {
    if (p.acceptPair(Word.NOT, Word.NULL)) return { kind: 'set-not-null' };
    const position = p.start;
    if (p.accept(Word.DEFAULT)) return { kind: 'set-default', constraint: parseDefault(p, null, position) };
    if (!p.isWord('data')) p.fail('DATA TYPE');
    p.next();
  }
  if (!p.isWord('type')) p.fail('TYPE, SET or DROP');
  p.next();
  const type = parseTypeName(p);
  return { kind: 'set-type', type, using: p.accept(Word.USING) ? parseExpression(p) : null };
}

function parseRename(p: Cursor, position: number): AlterTableAction {
  if (p.accept(Word.TO)) {
    const name = p.name('a table name');
    return { kind: 'rename-table', name, position, end: p.previousEnd };
  }
  p.accept(Word.COLUMN);
  const column = p.identifier('a column name');
  p.expect(Word.TO);
  const name = p.name('a column name');
  return { kind: 'rename-column', column, name, position, end: p.previousEnd };
}

function parseAlterView(p: Cursor, position: number, materialized: boolean): AlterViewStatement {
  const ifExists = parseIfExists(p);
  const view = p.qualifiedName('a view name');
  const head = { kind: 'alter-view', materialized, ifExists, view } as const;
  if (p.accept(Word.RENAME)) {
    p.expect(Word.TO);
    const rename = p.name('a view name');
    return { ...head, options: [], rename, position, end: p.previousEnd };
  }
  p.expect(Word.SET);
  return { ...head, options: parseOptions(p), rename: null, position, end: p.previousEnd };
}

export function parseRefresh(p: Cursor): RefreshViewStatement {
  const position = p.start;
  p.next();
  p.expect(Word.MATERIALIZED);
  p.expect(Word.VIEW);
  p.accept(Word.CONCURRENTLY);
  const view = p.qualifiedName('a view name');
  let mode: RefreshViewStatement['mode'] = null;
  if (p.accept(Word.INCREMENTALLY)) mode = 'INCREMENTALLY';
  else if (p.accept(Word.FULL)) mode = 'FULL';
  return { kind: 'refresh-materialized-view', view, mode, position, end: p.previousEnd };
}

export function parseDrop(p: Cursor): DropStatement | HistoryStatement {
  const position = p.start;
  p.next();
  if (p.kind === Word.SNAPSHOT) return TIME_TRAVEL_PARSING.get().parseDropSnapshot(p, position);
  const what = parseDroppedKind(p);
  const ifExists = parseIfExists(p);
  const names = [p.qualifiedName('a name')];
  while (p.accept(Token.Comma)) names.push(p.qualifiedName('a name'));
  const cascade = p.accept(Word.CASCADE);
  if (!cascade) p.accept(Word.RESTRICT);
  return { kind: 'drop', what, ifExists, names, cascade, position, end: p.previousEnd };
}

function parseDroppedKind(p: Cursor): DropStatement['what'] {
  if (p.accept(Word.TABLE)) return 'TABLE';
  if (p.accept(Word.INDEX)) return 'INDEX';
  if (p.accept(Word.VIEW)) return 'VIEW';
  if (p.accept(Word.TRIGGER)) return 'TRIGGER';
  p.at(Word.SNAPSHOT);
  p.expect(Word.MATERIALIZED);
  p.expect(Word.VIEW);
  return 'MATERIALIZED VIEW';
}
