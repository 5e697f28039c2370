import { assert } from '../../base/assert.ts';
import type { HeliosError } from '../../base/errors.ts';
import type { TableDefinition, TriggerDefinition, ViewDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnType } from '../../engine/column/types.ts';
import type { QualifiedName } from '../ast/node.ts';
import type { StaticType } from '../expressions/static-type.ts';
import { bindTriggers } from './bind-trigger.ts';
import { bindView } from './bind-view.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundTarget, BoundTrigger } from './bound-statement.ts';
import { DEFINITION_BINDING } from './late-parts.ts';
import type { Query } from './logical-plan.ts';
import { foldName } from './names.ts';
import { isSequence, relationNamed, SEQUENCE } from './schema-names.ts';

/** What INSERT, UPDATE and DELETE may name. A view's rows are what `query` yields, in the order of its columns. */
export type ChangedRelation =
  | { readonly isView: false; readonly table: TableDefinition; readonly query: null; readonly counters?: undefined }
  | {
      readonly isView: true;
      readonly table: TableDefinition;
      readonly query: Query;
      /** See {@link BoundTarget.counters}. */
      readonly counters?: ReadonlyMap<string, number>;
    };

/** The table of this name, or the view that has an INSTEAD OF trigger for what is to be done. */
export function changedRelation(binder: Binder, name: QualifiedName, event: BoundTrigger['event']): ChangedRelation {
  if (isSequence(name)) return sequence(binder, name);
  const relation = relationNamed(binder, name);
  if (relation.kind === 'table') return { isView: false, table: relation.definition, query: null };
  const query = bindView(relation.definition, name, binder);
  const table = tableOf(relation.definition, query);
  if (bindTriggers(binder, table).some((trigger) => trigger.event === event)) return { isView: true, table, query };
  throw isAView(name, event);
}

/** Of no table in the catalogue. */
const SEQUENCE_ID = -1;

/** `sqlite_sequence`: its rows are computed, and changes of them are handed to the tables that they tell of. */
function sequence(binder: Binder, name: QualifiedName): ChangedRelation {
  const query = DEFINITION_BINDING.get().bindCatalogueTable(binder, name);
  assert(query !== null, 'sqlite_sequence is a table of the catalogue');
  const counting = binder.catalog.tables(binder.at).filter(({ autoincrement }) => autoincrement);
  const counters = new Map(counting.map((table) => [foldName(table.name), table.id]));
  return { isView: true, table: tableOf({ id: SEQUENCE_ID, name: SEQUENCE, sql: '' }, query), query, counters };
}

/** A view whose triggers do not take what a statement wants to do with it. */
export function isAView(name: QualifiedName, event: BoundTrigger['event']): HeliosError {
  const hint = `Change the tables below it, or give it an INSTEAD OF ${event} trigger.`;
  return bindError('INVALID_STATEMENT', `cannot modify "${name.name}" because it is a view`, name, hint);
}

/** The table, or the view, whose changes set a trigger off. */
export function triggerOwner(trigger: TriggerDefinition, binder: Binder): TableDefinition {
  const { catalog, at } = binder;
  const table = catalog.tables(at).find(({ id }) => id === trigger.tableId);
  if (table !== undefined) return table;
  const view = catalog.views(at).find(({ id }) => id === trigger.tableId);
  assert(view !== undefined, `trigger ${trigger.name} has no table`);
  return tableOf(view, bindView(view, { position: 0, end: 0 }, binder));
}

/** A view's rows as triggers see them: in the columns of a table that is nowhere stored. */
function tableOf(
  { id, name, sql, temporary }: Pick<ViewDefinition, 'id' | 'name' | 'sql' | 'temporary'>,
  { columns }: Query,
): TableDefinition {
  return {
    id,
    name,
    columns: columns.map((column) => ({
      name: column.name,
      type: columnType(column.type),
      notNull: false,
      defaultSql: null,
      collation: column.collation,
    })),
    rowidColumn: null,
    autoincrement: false,
    checks: [],
    sql,
    ...(temporary ? { temporary } : {}),
  };
}

/** A view takes every value, but those of the types that present themselves in their own way must stay of them. */
function columnType({ kind }: StaticType): ColumnType {
  switch (kind) {
    case 'NULL':
    case 'INTEGER':
    case 'REAL':
    case 'TEXT':
    case 'BLOB':
      return { kind: 'ANY', declared: 'ANY' };
    default:
      return { kind, declared: kind };
  }
}
