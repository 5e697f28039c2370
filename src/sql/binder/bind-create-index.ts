import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnType } from '../../engine/column/types.ts';
import type { CreateIndexStatement } from '../ast/ddl.ts';
import type { Expression } from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { collationOf } from '../expressions/inspect.ts';
import { indexColumn, keyName } from './bind-create-table.ts';
import { withoutCollate } from './bind-order.ts';
import { type Binder, bindError, notSupported } from './binder.ts';
import type { BoundCreateIndex, BoundNothing } from './bound-statement.ts';
import { bindIndexExpression } from './computed-indexes.ts';
import {
  definitionText,
  nameTaken,
  ownerOfName,
  quotedName,
  refuseReservedName,
  relationNamed,
  schemaHolding,
} from './schema-names.ts';

export function bindCreateIndex(node: CreateIndexStatement, binder: Binder): BoundCreateIndex | BoundNothing {
  const table = indexedTable(node, binder);
  const schema = schemaHolding(table);
  if (node.index === null) return { kind: 'create-index', ...indexDefinition(node, table, binder) };
  const { name } = node.index;
  refuseReservedName(node.index);
  const owner = ownerOfName(binder, name, schema);
  if (owner !== null) {
    if (node.ifNotExists && owner === 'index') return { kind: 'nothing' };
    throw nameTaken(owner, node.index);
  }
  return { kind: 'create-index', ...indexDefinition(node, table, binder) };
}

/** The index that a statement describes, whatever else has its name. */
export function indexDefinition(
  node: CreateIndexStatement,
  table: TableDefinition,
  binder: Binder,
): Pick<BoundCreateIndex, 'definition' | 'keyTable'> {
  if (node.method !== null && node.method !== 'btree') throw notSupported(`index method ${node.method}`, node);
  if (node.options.length > 0) throw notSupported('CREATE INDEX … WITH', node.options[0]);
  if (node.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `an index has at most ${LIMITS.columns} columns`, node);
  }
  const temporary = table.temporary ? { temporary: true as const } : {};
  const computed = computedKeys(node, table, binder);
  const name = node.index?.name ?? freeName(node, table, binder);
  const definition: Omit<IndexDefinition, 'id'> = {
    name,
    tableId: table.id,
    columns: computed?.columns ?? node.columns.map((term) => indexColumn(term, table.columns)),
    unique: node.unique,
    origin: 'index',
    sql: textOfIndex(node, name, binder),
    ...temporary,
  };
  const keysName = `sqlite_keys_${name}`;
  return { definition, keyTable: computed === null ? null : { ...computed.keyTable, name: keysName, ...temporary } };
}

function textOfIndex({ index, table, unique, ...place }: CreateIndexStatement, name: string, binder: Binder): string {
  const what = unique ? 'UNIQUE INDEX' : 'INDEX';
  if (index !== null) return definitionText(binder, what, index, place);
  return `CREATE ${what} ${quotedName(name)} ON ${binder.sql.slice(table.position, place.end)}`;
}

/** As PostgreSQL: the table, the columns and `idx`, and a number where something has that name. */
function freeName({ columns }: CreateIndexStatement, table: TableDefinition, binder: Binder): string {
  const parts = columns.map(({ expression }) => {
    const inner = keyName(withoutCollate(expression).inner);
    return inner.kind === 'column' ? inner.name : 'expr';
  });
  const base = [table.name, ...parts, 'idx'].join('_');
  for (let n = 0; ; n++) {
    const name = n === 0 ? base : `${base}${n}`;
    if (ownerOfName(binder, name, schemaHolding(table)) === null) return name;
  }
}

/** What an index over expressions, or over some rows only, needs of its own; null: it is an ordinary one. */
function computedKeys(node: CreateIndexStatement, table: TableDefinition, binder: Binder) {
  const isOrdinary = ({ expression }: OrderingTerm): boolean => isColumnName(keyName(withoutCollate(expression).inner));
  if (node.where === null && node.columns.every(isOrdinary)) return null;
  const bind = (expression: Expression): BoundExpression => bindIndexExpression(expression, binder, table, binder.sql);
  const textOf = ({ position, end }: Expression): string => binder.sql.slice(position, end);
  const terms = node.columns.map((term) => {
    if (term.nulls !== null) throw bindError('NOT_SUPPORTED', `unsupported use of NULLS ${term.nulls}`, term);
    const { inner: written, collation } = withoutCollate(term.expression);
    const inner = keyName(written);
    const bound = bind(inner);
    return { term, inner, bound, collation: collation ?? collationOf(bound)?.collation ?? 'BINARY' };
  });
  if (node.where !== null) {
    bindIndexExpression(node.where, binder, table, binder.sql, 'partial index WHERE clauses');
  }
  const keyTable: Omit<TableDefinition, 'id' | 'name'> = {
    columns: terms.map(({ bound, collation }, i) => ({
      name: `k${i}`,
      type: keyType(bound, table),
      notNull: false,
      defaultSql: null,
      collation,
    })),
    rowidColumn: null,
    autoincrement: false,
    checks: [],
    keysOf: {
      tableId: table.id,
      keys: terms.map(({ inner }) => keyText(inner, textOf)),
      where: node.where === null ? null : textOf(node.where),
    },
    sql: '',
  };
  return {
    keyTable,
    columns: terms.map(({ term, collation }, column) => ({ column, descending: term.descending, collation })),
  };
}

function keyText(key: Expression, textOf: (expression: Expression) => string): string {
  return isColumnName(key) && key.kind === 'column' ? `"${key.name.replaceAll('"', '""')}"` : textOf(key);
}

function isColumnName(expression: Expression): boolean {
  return expression.kind === 'column' && expression.table === null;
}

/** A column's own type; what an expression is known to yield otherwise. */
function keyType(bound: BoundExpression, table: TableDefinition): ColumnType {
  if (bound.kind === 'column' && bound.index < table.columns.length) return table.columns[bound.index].type;
  const kind = bound.type.kind === 'NULL' ? 'ANY' : bound.type.kind;
  return { kind, declared: kind };
}

/** An index lives where its table does. */
function indexedTable(node: CreateIndexStatement, binder: Binder): TableDefinition {
  const schema = node.index?.schema ?? null;
  const name = node.table.schema === null ? { ...node.table, schema } : node.table;
  const relation = relationNamed(binder, name);
  if (relation.kind === 'table') return relation.definition;
  throw bindError('INVALID_DEFINITION', `"${name.name}" is a view: views have no indexes`, node.table);
}
