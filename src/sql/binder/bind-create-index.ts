import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { CreateIndexStatement } from '../ast/ddl.ts';
import { indexColumn } from './bind-create-table.ts';
import { type Binder, bindError, notSupported } from './binder.ts';
import type { BoundCreateIndex, BoundNothing } from './bound-statement.ts';
import {
  definitionText,
  nameTaken,
  ownerOfName,
  refuseReservedName,
  relationNamed,
  schemaHolding,
} from './schema-names.ts';

export function bindCreateIndex(node: CreateIndexStatement, binder: Binder): BoundCreateIndex | BoundNothing {
  const table = indexedTable(node, binder);
  const { name } = node.index;
  refuseReservedName(node.index);
  const schema = schemaHolding(table);
  const owner = ownerOfName(binder, name, schema);
  if (owner !== null) {
    if (node.ifNotExists && owner === 'index') return { kind: 'nothing' };
    throw nameTaken(owner, node.index);
  }
  return { kind: 'create-index', definition: indexDefinition(node, table, binder) };
}

/** The index that a statement describes, whatever else has its name. */
export function indexDefinition(
  node: CreateIndexStatement,
  table: TableDefinition,
  binder: Binder,
): Omit<IndexDefinition, 'id'> {
  if (node.method !== null && node.method !== 'btree') throw notSupported(`index method ${node.method}`, node);
  if (node.where !== null) throw notSupported('a partial index', node.where);
  if (node.options.length > 0) throw notSupported('CREATE INDEX … WITH', node.options[0]);
  if (node.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `an index has at most ${LIMITS.columns} columns`, node);
  }
  return {
    name: node.index.name,
    tableId: table.id,
    columns: node.columns.map((term) => indexColumn(term, table.columns)),
    unique: node.unique,
    origin: 'index',
    sql: definitionText(binder, node.unique ? 'UNIQUE INDEX' : 'INDEX', node.index, node),
    ...(table.temporary ? { temporary: true } : {}),
  };
}

/** An index lives where its table does. */
function indexedTable(node: CreateIndexStatement, binder: Binder): TableDefinition {
  const { schema } = node.index;
  const name = node.table.schema === null ? { ...node.table, schema } : node.table;
  const relation = relationNamed(binder, name);
  if (relation.kind === 'table') return relation.definition;
  throw bindError('INVALID_DEFINITION', `"${name.name}" is a view: views have no indexes`, node.table);
}
