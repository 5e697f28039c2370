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
  const { table: name, actions } = node;
  if (node.ifExists && binder.catalog.relation(binder.at, name.name, schemaOf(binder, name)) === null) {
    return { kind: 'nothing' };
  }
  const relation = relationNamed(binder, name);
  if (relation.kind === 'view') {
    throw bindError('INVALID_STATEMENT', `view "${name.name}" may not be altered: see ALTER VIEW`, name);
  }
  return bindActions(actions, relation.definition, binder);
}

/** The first action that has anything to do, with those behind it: they are bound when it has run. */
export function bindActions(
  actions: readonly AlterTableAction[],
  table: TableDefinition,
  binder: Binder,
): BoundAlter | BoundNothing {
  const [action, ...rest] = actions;
  const bound = bindAction(action, table, binder);
  if (rest.length === 0) return bound;
  if (bound.kind === 'nothing') return bindActions(rest, table, binder);
  return { ...bound, rest: { tableId: table.id, actions: rest, sql: binder.sql } };
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
