import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction, AlterTableStatement } from '../../ast/ddl.ts';
import { type Binder, bindError } from '../binder.ts';
import type { BoundAlter, BoundNothing } from '../bound-statement.ts';
import { relationNamed, schemaOf } from '../schema-names.ts';
import { bindAddColumn } from './add-column.ts';
import { bindAlterColumn } from './alter-column.ts';
import { bindAddConstraint, bindDropConstraint } from './constraint.ts';
import { bindDropColumn } from './drop-column.ts';
import { bindRenameColumn } from './rename-column.ts';
import { bindRenameTable } from './rename-table.ts';
import { bindSetOptions } from './set-options.ts';

/**
 * ALTER TABLE edits the texts of the definitions that it touches, at the places of their syntax trees, and binds them
 * anew: a definition is never anything else than what its text says. Rows stay as they are.
 */
export function bindAlterTable(node: AlterTableStatement, binder: Binder): BoundAlter | BoundNothing {
  const { table: name, action } = node;
  if (node.ifExists && binder.catalog.relation(binder.at, name.name, schemaOf(binder, name)) === null) {
    return { kind: 'nothing' };
  }
  const relation = relationNamed(binder, name);
  if (relation.kind === 'view') {
    throw bindError('INVALID_STATEMENT', `view "${name.name}" may not be altered: see ALTER VIEW`, name);
  }
  return bindAction(action, relation.definition, binder);
}

function bindAction(action: AlterTableAction, table: TableDefinition, binder: Binder): BoundAlter | BoundNothing {
  switch (action.kind) {
    case 'rename-table':
      return bindRenameTable(action, table, binder);
    case 'rename-column':
      return bindRenameColumn(action, table, binder);
    case 'add-column':
      return bindAddColumn(action, table, binder);
    case 'drop-column':
      return bindDropColumn(action, table, binder);
    case 'add-constraint':
      return bindAddConstraint(action.constraint, table, binder);
    case 'drop-constraint':
      return bindDropConstraint(action, table, binder);
    case 'alter-column':
      return bindAlterColumn(action, table, binder);
    case 'set-options':
      return bindSetOptions(action, table, binder);
  }
}
