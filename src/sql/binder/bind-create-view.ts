import type { CreateViewStatement } from '../ast/ddl.ts';
import type { QualifiedName } from '../ast/node.ts';
import { walk } from '../ast/walk.ts';
import { type Binder, bindError, notSupported, type SchemaName } from './binder.ts';
import type { BoundCreateView, BoundNothing } from './bound-statement.ts';
import { foldName } from './names.ts';
import { definitionText, nameTaken, ownerOfName, refuseReservedName, schemaToCreateIn } from './schema-names.ts';

/**
 * CREATE VIEW looks at no name inside of the SELECT, as in SQLite: what is wrong with them, the statements that read
 * the view will say.
 */
export function bindCreateView(node: CreateViewStatement, binder: Binder): BoundCreateView | BoundNothing {
  if (node.materialized) throw notSupported('CREATE MATERIALIZED VIEW', node);
  if (node.options.length > 0) throw notSupported('CREATE VIEW … WITH', node.options[0]);
  refuseReservedName(node.view);
  const schema = schemaToCreateIn(binder, node.view, node.temporary);
  const owner = ownerOfName(binder, node.view.name, schema);
  if (owner !== null && !(owner === 'view' && node.orReplace)) {
    if (node.ifNotExists && owner !== 'index') return { kind: 'nothing' };
    throw nameTaken(owner, node.view);
  }
  checkReferences(node, schema);
  const { name } = node.view;
  const sql = definitionText(binder, 'VIEW', node.view, node);
  const definition = schema === 'temp' ? { name, sql, temporary: true as const } : { name, sql };
  return { kind: 'create-view', definition, replaces: owner === null ? null : existing(binder, node.view, schema) };
}

/** What would mean nothing to other sessions, or later. */
function checkReferences(node: CreateViewStatement, schema: SchemaName): void {
  walk(node.query, (inner) => {
    if (inner.kind === 'parameter') {
      throw bindError('INVALID_DEFINITION', 'parameters are not allowed in views', inner);
    }
    if (inner.kind !== 'qualified-name' || inner.schema === null || schema === 'temp') return undefined;
    if (foldName(inner.schema) === schema) return undefined;
    const message = `view "${node.view.name}" cannot reference objects in database "${inner.schema}"`;
    throw bindError('INVALID_DEFINITION', message, inner);
  });
}

function existing(binder: Binder, { name }: QualifiedName, schema: SchemaName): number | null {
  return binder.catalog.view(binder.at, name, schema)?.id ?? null;
}
