import { LIMITS } from '../../base/limits.ts';
import type {
  CheckDefinition,
  ColumnDefinition,
  ConflictPolicy,
  IndexColumn,
  IndexDefinition,
  TableDefinition,
} from '../../engine/catalog/definitions.ts';
import type { ColumnType, ValueType } from '../../engine/column/types.ts';
import type * as Ddl from '../ast/ddl.ts';
import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { OrderingTerm } from '../ast/select.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { needsItsType, typeName } from '../expressions/static-type.ts';
import { bindExpression } from './bind-expression.ts';
import { withoutCollate } from './bind-order.ts';
import { bindQuery } from './bind-select.ts';
import { conflictPolicy, rowScope } from './bind-target.ts';
import { bindColumnType, collationNamed } from './bind-type.ts';
import { at, type Binder, bindError, notSupported } from './binder.ts';
import type { BoundCreateTable, BoundGenerated, BoundNothing } from './bound-statement.ts';
import { plainContext } from './expression-context.ts';
import { CHANGE_BINDING, TIME_TRAVEL } from './late-parts.ts';
import type { PlanColumn, Query } from './logical-plan.ts';
import { columnNamed, foldName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import {
  definitionText,
  distinctNames,
  nameTaken,
  ownerOfName,
  quotedName,
  refuseReservedName,
  schemaToCreateIn,
} from './schema-names.ts';
import { Scope } from './scope.ts';
import type { TableOptions } from './table-options.ts';

export type TableHead = Pick<TableDefinition, 'name' | 'sql' | 'temporary'>;
type ConstraintIndex = Omit<IndexDefinition, 'id' | 'tableId'>;

/** The uniqueness that constraints ask for, before it is known which one is the rowid. */
interface Key {
  readonly columns: readonly IndexColumn[];
  readonly primary: boolean;
  readonly autoincrement: boolean;
  /** `INTEGER PRIMARY KEY DESC` on a column is not the rowid, as in SQLite. */
  readonly columnDescending: boolean;
  readonly policy: ConflictPolicy | null;
  readonly node: SourceRange & { readonly name: string | null };
}

export function bindCreateTable(node: Ddl.CreateTableStatement, binder: Binder): BoundCreateTable | BoundNothing {
  refuseReservedName(node.table);
  const schema = schemaToCreateIn(binder, node.table, node.temporary);
  const owner = ownerOfName(binder, node.table.name, schema);
  if (owner !== null) {
    if (node.ifNotExists && owner !== 'index') return { kind: 'nothing' };
    throw nameTaken(owner, node.table);
  }
  const head: TableHead = {
    name: node.table.name,
    sql: definitionText(binder, 'TABLE', node.table, node),
    ...(schema === 'temp' ? { temporary: true } : {}),
  };
  if (node.asSelect !== null) {
    const rows = bindQuery(node.asSelect, binder, null, null);
    return bindCreateTableAs(node, { ...head, ...optionsOf(node, head) }, rows, optionsText(node, binder));
  }
  return bindDefinition(node, head, binder, []);
}

function optionsOf({ options }: Ddl.CreateTableStatement, { temporary }: TableHead): TableOptions {
  return options.length === 0 ? {} : TIME_TRAVEL.get().bindTableOptions(options, temporary === true);
}

function optionsText({ options }: Ddl.CreateTableStatement, { sql }: Binder): string {
  if (options.length === 0) return '';
  return ` WITH (${options.map(({ position, end }) => sql.slice(position, end)).join(', ')})`;
}

function bindCreateTableAs(
  node: Ddl.CreateTableStatement,
  head: TableHead & TableOptions,
  rows: Query,
  options: string,
): BoundCreateTable {
  const names = namesOfResult(node, rows);
  const columns = rows.columns.map((column, i): ColumnDefinition => {
    return { name: names[i], type: definedType(column), notNull: false, defaultSql: null, collation: 'BINARY' };
  });
  const written = columns.map(({ name, type }) => `${quotedName(name)} ${type.declared}`.trimEnd());
  const sql = `CREATE TABLE ${quotedName(head.name)}(${written.join(',')})${options}`;
  const definition = { ...head, columns, rowidColumn: null, autoincrement: false, checks: [], sql };
  return { kind: 'create-table', definition, indexes: [], rows };
}

/** Those that are given, and for the columns behind them the result's own. */
function namesOfResult(node: Ddl.CreateTableStatement, { columns }: Query): readonly string[] {
  const { columns: given, constraints, table } = node;
  const more = constraints[0] ?? given.find(({ type, constraints: own }) => type !== null || own.length > 0);
  if (more !== undefined) throw notSupported('more than the names of columns in CREATE TABLE … AS', more);
  if (given.length > columns.length) {
    const message = `${given.length} columns are named for table "${table.name}", and the query yields ${columns.length}`;
    throw bindError('INVALID_STATEMENT', message, given[columns.length]);
  }
  refuseRepeatedNames(given);
  return distinctNames(columns.map(({ name }, i) => given[i]?.name ?? name));
}

/** A computed column is ANY, as in SQLite, unless its values need their type to be understood. */
function definedType({ type, affinity }: PlanColumn): ColumnType {
  const isAny = type.kind === 'NULL' || type.kind === 'ANY' || (affinity === 'NONE' && !needsItsType(type));
  if (isAny) return { kind: 'ANY', declared: '' };
  return { ...(type as ValueType), declared: type.kind === 'INTEGER' ? 'INT' : typeName(type) };
}

/** Names of types that hold any class; others say nothing. */
const OPEN_TYPES = /^(any|numeric|decimal|dec|number)$/i;

function requireTypes(nodes: readonly Ddl.ColumnSpecification[], columns: readonly ColumnDefinition[]): void {
  const untyped = nodes.find(({ type }) => type === null);
  if (untyped !== undefined) {
    const message = `missing type for "${untyped.name}": a STRICT table has one for each column`;
    throw bindError('INVALID_DEFINITION', message, untyped);
  }
  const vague = columns.find(({ type: { kind, declared } }) => kind === 'ANY' && !OPEN_TYPES.test(declared));
  if (vague === undefined) return;
  const node = nodes.find(({ name }) => name === vague.name) as Ddl.ColumnSpecification;
  const hint = 'Use INTEGER, REAL, DECIMAL(p,s), TEXT, BLOB, BOOLEAN, TIMESTAMP, DATE, JSON, UUID or ANY.';
  throw bindError('INVALID_DEFINITION', `unknown type ${vague.type.declared} in a STRICT table`, node, hint);
}

/**
 * A table by its columns and constraints. `places` has the columns that were there before ALTER TABLE: those that are
 * not dropped are, in this order, the statement's first ones, and all of them keep their numbers.
 */
export function bindDefinition(
  node: Ddl.CreateTableStatement,
  head: TableHead,
  binder: Binder,
  places: readonly ColumnDefinition[],
): BoundCreateTable {
  if (node.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `a table has at most ${LIMITS.columns} columns`, node.table);
  }
  const checks: Ddl.CheckConstraint[] = [];
  const keys: Key[] = [];
  refuseRepeatedNames(node.columns);
  const numbers = columnNumbers(node.columns.length, places);
  const columns = [...places];
  node.columns.forEach((column, i) => {
    const number = numbers[i];
    const { missing } = places[number] ?? {};
    columns[number] = {
      ...bindColumn(column, number, binder, checks, keys),
      ...(missing === undefined ? {} : { missing }),
    };
  });
  for (const constraint of node.constraints) bindTableConstraint(constraint, columns, checks, keys);
  const primary = keys.filter((key) => key.primary);
  if (primary.length > 1) {
    throw bindError('INVALID_DEFINITION', `table "${node.table.name}" has more than one primary key`, primary[1].node);
  }
  if (node.withoutRowid && primary.length === 0) {
    throw bindError('INVALID_DEFINITION', 'WITHOUT ROWID needs a PRIMARY KEY', node.table);
  }
  if (node.strict) requireTypes(node.columns, columns);
  // An INTEGER PRIMARY KEY of a table WITHOUT ROWID is a key like any other: nobody fills it in.
  const rowidColumn = primary.length === 0 || node.withoutRowid ? null : rowidAlias(primary[0], columns, node.columns);
  if (primary[0]?.autoincrement === true && rowidColumn === null) {
    throw bindError('INVALID_DEFINITION', 'AUTOINCREMENT is only for an INTEGER PRIMARY KEY', primary[0].node);
  }
  const foreignKeys = refersToOthers(node) ? CHANGE_BINDING.get().bindForeignKeys(node, numbers, columns) : [];
  const definition: Omit<TableDefinition, 'id'> = {
    ...head,
    ...optionsOf(node, head),
    columns: (node.withoutRowid || node.strict) && primary.length > 0 ? withKeyNotNull(columns, primary[0]) : columns,
    rowidColumn,
    autoincrement: primary[0]?.autoincrement ?? false,
    ...(node.withoutRowid ? { withoutRowid: true } : {}),
    ...(rowidColumn === null ? {} : onConflict(primary[0].policy)),
    ...(rowidColumn === null || primary[0].node.name === null ? {} : { rowidConstraint: primary[0].node.name }),
    checks: checks.map((check): CheckDefinition => ({ name: check.name, sql: textOf(check.expression, binder) })),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
  };
  for (const check of checks) checkCondition(check.expression, { ...definition, id: -1 }, binder);
  checkGenerated(node, { ...definition, id: -1 }, numbers, primary[0] ?? null, binder);
  const indexes = constraintIndexes(
    head,
    keys.filter((key) => !key.primary || rowidColumn === null),
  );
  return { kind: 'create-table', definition, indexes, rows: null };
}

function refuseRepeatedNames(columns: readonly Ddl.ColumnSpecification[]): void {
  const names = new Set<string>();
  for (const column of columns) {
    const name = foldName(column.name);
    if (names.has(name)) throw bindError('COLUMN_EXISTS', `column "${column.name}" is defined twice`, column);
    names.add(name);
  }
}

/** The numbers of a statement's columns. */
function columnNumbers(count: number, places: readonly ColumnDefinition[]): readonly number[] {
  const numbers = places.flatMap(({ dropped }, i) => (dropped ? [] : [i]));
  for (let next = places.length; numbers.length < count; next++) numbers.push(next);
  return numbers;
}

function textOf({ position, end }: Expression, binder: Binder): string {
  return binder.sql.slice(position, end);
}

/** Finds the errors of a CHECK while the statement can still be pointed at. It may only look at its row. */
function checkCondition(node: Expression, table: TableDefinition, binder: Binder): void {
  const { binder: own, columns } = rowScope(binder, table, table.name, binder.sql);
  const scope = new Scope(columns, null);
  const context = plainContext({ binder: own, commonTables: null }, scope, 'CHECK');
  if (hasSubquery(bindExpression(node, context))) {
    throw bindError('INVALID_DEFINITION', 'a subquery cannot stand in CHECK', node);
  }
}

function withKeyNotNull(columns: readonly ColumnDefinition[], key: Key): readonly ColumnDefinition[] {
  return columns.map((column, i) =>
    key.columns.some((part) => part.column === i) ? { ...column, notNull: true } : column,
  );
}

const ROWID_TYPES = /^(integer|(big|small)?serial[248]?)$/i;

/** The column that is the rowid: the only column of the primary key, declared INTEGER, SERIAL or AS IDENTITY. */
function rowidAlias(
  key: Key,
  columns: readonly ColumnDefinition[],
  nodes: readonly Ddl.ColumnSpecification[],
): number | null {
  if (key.columns.length !== 1 || key.columnDescending) return null;
  const { column } = key.columns[0];
  const { name, type } = columns[column];
  if (ROWID_TYPES.test(type.declared)) return column;
  const node = nodes.find((each) => each.name === name);
  return type.kind === 'INTEGER' && node?.constraints.some(isIdentity) === true ? column : null;
}

function isIdentity(constraint: Ddl.ColumnConstraint): boolean {
  return constraint.kind === 'generated' && constraint.expression === null;
}

/** Unique indexes for the constraints; of several over the same columns only the first. */
function constraintIndexes({ name, temporary }: TableHead, keys: readonly Key[]): readonly ConstraintIndex[] {
  const bySignature = new Map<string, Key>();
  for (const key of keys) {
    const signature = key.columns.map(({ column, collation }) => `${column} ${collation}`).join();
    const first = bySignature.get(signature) ?? key;
    if (first.policy !== null && key.policy !== null && first.policy !== key.policy) {
      throw bindError('INVALID_DEFINITION', 'conflicting ON CONFLICT clauses specified', key.node);
    }
    bySignature.set(signature, { ...first, primary: first.primary || key.primary, policy: first.policy ?? key.policy });
  }
  const distinct = [...bySignature.values()];
  return distinct.map((key, i) => ({
    name: `sqlite_autoindex_${name}_${i + 1}`,
    columns: key.columns,
    unique: true,
    ...onConflict(key.policy),
    ...(key.node.name === null ? {} : { constraint: key.node.name }),
    origin: key.primary ? 'primary-key' : 'unique',
    sql: null,
    ...(temporary ? { temporary } : {}),
  }));
}

function bindColumn(
  node: Ddl.ColumnSpecification,
  index: number,
  binder: Binder,
  checks: Ddl.CheckConstraint[],
  keys: Key[],
): ColumnDefinition {
  const type: ColumnType = bindColumnType(node.type);
  let column: ColumnDefinition = { name: node.name, type, notNull: false, defaultSql: null, collation: 'BINARY' };
  for (const constraint of node.constraints) {
    switch (constraint.kind) {
      case 'not-null':
        column = { ...column, notNull: true, ...onConflict(conflictPolicy(constraint.onConflict)) };
        break;
      case 'null':
        break;
      case 'default':
        column = { ...column, defaultSql: defaultText(constraint.expression, binder) };
        break;
      case 'collate-constraint':
        column = { ...column, collation: collationNamed(constraint.collation, constraint) };
        break;
      case 'check':
        checks.push(constraint);
        break;
      case 'primary-key-column':
      case 'unique-column':
        keys.push(columnKey(constraint, index));
        break;
      case 'references':
        break;
      case 'generated':
        column = { ...column, ...generatedFrom(constraint, binder) };
        break;
    }
  }
  const { collation } = column;
  for (let k = 0; k < keys.length; k++) {
    const [first] = keys[k].columns;
    if (first.column === index) keys[k] = { ...keys[k], columns: [{ ...first, collation }] };
  }
  return column;
}

function columnKey(node: Ddl.PrimaryKeyColumnConstraint | Ddl.UniqueColumnConstraint, column: number): Key {
  const primary = node.kind === 'primary-key-column';
  const descending = primary && node.descending;
  return {
    columns: [{ column, descending, collation: 'BINARY' }],
    primary,
    autoincrement: primary && node.autoincrement,
    columnDescending: descending,
    policy: conflictPolicy(node.onConflict),
    node,
  };
}

function bindTableConstraint(
  node: Ddl.TableConstraint,
  columns: readonly ColumnDefinition[],
  checks: Ddl.CheckConstraint[],
  keys: Key[],
): void {
  switch (node.kind) {
    case 'check':
      checks.push(node);
      return;
    case 'foreign-key':
      return;
    case 'unique':
    case 'primary-key': {
      const primary = node.kind === 'primary-key';
      const autoincrement = primary && node.autoincrement;
      const parts = node.columns.map((term) => indexColumn(term, columns));
      const policy = conflictPolicy(node.onConflict);
      keys.push({ columns: parts, primary, autoincrement, columnDescending: false, policy, node });
    }
  }
}

/** ABORT is what happens anyway. */
function onConflict(policy: ConflictPolicy | null): { readonly onConflict?: ConflictPolicy } {
  return policy === null || policy === 'abort' ? {} : { onConflict: policy };
}

function generatedFrom({ expression, stored }: Ddl.GeneratedConstraint, binder: Binder): Partial<ColumnDefinition> {
  // GENERATED … AS IDENTITY: see checkGenerated.
  return expression === null ? {} : { generated: { sql: textOf(expression, binder), stored } };
}

/** Finds the errors of generated columns while the statement can still be pointed at. */
function checkGenerated(
  node: Ddl.CreateTableStatement,
  table: TableDefinition,
  numbers: readonly number[],
  primary: Key | null,
  binder: Binder,
): void {
  const generated: BoundGenerated[] = [];
  node.columns.forEach(({ constraints }, i) => {
    const column = numbers[i];
    const constraint = constraints.find(({ kind }) => kind === 'generated') as Ddl.GeneratedConstraint | undefined;
    if (constraint === undefined) return;
    if (constraint.expression === null) {
      if (column !== table.rowidColumn)
        throw notSupported('AS IDENTITY where the column alone is no INTEGER PRIMARY KEY', constraint);
      return;
    }
    const refuse = (message: string) => bindError('INVALID_DEFINITION', message, constraint);
    if (table.columns[column].defaultSql !== null) throw refuse('cannot use DEFAULT on a generated column');
    if (primary?.columns.some((part) => part.column === column) === true) {
      throw refuse('generated columns cannot be part of the PRIMARY KEY');
    }
    const { bindGeneratedColumn } = CHANGE_BINDING.get();
    generated.push({ column, expression: bindGeneratedColumn(constraint.expression, binder, table, binder.sql) });
  });
  if (generated.length === 0) return;
  at(node, () => CHANGE_BINDING.get().inOrder(generated, table));
  if (generated.length < node.columns.length) return;
  throw bindError('INVALID_DEFINITION', 'a table must have at least one column that is not generated', node);
}

function refersToOthers({ columns, constraints }: Ddl.CreateTableStatement): boolean {
  const all = [...constraints, ...columns.flatMap((column) => column.constraints)];
  return all.some(({ kind }) => kind === 'references' || kind === 'foreign-key');
}

/** The text of a DEFAULT. A lone word is the text itself, as in SQLite; else it may not read columns. */
function defaultText(expression: Expression, binder: Binder): string {
  const { position, end } = expression;
  // DEFAULT word is the text 'word'.
  const isWord = expression.kind === 'literal' && typeof expression.value === 'string';
  if (isWord && binder.sql[position] !== "'") return `'${String(expression.value).replaceAll("'", "''")}'`;
  const isLoneWord = expression.kind === 'column' && expression.table === null;
  if (isLoneWord) throw bindError('INVALID_DEFINITION', 'the default value of a column is not constant', expression);
  const scope = new Scope([], null);
  const bound = bindExpression(expression, plainContext({ binder, commonTables: null }, scope, 'DEFAULT'));
  if (hasSubquery(bound)) throw bindError('INVALID_DEFINITION', 'a subquery cannot stand in DEFAULT', expression);
  return binder.sql.slice(position, end);
}

/** A text where a column's name is expected is one, as in SQLite. */
export function keyName(expression: Expression): Expression {
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') return expression;
  const { position, end, value } = expression;
  return { kind: 'column', position, end, schema: null, table: null, name: value, doubleQuoted: false };
}

/** A column of an index or key: `name [COLLATE c] [DESC]`. */
export function indexColumn(term: OrderingTerm, columns: readonly ColumnDefinition[]): IndexColumn {
  const { inner, collation } = withoutCollate(term.expression);
  const expression = keyName(inner);
  if (expression.kind !== 'column' || expression.table !== null) {
    throw bindError('INVALID_DEFINITION', 'expressions prohibited in PRIMARY KEY and UNIQUE constraints', term);
  }
  if (term.nulls !== null) throw notSupported('NULLS FIRST or LAST in an index', term);
  const { name } = expression;
  const column = columnNamed(columns, name);
  if (column < 0) {
    const near = didYouMean(
      name,
      columns.map((each) => each.name),
    );
    throw bindError('COLUMN_NOT_FOUND', `no such column "${name}"${near}`, term);
  }
  return {
    column,
    descending: term.descending,
    collation: collation ?? columns[column].collation,
  };
}
