import { LIMITS } from '../../base/limits.ts';
import type { CreateIndexStatement } from '../ast/ddl.ts';
import { indexColumn } from './bind-create-table.ts';
import { tableNamed } from './bind-from.ts';
import { type Binder, bindError, notSupported } from './binder.ts';
import type { BoundCreateIndex, BoundNothing } from './bound-statement.ts';

export function bindCreateIndex(node: CreateIndexStatement, binder: Binder): BoundCreateIndex | BoundNothing {
  const { name } = node.index;
  if (node.method !== null && node.method !== 'btree') throw notSupported(`index method ${node.method}`, node);
  if (node.where !== null) throw notSupported('a partial index', node.where);
  if (node.options.length > 0) throw notSupported('CREATE INDEX … WITH', node.options[0]);
  const table = tableNamed(binder, node.table);
  if (binder.catalog.index(binder.at, name) !== null) {
    if (node.ifNotExists) return { kind: 'nothing' };
    throw bindError('TABLE_EXISTS', `index "${name}" exists already`, node.index);
  }
  if (binder.catalog.table(binder.at, name) !== null) {
    throw bindError('TABLE_EXISTS', `a table named "${name}" exists already`, node.index);
  }
  if (node.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `an index has at most ${LIMITS.columns} columns`, node);
  }
  return {
    kind: 'create-index',
    definition: {
      name,
      tableId: table.id,
      columns: node.columns.map((term) => indexColumn(term, table.columns)),
      unique: node.unique,
      origin: 'index',
      sql: binder.sql.slice(node.position, node.end),
    },
  };
}
