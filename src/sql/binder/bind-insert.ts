import { LIMITS } from '../../base/limits.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Assignment, InsertStatement, UpsertClause } from '../ast/dml.ts';
import type { Expression } from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { asWritten, literal } from '../expressions/build.ts';
import { isDecimal } from '../expressions/static-type.ts';
import { bindExpression } from './bind-expression.ts';
import { bindQuery, withTables } from './bind-select.ts';
import { assignedColumn, bindDefaults, bindTarget, conflictPolicy, upsertContext } from './bind-target.ts';
import { type Binder, bindError, type CommonTables } from './binder.ts';
import type { BoundAssignment, BoundInsert, BoundTarget, BoundUpsert, InsertSource } from './bound-statement.ts';
import type { ChangedRelation } from './changed-relation.ts';
import type { ExpressionContext } from './expression-context.ts';
import { plainContext } from './expression-context.ts';
import { CHANGE_BINDING, RELATIONAL_BINDING } from './late-parts.ts';
import { checkRowWidths } from './row-widths.ts';
import { isSequence, relationNamed } from './schema-names.ts';
import { type Boundary, Scope } from './scope.ts';

/** `boundary`: the row of the trigger in whose body the statement stands. */
export function bindInsert(node: InsertStatement, binder: Binder, boundary: Boundary | null = null): BoundInsert {
  const relation = isSequence(node.table) ? null : relationNamed(binder, node.table);
  const changed: ChangedRelation =
    relation?.kind === 'table'
      ? { isView: false, table: relation.definition, query: null }
      : CHANGE_BINDING.get().changedRelation(binder, node.table, 'INSERT');
  const { table, isView } = changed;
  const commonTables = withTables(node.with, null);
  const columns =
    node.columns.length === 0
      ? table.columns.flatMap(({ generated, dropped }, i) => (generated === undefined && !dropped ? [i] : []))
      : node.columns.map((name) => assignedColumn(table, name, 'INSERT into'));
  const repeated = node.columns.find((_, i) => columns.indexOf(columns[i]) !== i);
  if (repeated !== undefined) throw bindError('COLUMN_EXISTS', `column "${repeated.name}" is named twice`, repeated);
  const alias = node.alias ?? table.name;
  const target = bindTarget(binder, table, alias, node.returning, commonTables, node, changed.query);
  if (isView && node.upserts.length > 0) throw bindError('INVALID_STATEMENT', 'cannot UPSERT a view', node.upserts[0]);
  return {
    kind: 'insert',
    target: withCounters(target, changed),
    columns: node.source.kind === 'insert-defaults' ? [] : columns,
    source: bindSource(node, table, columns, binder, commonTables, boundary),
    policy: conflictPolicy(node.conflictAction),
    upserts: node.upserts.map((upsert) => bindUpsert(upsert, table, alias, binder, commonTables, boundary)),
  };
}

/** The target with what only `sqlite_sequence` has. */
export function withCounters(
  target: BoundTarget,
  { counters }: { readonly counters?: BoundTarget['counters'] },
): BoundTarget {
  return counters === undefined ? target : { ...target, counters };
}

function bindSource(
  node: InsertStatement,
  table: TableDefinition,
  columns: readonly number[],
  binder: Binder,
  commonTables: CommonTables | null,
  boundary: Boundary | null,
): InsertSource {
  const { source } = node;
  if (source.kind === 'insert-defaults') return { kind: 'rows', rows: [[]] };
  const checkCount = (count: number) => {
    if (count === columns.length) return;
    const message = `table "${table.name}" is given ${count} ${count === 1 ? 'value' : 'values'} for ${columns.length} columns`;
    throw bindError('INVALID_STATEMENT', message, source);
  };
  if (source.kind === 'select') {
    const query = bindQuery(source, binder, boundary, commonTables);
    checkCount(query.columns.length);
    return { kind: 'query', query };
  }
  if (source.rows.length > LIMITS.valuesRows) {
    throw bindError('LIMIT_EXCEEDED', `VALUES has at most ${LIMITS.valuesRows} rows`, source);
  }
  checkRowWidths(source.rows);
  checkCount(source.rows[0].length);
  const scope = new Scope([], boundary);
  const context = plainContext({ binder, commonTables }, scope, 'VALUES');
  const rows = source.rows.map((row) =>
    row.map((value, i) => {
      if (value.kind === 'default-value') return null;
      const bound = storedLiteral(value, bindExpression(value, context), table, columns[i], binder);
      return columns[i] < 0 ? bound : asWritten(bound, table.columns[columns[i]].type);
    }),
  );
  return { kind: 'rows', rows };
}

/**
 * The parameter in place of a literal that is stored in a column, where one stands for it. Rowids are checked as they are
 * planned, and of a REAL a DECIMAL takes the digits.
 */
function storedLiteral(
  node: Expression,
  bound: BoundExpression,
  table: TableDefinition,
  column: number,
  binder: Binder,
): BoundExpression {
  const { literals } = binder;
  if (literals === null) return bound;
  const { kind } = bound.type;
  const isRowid = column < 0 || column === table.rowidColumn;
  const isPlain = isRowid ? kind === 'INTEGER' : kind !== 'REAL' || !isDecimal(table.columns[column].type);
  return isPlain ? literals.inPlaceOf(node, bound) : bound;
}

function bindUpsert(
  node: UpsertClause,
  table: TableDefinition,
  alias: string,
  binder: Binder,
  commonTables: CommonTables | null,
  boundary: Boundary | null,
): BoundUpsert {
  const constraint = CHANGE_BINDING.get().conflictTarget(node, table, binder);
  if (node.update === null) return { constraint, update: null };
  const context = upsertContext(binder, table, alias, commonTables, boundary);
  const { where } = node.update;
  return {
    constraint,
    update: {
      assignments: node.update.assignments.flatMap((assignment) => bindAssignment(assignment, table, context, binder)),
      where: where === null ? null : bindExpression(where, context),
    },
  };
}

/** `a = 1`, `(a, b) = (1, 2)`, `(a, b) = (SELECT …)`: one assignment per column. */
export function bindAssignment(
  node: Assignment,
  table: TableDefinition,
  context: ExpressionContext,
  binder: Binder,
): readonly BoundAssignment[] {
  const columns = node.columns.map((name) => assignedColumn(table, name, 'UPDATE'));
  const { value } = node;
  if (value.kind === 'default-value') {
    const defaults = bindDefaults(binder, table);
    return columns.map((column) => ({ column, expression: defaults[column] ?? literal(null) }));
  }
  const expressions = assignedRow(value, columns.length, context);
  if (expressions.length !== columns.length) {
    const message = `${columns.length} columns are assigned ${expressions.length} values`;
    throw bindError('INVALID_STATEMENT', message, node);
  }
  return columns.map((column, i) => {
    const isAlone = columns.length === 1 && context.place === 'SET';
    const expression = isAlone ? storedLiteral(value, expressions[i], table, column, context.binder) : expressions[i];
    return { column, expression: column < 0 ? expression : asWritten(expression, table.columns[column].type) };
  });
}

function assignedRow(
  value: Exclude<Assignment['value'], { kind: 'default-value' }>,
  count: number,
  context: ExpressionContext,
): readonly BoundExpression[] {
  if (count === 1) return [bindExpression(value, context)];
  if (value.kind === 'subquery') return RELATIONAL_BINDING.get().bindRowSubquery(value, context);
  if (value.kind === 'row') return value.items.map((item) => bindExpression(item, context));
  return [bindExpression(value, context)];
}
