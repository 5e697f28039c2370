import type { DropStatement } from '../ast/ddl.ts';
import { type Binder, bindError, notSupported } from './binder.ts';
import type { BoundDrop, BoundNothing } from './bound-statement.ts';
import { didYouMean } from './near-miss.ts';

export function bindDrop(node: DropStatement, binder: Binder): BoundDrop | BoundNothing {
  if (node.what !== 'TABLE' && node.what !== 'INDEX') throw notSupported(`DROP ${node.what}`, node);
  const { catalog, at } = binder;
  const tables = [];
  const indexes = [];
  for (const name of node.names) {
    if (node.what === 'TABLE') {
      const table = catalog.table(at, name.name);
      if (table !== null) tables.push(table);
      else if (!node.ifExists) {
        const near = didYouMean(
          name.name,
          catalog.tables(at).map((other) => other.name),
        );
        throw bindError('TABLE_NOT_FOUND', `no such table "${name.name}"${near}`, name);
      }
    } else {
      const index = catalog.index(at, name.name);
      if (index !== null && index.origin !== 'index') {
        const message = `index "${index.name}" belongs to a UNIQUE or PRIMARY KEY constraint and cannot be dropped`;
        throw bindError('INVALID_DEFINITION', message, name);
      }
      if (index !== null) indexes.push(index);
      else if (!node.ifExists) throw bindError('INDEX_NOT_FOUND', `no such index "${name.name}"`, name);
    }
  }
  return tables.length + indexes.length === 0 ? { kind: 'nothing' } : { kind: 'drop', tables, indexes };
}
