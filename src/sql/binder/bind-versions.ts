import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { NamedTable, VersionsBetween } from '../ast/table-references.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import { columnsOfThen, instantOf } from './bind-as-of.ts';
import { type BoundFrom, type FromContext, scanTable, withColumnAliases } from './bind-from.ts';
import { bindError, readColumn } from './binder.ts';
import { LOCATION_COLUMN, type ScanColumn } from './logical-plan.ts';
import { sameName } from './names.ts';
import { mayBeCatalogueName, relationNamed, schemaHolding } from './schema-names.ts';
import type { ScopeColumn } from './scope.ts';
import {
  CREATED_AT_COLUMN,
  CREATED_TXN_COLUMN,
  ENDED_AT_COLUMN,
  ENDED_TXN_COLUMN,
  OPERATION_COLUMN,
  VERSION_ROWID_COLUMN,
} from './version-columns.ts';

const { INTEGER, TIMESTAMP, TEXT } = STATIC_TYPES;

const ADDED: readonly (readonly [column: number, name: string, type: StaticType])[] = [
  [CREATED_TXN_COLUMN, '_created_txn', INTEGER],
  [ENDED_TXN_COLUMN, '_ended_txn', INTEGER],
  [CREATED_AT_COLUMN, '_created_at', TIMESTAMP],
  [ENDED_AT_COLUMN, '_ended_at', TIMESTAMP],
  [OPERATION_COLUMN, '_operation', TEXT],
];

/**
 * A table with VERSIONS BETWEEN: a scan whose rows are versions. The table is the one that has the name at the end of the
 * span, with the columns of then; for the planner it has neither keys nor indexes.
 */
export function bindVersions(
  node: NamedTable,
  span: VersionsBetween,
  isCommonTable: boolean,
  context: FromContext,
): BoundFrom {
  const { table: name, alias } = node;
  const refused = (what: string, hint?: string) =>
    bindError('INVALID_STATEMENT', `${what} has no versions of its own`, name, hint);
  const below = 'Write VERSIONS BETWEEN behind the tables of its query.';
  if (isCommonTable) throw refused('a WITH table', below);
  if (mayBeCatalogueName(name)) throw refused('a catalogue table');
  EXTENDED_TYPES.get();
  const { binder } = context;
  const since = instantOf(span.from, name.name, binder);
  const until = instantOf(span.to, name.name, binder);
  const then = binder.asOf(until.at, until.slot);
  const isNow = span.to.unit === 'MAXVALUE';
  if (isNow) then.references = binder.references;
  const relation = relationNamed(then, name);
  if (relation.kind === 'view') throw refused(`view "${name.name}"`, below);
  const shown = alias ?? name.name;
  const schema = schemaHolding(relation.definition);
  const table = { ...relation.definition, rowidColumn: null };
  const { scan, columns: found } = scanTable(then, table, shown, node.indexedBy, alias !== null);
  const columns = isNow ? found : columnsOfThen(found);
  const own = scan.columns
    .filter(({ column }) => column !== LOCATION_COLUMN)
    .map((column) => (column.column === ROWID_COLUMN ? { ...column, column: VERSION_ROWID_COLUMN } : column));
  const added = ADDED.map(([column, addedName, type]): ScanColumn => ({ ...binder.column(addedName, type), column }));
  const names = added.map((column): ScopeColumn => {
    const isTaken = columns.some((other) => sameName(other.name, column.name));
    const visibility = isTaken ? 'unlisted' : 'visible';
    return { table: shown, schema, name: column.name, column, expression: readColumn(column), visibility };
  });
  // The rowid stays the last of the names.
  const listed = columns.filter(({ visibility }) => visibility !== 'rowid');
  const all = [...listed, ...names, ...columns.slice(listed.length)];
  const from = { slot: since.slot, table: relation.definition, indexes: scan.indexes };
  const plan = { ...scan, since: from, indexes: [], columns: [...own, ...added] };
  return withColumnAliases({ plan, columns: all, tableCount: 1 }, node);
}
