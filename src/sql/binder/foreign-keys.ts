import type { ForeignKeyDefinition, IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import { columnAffinity } from './column-affinity.ts';
import { columnNamed, sameName } from './names.ts';
import { remembered } from './remembered.ts';

/** A foreign key with both of its tables looked up. */
export interface BoundForeignKey {
  readonly definition: ForeignKeyDefinition;
  readonly child: TableDefinition;
  /** Null: there is no such table, or nothing unique in it that the key could name. */
  readonly parent: ParentKey | null;
  /** An index of the child that begins with the key's columns; null: children are found by looking at all of them. */
  readonly childIndex: ChildIndex | null;
}

/** What a foreign key names: the parent's rowid, or the key of one of its unique indexes. */
export interface ParentKey {
  readonly table: TableDefinition;
  /** Null: the rowid. */
  readonly index: IndexDefinition | null;
  /** In the order of the index. */
  readonly parts: readonly KeyPart[];
}

export interface KeyPart {
  readonly childColumn: number;
  /** Number in the parent, or ROWID_COLUMN. */
  readonly parentColumn: number;
  /** What makes a child's value comparable with the parent's; null: it is already. */
  readonly affinity: Affinity | null;
}

export interface ChildIndex {
  readonly index: IndexDefinition;
  /** Per column of the index, the number of the key's part. */
  readonly parts: readonly number[];
}

/** The foreign keys in which a table takes part. */
export interface ForeignKeySides {
  readonly asChild: readonly BoundForeignKey[];
  readonly asParent: readonly BoundForeignKey[];
}

export const bindForeignKeySides = remembered((binder, table): ForeignKeySides => {
  const { catalog, at } = binder;
  // Temporary tables and those of the file do not refer to each other, as in SQLite.
  const schema = table.temporary === true ? 'temp' : 'main';
  const resolve = (child: TableDefinition, definition: ForeignKeyDefinition): BoundForeignKey => {
    const parent = catalog.table(at, definition.parent, schema);
    const key = parent === null ? null : parentKey(child, definition, parent, catalog.indexesOf(at, parent.id));
    const childIndex = key === null ? null : childIndexOf(key, catalog.indexesOf(at, child.id));
    return { definition, child, parent: key, childIndex };
  };
  return {
    asChild: (table.foreignKeys ?? []).map((definition) => resolve(table, definition)),
    asParent: catalog
      .referringTables(at, schema)
      .flatMap((child) =>
        (child.foreignKeys ?? [])
          .filter(({ parent }) => sameName(parent, table.name))
          .map((definition) => resolve(child, definition)),
      ),
  };
});

/** The rowid if that is what is named, else the unique index over exactly the named columns, in any order. */
function parentKey(
  child: TableDefinition,
  { columns, parentColumns }: ForeignKeyDefinition,
  parent: TableDefinition,
  indexes: readonly IndexDefinition[],
): ParentKey | null {
  const part = (childColumn: number, parentColumn: number): KeyPart => {
    const from = child.columns[childColumn].type;
    const to = parent.columns[parentColumn].type;
    const isAlike = from.kind === to.kind && columnAffinity(from) === columnAffinity(to);
    const stored = parentColumn === parent.rowidColumn ? ROWID_COLUMN : parentColumn;
    return { childColumn, parentColumn: stored, affinity: isAlike ? null : columnAffinity(to) };
  };
  const named = parentColumns.map((name) => columnNamed(parent.columns, name));
  if (columns.length === 1 && parent.rowidColumn !== null && (named[0] ?? parent.rowidColumn) === parent.rowidColumn) {
    return { table: parent, index: null, parts: [part(columns[0], parent.rowidColumn)] };
  }
  for (const index of indexes) {
    if (!index.unique || index.columns.length !== columns.length) continue;
    if (named.length === 0) {
      if (index.origin !== 'primary-key') continue;
      return { table: parent, index, parts: index.columns.map(({ column }, i) => part(columns[i], column)) };
    }
    const places = index.columns.map(({ column, collation }) =>
      collation === parent.columns[column].collation ? named.indexOf(column) : -1,
    );
    if (places.includes(-1)) continue;
    return { table: parent, index, parts: index.columns.map(({ column }, i) => part(columns[places[i]], column)) };
  }
  return null;
}

/** An index of the child whose first columns are the key's, and which compares them as the parent does. */
function childIndexOf(key: ParentKey, indexes: readonly IndexDefinition[]): ChildIndex | null {
  const { parts, table } = key;
  if (parts.some(({ affinity }) => affinity !== null)) return null;
  for (const index of indexes) {
    const places = index.columns
      .slice(0, parts.length)
      .map(({ column, collation }) =>
        parts.findIndex(
          ({ childColumn, parentColumn }) =>
            childColumn === column &&
            collation === (parentColumn === ROWID_COLUMN ? collation : table.columns[parentColumn].collation),
        ),
      );
    if (places.length === parts.length && new Set(places).size === parts.length && !places.includes(-1)) {
      return { index, parts: places };
    }
  }
  return null;
}
