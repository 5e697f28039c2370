import type { IndexDefinition, TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction, ColumnConstraint, TableConstraint } from '../../ast/ddl.ts';
import type { SourceRange } from '../../ast/node.ts';
import { type Binder, bindError, notSupported } from '../binder.ts';
import type { BoundAlter, BoundNothing } from '../bound-statement.ts';
import { sameName } from '../names.ts';
import { didYouMean } from '../near-miss.ts';
import { parseTable, tableFromText } from './dependents.ts';
import { applyEdits, type Edit } from './edits.ts';

type DropConstraint = Extract<AlterTableAction, { readonly kind: 'drop-constraint' }>;

export function bindAddConstraint(constraint: TableConstraint, table: TableDefinition, binder: Binder): BoundAlter {
  const { columns, constraints } = parseTable(table.sql);
  const { name } = constraint;
  if (name !== null && constraints.some((other) => other.name !== null && sameName(other.name, name))) {
    throw bindError('INVALID_DEFINITION', `table "${table.name}" has a constraint "${name}" already`, constraint);
  }
  const { end } = constraints.at(-1) ?? columns[columns.length - 1];
  const text = `, ${binder.sql.slice(constraint.position, constraint.end)}`;
  return alterByText(table, [{ position: end, end, text }], constraint, binder);
}

export function bindDropConstraint(
  { constraint, ifExists }: DropConstraint,
  table: TableDefinition,
  binder: Binder,
): BoundAlter | BoundNothing {
  const { columns, constraints } = parseTable(table.sql);
  const named: readonly (TableConstraint | ColumnConstraint)[] = [
    ...constraints,
    ...columns.flatMap((column) => column.constraints),
  ];
  const found = named.find(({ name }) => name !== null && sameName(name, constraint.name));
  if (found !== undefined) return alterByText(table, [withoutConstraint(found, table.sql)], constraint, binder);
  if (ifExists) return { kind: 'nothing' };
  const near = didYouMean(
    constraint.name,
    named.flatMap(({ name }) => name ?? []),
  );
  throw bindError(
    'COLUMN_NOT_FOUND',
    `table "${table.name}" has no constraint "${constraint.name}"${near}`,
    constraint,
  );
}

/** The edit that takes a constraint away, of a table with the comma before it. */
export function withoutConstraint({ position, end }: SourceRange, sql: string): Edit {
  const before = sql.slice(0, position).trimEnd();
  return { position: before.endsWith(',') ? before.length - 1 : before.length, end, text: '' };
}

/** The table as its edited text says; keys that are new get indexes, those that are gone lose theirs. */
export function alterByText(
  table: TableDefinition,
  edits: readonly Edit[],
  node: SourceRange,
  binder: Binder,
): BoundAlter {
  const changed = tableFromText(table, applyEdits(table.sql, edits), table.columns, binder);
  const { definition } = changed;
  if (definition.rowidColumn !== table.rowidColumn || definition.autoincrement !== table.autoincrement) {
    throw notSupported('changing which column is the rowid (INTEGER PRIMARY KEY)', node);
  }
  const old = binder.catalog.indexesOf(binder.at, table.id).filter(({ origin }) => origin !== 'index');
  const added = changed.indexes.filter((index) => !old.some((other) => isSameKey(index, other)));
  const drops = old.filter((index) => !changed.indexes.some((other) => isSameKey(index, other)));
  const taken = new Set(old.map(({ name }) => name));
  return {
    kind: 'alter',
    definitions: [definition],
    indexes: added.map((index) => ({ ...index, name: freeName(table.name, taken), tableId: table.id })),
    drops: drops.map(({ id }) => id),
    added: null,
    review: table.id,
    verify: null,
  };
}

type Key = Pick<IndexDefinition, 'columns' | 'origin'>;

function isSameKey(a: Key, b: Key): boolean {
  return a.origin === b.origin && JSON.stringify(a.columns) === JSON.stringify(b.columns);
}

function freeName(table: string, taken: Set<string>): string {
  let n = 1;
  while (taken.has(`sqlite_autoindex_${table}_${n}`)) n++;
  const name = `sqlite_autoindex_${table}_${n}`;
  taken.add(name);
  return name;
}
