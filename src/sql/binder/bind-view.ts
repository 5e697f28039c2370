import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { ViewDefinition } from '../../engine/catalog/definitions.ts';
import type { CreateViewStatement } from '../ast/ddl.ts';
import type { SourceRange } from '../ast/node.ts';
import { parseStatement } from '../parser/parse.ts';
import { bindQuery } from './bind-select.ts';
import { type Binder, bindError } from './binder.ts';
import type { Query } from './logical-plan.ts';
import { distinctNames } from './schema-names.ts';

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
