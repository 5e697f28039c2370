import type { ColumnDefinition, TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction, ColumnSpecification } from '../../ast/ddl.ts';
import type { Expression } from '../../ast/expressions.ts';
import { type Binder, bindError } from '../binder.ts';
import type { BoundAlter, BoundNothing } from '../bound-statement.ts';
import { columnNamed } from '../names.ts';
import { parseTable, tableFromText } from './dependents.ts';
import { applyEdits, nextToken } from './edits.ts';

type AddColumn = Extract<AlterTableAction, { readonly kind: 'add-column' }>;

export function bindAddColumn(action: AddColumn, table: TableDefinition, binder: Binder): BoundAlter | BoundNothing {
  const { column } = action;
  if (columnNamed(table.columns, column.name) >= 0) {
    if (action.ifNotExists) return { kind: 'nothing' };
    throw bindError('COLUMN_EXISTS', `table "${table.name}" has a column "${column.name}" already`, column);
  }
  for (const constraint of column.constraints) {
    const refuse = (what: string) => bindError('INVALID_DEFINITION', `cannot add ${what}`, constraint);
    if (constraint.kind === 'primary-key-column') throw refuse('a PRIMARY KEY column');
    if (constraint.kind === 'unique-column') throw refuse('a UNIQUE column');
  }
  const { columns } = parseTable(table.sql);
  // Before the comma of the constraints, or the parenthesis that ends the columns: as SQLite does.
  const { position } = nextToken(table.sql, columns[columns.length - 1].end);
  const added = binder.sql.slice(column.position, column.end);
  const sql = applyEdits(table.sql, [{ position, end: position, text: `, ${added}` }]);
  const changed = tableFromText(table, sql, table.columns, binder).definition;
  const number = table.columns.length;
  const { defaultSql, notNull, generated } = changed.columns[number];
  const isReference = (changed.foreignKeys?.length ?? 0) > (table.foreignKeys?.length ?? 0) && defaultSql !== null;
  const needsReview = isReference || notNull || generated !== undefined || changed.checks.length > table.checks.length;
  const needsEmpty = whatNeedsEmpty(changed.columns[number], column);
  return {
    kind: 'alter',
    definitions: [changed],
    indexes: [],
    drops: [],
    added: defaultSql === null && needsEmpty === null ? null : { tableId: table.id, column: number, needsEmpty },
    review: needsReview ? table.id : null,
    verify: null,
  };
}

/** The kinds of columns that rows which are there could have no value for; null: they can. */
function whatNeedsEmpty(
  { defaultSql, notNull, generated }: ColumnDefinition,
  column: ColumnSpecification,
): NonNullable<BoundAlter['added']>['needsEmpty'] {
  if (generated?.stored) return { what: 'a STORED column', code: 'INVALID_DEFINITION' };
  if (notNull && defaultSql === null && generated === undefined) {
    return { what: 'a NOT NULL column without a DEFAULT', code: 'NOT_NULL_VIOLATION' };
  }
  if (defaultSql === null || hasLiteralDefault(column)) return null;
  return { what: 'a column with a non-constant default', code: 'INVALID_DEFINITION' };
}

/** Only a literal can be the value of rows that are there already. */
function hasLiteralDefault({ constraints }: ColumnSpecification): boolean {
  const constraint = constraints.find(({ kind }) => kind === 'default');
  return constraint?.kind === 'default' && isLiteral(constraint.expression);
}

function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'unary':
    case 'cast':
      return isLiteral(expression.operand);
    default:
      return false;
  }
}
