import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { ViewDefinition } from '../../engine/catalog/definitions.ts';
import type { CreateViewStatement } from '../ast/ddl.ts';
import type { QualifiedName, SourceRange } from '../ast/node.ts';
import { walk } from '../ast/walk.ts';
import { parseStatement } from '../parser/parse.ts';
import { bindQuery } from './bind-select.ts';
import { type Binder, bindError, notSupported, type SchemaName } from './binder.ts';
import type { BoundCreateView, BoundNothing } from './bound-statement.ts';
import type { Query } from './logical-plan.ts';
import { foldName } from './names.ts';
import {
  definitionText,
  distinctNames,
  nameTaken,
  ownerOfName,
  refuseReservedName,
  schemaToCreateIn,
} from './schema-names.ts';

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

/** A view's statement, parsed. Positions count from the start of `view.sql`. */
export function parseView(view: ViewDefinition): CreateViewStatement {
  return parseStatement(view.sql).statement as CreateViewStatement;
}

/** A reference to a view: its query, with the view's own names, bound for this place. */
export function bindView(view: ViewDefinition, node: SourceRange, binder: Binder): Query {
  if (binder.views.includes(view.id)) {
    throw bindError('INVALID_DEFINITION', `view "${view.name}" is circularly defined`, node);
  }
  return binder.insideReference(node, () => {
    try {
      return bindViewText(view, binder.within(view.sql, view.temporary ? null : 'main', view.id));
    } catch (error) {
      throw error instanceof HeliosError ? errorInView(error, view, node) : error;
    }
  });
}

/** The view's query. `binder` is one for its text: see {@link Binder.within}. */
export function bindViewText(view: ViewDefinition, binder: Binder): Query {
  const statement = parseView(view);
  const { plan, columns } = bindQuery(statement.query, binder, null, null);
  const written = statement.columns.map(({ name }) => name);
  if (written.length > 0 && written.length !== columns.length) {
    const message = `${written.length} columns are named, and its SELECT has ${columns.length}`;
    throw bindError('INVALID_DEFINITION', message, statement.view);
  }
  if (columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `a view has at most ${LIMITS.columns} columns`, statement.view);
  }
  const names = distinctNames(written.length > 0 ? written : columns.map(({ name }) => name));
  return { plan, columns: columns.map((column, i) => ({ ...column, name: names[i] })) };
}

/** The statement's text shows where the view is read: positions inside of the view mean nothing there. */
function errorInView(error: HeliosError, view: ViewDefinition, node: SourceRange): HeliosError {
  const isMarked = error.message.startsWith('in view ') || error.message.includes('circularly');
  const message = isMarked ? error.message : `in view "${view.name}": ${error.message}`;
  return bindError(error.code, message, node, error.hint);
}
