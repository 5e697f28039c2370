import { HeliosError } from '../../../base/errors.ts';
import type { CatalogEntry } from '../../../engine/catalog/catalog.ts';
import type {
  IndexDefinition,
  TableDefinition,
  TriggerDefinition,
  ViewDefinition,
} from '../../../engine/catalog/definitions.ts';
import type { CreateIndexStatement, CreateTableStatement } from '../../ast/ddl.ts';
import type { Statement } from '../../ast/statements.ts';
import { parseStatement } from '../../parser/parse.ts';
import { indexDefinition } from '../bind-create-index.ts';
import { bindDefinition } from '../bind-create-table.ts';
import { bindTriggerProgram, parseTrigger } from '../bind-trigger.ts';
import { bindViewText, parseView } from '../bind-view.ts';
import type { Binder, InstantSource } from '../binder.ts';
import type { BoundCreateTable } from '../bound-statement.ts';
import { triggerOwner } from '../changed-relation.ts';
import { References } from '../references.ts';
import { schemaHolding } from '../schema-names.ts';

/** A view or trigger, its syntax tree, and what its names stand for. */
export interface Dependent {
  readonly kind: 'view' | 'trigger';
  readonly definition: ViewDefinition | TriggerDefinition;
  readonly statement: Statement;
  readonly references: References;
}

/** Binds all views and triggers of the session. Throws, naming it, when one of them cannot be: see {@link inObject}. */
export function bindDependents(binder: Binder, when: string): readonly Dependent[] {
  const { catalog, at } = binder;
  const views = catalog.views(at);
  return [
    ...views.map((view) => bindDependentView(view, binder, when)),
    ...[...catalog.tables(at), ...views].flatMap(({ id }) =>
      catalog.triggersOf(at, id).map((trigger) => bindDependentTrigger(trigger, binder, when)),
    ),
  ];
}

function bindDependentView(definition: ViewDefinition, binder: Binder, when: string): Dependent {
  const references = new References();
  return inObject('view', definition.name, when, () => {
    const own = binder.within(definition.sql, definition.temporary ? null : 'main', definition.id);
    own.references = references;
    own.instants = peeking(binder);
    bindViewText(definition, own);
    return { kind: 'view', definition, statement: parseView(definition), references };
  });
}

/** Throws, naming it, when it cannot be bound. */
export function bindDependentTrigger(definition: TriggerDefinition, binder: Binder, when: string): Dependent {
  const references = new References();
  return inObject('trigger', definition.name, when, () => {
    const own = binder.within(definition.sql, null);
    own.references = references;
    own.instants = peeking(binder);
    const statement = parseTrigger(definition);
    references.relations.set(statement.table, definition.tableId);
    bindTriggerProgram(definition, triggerOwner(definition, binder), own);
    return { kind: 'trigger', definition, statement, references };
  });
}

/** What such a text reads of the past is none of the statement's instants. */
function peeking({ instants, at }: Binder): Binder['instants'] {
  if (instants === null) return null;
  const peek: InstantSource['peek'] = (unit, ...point) => (unit === 'MAXVALUE' ? at : instants().peek(unit, ...point));
  return () => ({ add: (...point) => ({ slot: 0, at: peek(...point) }), peek });
}

/** Runs a step on a stored text; its errors name the object. */
export function inObject<Result>(kind: CatalogEntry['kind'], name: string, when: string, step: () => Result): Result {
  return withErrors((message) => `error in ${kind} ${name}${when}: ${message}`, step);
}

/** Runs a step on a stored text: places in it mean nothing in the statement. */
function withErrors<Result>(messageOf: (message: string) => string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    const message = messageOf(error.message.split('\n')[0]);
    throw new HeliosError(error.code, message, error.hint === undefined ? {} : { hint: error.hint });
  }
}

export function parseTable(sql: string): CreateTableStatement {
  return parseStatement(sql).statement as CreateTableStatement;
}

export function parseIndex(sql: string): CreateIndexStatement {
  return parseStatement(sql).statement as CreateIndexStatement;
}

/** A table's new version by its new text; `places`: see {@link bindDefinition}. */
export function tableFromText(
  table: TableDefinition,
  sql: string,
  places: TableDefinition['columns'],
  binder: Binder,
): { readonly definition: TableDefinition; readonly indexes: BoundCreateTable['indexes'] } {
  const node = parseTable(sql);
  const head = { name: node.table.name, sql, ...(table.temporary ? { temporary: true as const } : {}) };
  const bound = withErrors(
    (message) => message,
    () => bindDefinition(node, head, binder.within(sql, schemaHolding(table)), places),
  );
  return { definition: { ...bound.definition, id: table.id }, indexes: bound.indexes };
}

/** An index's new version by its new text, and its key table's if it has one. */
export function indexFromText(
  index: IndexDefinition,
  sql: string,
  table: TableDefinition,
  binder: Binder,
): readonly (IndexDefinition | TableDefinition)[] {
  const own = binder.within(sql, schemaHolding(table));
  const { definition, keyTable } = indexDefinition(parseIndex(sql), table, own);
  if (keyTable === null) return [{ ...definition, id: index.id }];
  const { id, tableId } = index;
  return [
    { ...definition, id, tableId },
    { ...keyTable, id: tableId },
  ];
}
