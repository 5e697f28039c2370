import type { ConflictPolicy, TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ConflictAction } from '../ast/dml.ts';
import type { Identifier, SourceRange } from '../ast/node.ts';
import type { ResultColumn } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { asWritten } from '../expressions/build.ts';
import { parseExpression } from '../parser/parse.ts';
import { bindExpression } from './bind-expression.ts';
import { scanTable } from './bind-from.ts';
import { bindResultColumns } from './bind-result.ts';
import { Binder, bindError, type CommonTables } from './binder.ts';
import type { BoundCheck, BoundGenerated, BoundTarget, BoundTrigger } from './bound-statement.ts';
import type { ExpressionContext } from './expression-context.ts';
import { plainContext } from './expression-context.ts';
import type { ForeignKeySides } from './foreign-keys.ts';
import { CHANGE_BINDING } from './late-parts.ts';
import type { Query } from './logical-plan.ts';
import { columnNamed, isRowidName, sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import { remembered } from './remembered.ts';
import { asValue, type Boundary, Scope, withAffinity } from './scope.ts';
import { bindStored } from './stored-expression.ts';
import { columnIndexes, computedIndexes } from './table-indexes.ts';

/** A binder of its own whose first column ids are the table's column numbers, followed by the rowid. */
export function rowScope(binder: Binder, table: TableDefinition, alias: string, sql: string) {
  const own = new Binder(binder.catalog, binder.at, sql, binder.schema);
  own.insideTrigger = binder.insideTrigger;
  if (sql === binder.sql) {
    own.references = binder.references;
    own.literals = binder.literals;
    own.instants = binder.instants;
  }
  const columns = scanTable(own, { ...table, rowidColumn: null }, alias, null).columns;
  return { binder: own, columns };
}

/** `view`: the rows of the view whose triggers are to make the change. */
export function bindTarget(
  binder: Binder,
  table: TableDefinition,
  alias: string,
  returning: readonly ResultColumn[],
  commonTables: CommonTables | null,
  statement: SourceRange = { position: 0, end: 0 },
  view: Query | null = null,
): BoundTarget {
  const { binder: own, columns: stored } = rowScope(binder, table, alias, binder.sql);
  const columns = view === null ? stored : view.columns.map(({ affinity }, i) => withAffinity(stored[i], affinity));
  const context: ExpressionContext = plainContext({ binder: own, commonTables }, new Scope(columns, null), 'RETURNING');
  return {
    table,
    indexes: columnIndexes(binder, table),
    checks: bindChecks(binder, table),
    defaults: bindDefaults(binder, table),
    generated: generatedColumns(binder, table),
    foreignKeys: foreignKeySides(binder, table),
    computedIndexes: computedIndexes(binder, table),
    triggers: triggersOf(binder, table),
    isView: view !== null,
    returning: bindResultColumns(returning, statement, context).map((item) => ({
      ...own.projected(item.name, item.expression),
      name: item.name,
    })),
  };
}

function generatedColumns(binder: Binder, table: TableDefinition): readonly BoundGenerated[] {
  const isPlain = table.columns.every(({ generated }) => generated === undefined);
  return isPlain ? [] : CHANGE_BINDING.get().bindGenerated(binder, table);
}

function triggersOf(binder: Binder, table: TableDefinition): readonly BoundTrigger[] {
  const isPlain = binder.catalog.triggersOf(binder.at, table.id).length === 0;
  return isPlain ? [] : CHANGE_BINDING.get().bindTriggers(binder, table);
}

const NO_FOREIGN_KEYS: ForeignKeySides = { asChild: [], asParent: [] };

const foreignKeySides = remembered((binder, table): ForeignKeySides => {
  const isParent = binder.catalog
    .referringTables(binder.at)
    .some(({ foreignKeys = [] }) => foreignKeys.some(({ parent }) => sameName(parent, table.name)));
  if (!isParent && (table.foreignKeys ?? []).length === 0) return NO_FOREIGN_KEYS;
  return CHANGE_BINDING.get().bindForeignKeySides(binder, table);
});

/** The table's CHECK expressions over one of its rows. */
const bindChecks = remembered((binder, table): readonly BoundCheck[] =>
  table.checks.map(({ name, sql }) => {
    const { binder: own, columns } = rowScope(binder, table, table.name, sql);
    const scope = new Scope(columns, null);
    const context = plainContext({ binder: own, commonTables: null }, scope, 'CHECK');
    const bind = () => bindExpression(parseExpression(sql), context);
    return { name, sql, expression: bindStored(`CHECK (${sql}) of ${table.name}`, bind) };
  }),
);

/** The table's DEFAULT expressions, null where there is none. */
export const bindDefaults = remembered((binder, table): readonly (BoundExpression | null)[] =>
  table.columns.map(({ defaultSql, type }) => {
    if (defaultSql === null) return null;
    const own = new Binder(binder.catalog, binder.at, defaultSql);
    const scope = new Scope([], null);
    const context = plainContext({ binder: own, commonTables: null }, scope, 'DEFAULT');
    const bind = () => bindExpression(parseExpression(defaultSql), context);
    return asWritten(bindStored(`DEFAULT ${defaultSql} of ${table.name}`, bind), type);
  }),
);

/** Scope of ON CONFLICT DO UPDATE: the row that is there, then `excluded`, unless that is the name of the table itself. */
export function upsertContext(
  binder: Binder,
  table: TableDefinition,
  alias: string,
  commonTables: CommonTables | null,
  boundary: Boundary | null,
): ExpressionContext {
  const { binder: own, columns } = rowScope(binder, table, alias, binder.sql);
  // The location column took one id; the row's layout leaves it out.
  const excluded = scanTable(own, { ...table, rowidColumn: null }, 'excluded', null).columns.map((column) => ({
    ...asValue(column, 'BINARY'),
    visibility: column.visibility === 'visible' ? ('hidden' as const) : column.visibility,
  }));
  const scope = new Scope(sameName(alias, 'excluded') ? columns : [...columns, ...excluded], boundary);
  return plainContext({ binder: own, commonTables }, scope, 'ON CONFLICT');
}

/** A column by name that a statement gives a value: see {@link targetColumn}. Generated columns take none. */
export function assignedColumn(table: TableDefinition, name: Identifier, verb: 'INSERT into' | 'UPDATE'): number {
  const column = targetColumn(table, name);
  if (column < 0 || table.columns[column].generated === undefined) return column;
  throw bindError('INVALID_STATEMENT', `cannot ${verb} generated column "${name.name}"`, name);
}

/** A column of the table by name: its number, or ROWID_COLUMN for the hidden rowid. */
export function targetColumn(table: TableDefinition, name: Identifier): number {
  const index = columnNamed(table.columns, name.name);
  if (index >= 0) return index;
  if (isRowidName(name.name) && !table.withoutRowid) return table.rowidColumn ?? ROWID_COLUMN;
  const near = didYouMean(
    name.name,
    table.columns.map((column) => column.name),
  );
  throw bindError('COLUMN_NOT_FOUND', `table "${table.name}" has no column "${name.name}"${near}`, name);
}

/** What a statement says about violated constraints; null: nothing. */
export function conflictPolicy(action: ConflictAction | null): ConflictPolicy | null {
  return action === null ? null : (action.toLowerCase() as ConflictPolicy);
}
