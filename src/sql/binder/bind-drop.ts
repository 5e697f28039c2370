import type { DropStatement } from '../ast/ddl.ts';
import type { QualifiedName } from '../ast/node.ts';
import { type Binder, bindError, notSupported } from './binder.ts';
import type { BoundDrop, BoundNothing } from './bound-statement.ts';
import { didYouMean } from './near-miss.ts';
import { schemaOf } from './schema-names.ts';

interface Named {
  readonly id: number;
  readonly name: string;
}

export function bindDrop(node: DropStatement, binder: Binder): BoundDrop | BoundNothing {
  const ids = new Set<number>();
  for (const name of node.names) {
    const found = find(node, name, binder);
    if (found !== null) ids.add(found.id);
    else if (!node.ifExists) throw notFound(node.what, name, binder);
  }
  return ids.size === 0 ? { kind: 'nothing' } : { kind: 'drop', ids: [...ids] };
}

function find(node: DropStatement, name: QualifiedName, binder: Binder): Named | null {
  const { catalog, at } = binder;
  const schema = schemaOf(binder, name);
  switch (node.what) {
    case 'TABLE':
    case 'VIEW': {
      const relation = catalog.relation(at, name.name, schema);
      if (relation?.kind === 'table' && relation.definition.ledger) throw refuseLedger(name);
      if (relation === null || relation.kind.toUpperCase() === node.what) return relation?.definition ?? null;
      const message = `"${name.name}" is a ${relation.kind}: use DROP ${relation.kind.toUpperCase()}`;
      throw bindError('INVALID_STATEMENT', message, name);
    }
    case 'TRIGGER':
      return catalog.trigger(at, name.name, schema);
    case 'INDEX': {
      const index = catalog.index(at, name.name, schema);
      if (index === null || index.origin === 'index') return index;
      const message = `index "${index.name}" belongs to a UNIQUE or PRIMARY KEY constraint and cannot be dropped`;
      throw bindError('INVALID_DEFINITION', message, name);
    }
    case 'MATERIALIZED VIEW':
      throw notSupported('DROP MATERIALIZED VIEW', node);
  }
}

const NOT_FOUND = { INDEX: 'INDEX_NOT_FOUND', TRIGGER: 'TRIGGER_NOT_FOUND' } as const;

function notFound(what: DropStatement['what'], name: QualifiedName, binder: Binder) {
  const code = what === 'INDEX' || what === 'TRIGGER' ? NOT_FOUND[what] : 'TABLE_NOT_FOUND';
  const near = didYouMean(
    name.name,
    others(what, binder).map((other) => other.name),
  );
  return bindError(code, `no such ${what.toLowerCase()} "${name.name}"${near}`, name);
}

/** What there is of the kind. */
function others(what: DropStatement['what'], { catalog, at }: Binder): readonly Named[] {
  const tables = catalog.tables(at);
  switch (what) {
    case 'INDEX':
      return tables.flatMap(({ id }) => [
        ...catalog.indexesOf(at, id),
        ...catalog.computedIndexesOf(at, id).map(({ index }) => index),
      ]);
    case 'TRIGGER':
      return [...tables, ...catalog.views(at)].flatMap(({ id }) => catalog.triggersOf(at, id));
    default:
      return what === 'TABLE' ? tables : catalog.views(at);
  }
}

function refuseLedger(name: QualifiedName): Error {
  const hint = `ALTER TABLE "${name.name}" SET (ledger = false) ends the chain, which helios.ledger keeps.`;
  return bindError('INVALID_STATEMENT', `"${name.name}" is a ledger table: it cannot be dropped`, name, hint);
}
