import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import { physicalKind } from '../../../engine/column/types.ts';
import type { AlterTableAction, ColumnSpecification } from '../../ast/ddl.ts';
import { bindColumnType } from '../bind-type.ts';
import { type Binder, bindError } from '../binder.ts';
import type { BoundAlter } from '../bound-statement.ts';
import { alterByText, withoutConstraint } from './constraint.ts';
import { parseTable } from './dependents.ts';
import { type Edit, nameParts } from './edits.ts';
import { alteredColumn } from './rename-column.ts';

type AlterColumn = Extract<AlterTableAction, { readonly kind: 'alter-column' }>;

export function bindAlterColumn(action: AlterColumn, table: TableDefinition, binder: Binder): BoundAlter {
  const number = alteredColumn(action.column, table);
  const place = table.columns.slice(0, number).filter(({ dropped }) => !dropped).length;
  const column = parseTable(table.sql).columns[place];
  return alterByText(table, editsOf(action, column, number, table, binder), action.column, binder);
}

function editsOf(
  { change, column: node }: AlterColumn,
  column: ColumnSpecification,
  number: number,
  table: TableDefinition,
  binder: Binder,
): readonly Edit[] {
  const without = (kind: 'default' | 'not-null'): readonly Edit[] =>
    column.constraints
      .filter((constraint) => constraint.kind === kind)
      .map((constraint) => withoutConstraint(constraint, table.sql));
  const append = (text: string): Edit => ({ position: column.end, end: column.end, text: ` ${text}` });
  switch (change.kind) {
    case 'set-default': {
      const { position, end } = change.constraint;
      return [...without('default'), append(binder.sql.slice(position, end))];
    }
    case 'drop-default':
      return without('default');
    case 'set-not-null':
      return table.columns[number].notNull ? [] : [append('NOT NULL')];
    case 'drop-not-null':
      return without('not-null');
    case 'set-type': {
      const old = table.columns[number].type;
      const type = bindColumnType(change.type);
      if (change.using !== null || type.kind !== old.kind || physicalKind(type.kind) !== physicalKind(old.kind)) {
        const message = `ALTER COLUMN from ${old.declared || old.kind} to ${type.declared} is not supported`;
        const hint = 'Add a column, copy the values, drop the old one.';
        throw bindError('NOT_SUPPORTED', message, node, hint);
      }
      const text = ` ${binder.sql.slice(change.type.position, change.type.end)}`;
      const afterName = nameParts(table.sql, column)[0].end;
      return [{ position: afterName, end: column.type?.end ?? afterName, text }];
    }
  }
}
