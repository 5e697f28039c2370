import type { IndexDefinition, TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { CreateIndexStatement, CreateTableStatement, CreateTriggerStatement } from '../../ast/ddl.ts';
import type { Identifier, SourceRange } from '../../ast/node.ts';
import { walk } from '../../ast/walk.ts';
import { foldName, sameName } from '../names.ts';
import { positionOfName } from '../schema-names.ts';
import type { Dependent } from './dependents.ts';
import { nameParts } from './edits.ts';

// Where a table's or a column's name stands in the texts of the catalogue. Inside of a table's or an index's own text
// every column name means the table; what names in views and triggers mean, their binding has found out.

/** The table's name in its own text, in foreign keys, of its own or of another table, and in an index or trigger of it. */
export function tableNamesIn(
  sql: string,
  statement: CreateTableStatement | CreateIndexStatement | CreateTriggerStatement,
  name: string,
): readonly SourceRange[] {
  const places: SourceRange[] = [];
  walk(statement, (node) => {
    if (node.kind === 'qualified-name' && sameName(node.name, name) && node !== ownName(statement)) {
      places.push({ position: positionOfName(sql, node), end: node.end });
    }
    if (node.kind === 'column' && node.table !== null && sameName(node.table, name)) {
      places.push(nameParts(sql, node).at(-2) as SourceRange);
    }
    return undefined;
  });
  return places;
}

/** A name that is none of a table. */
function ownName(statement: CreateTableStatement | CreateIndexStatement | CreateTriggerStatement) {
  if (statement.kind === 'create-table') return null;
  return statement.kind === 'create-index' ? statement.index : statement.trigger;
}

/** A column's name in the text of its own table or of an index on it. */
export function columnNamesIn(
  sql: string,
  statement: CreateTableStatement | CreateIndexStatement,
  table: string,
  column: string,
): readonly SourceRange[] {
  const places: SourceRange[] = [];
  const addNamed = (names: readonly Identifier[]): void => {
    places.push(...names.filter((identifier) => sameName(identifier.name, column)));
  };
  if (statement.kind === 'create-table') {
    for (const node of statement.columns) {
      if (sameName(node.name, column)) places.push(nameParts(sql, node)[0]);
    }
  }
  walk(statement, (node) => {
    if (node.kind === 'default') return false;
    if (node.kind === 'column' && sameName(node.name, column)) places.push(nameParts(sql, node).at(-1) as SourceRange);
    if (node.kind === 'foreign-key') addNamed(node.columns);
    if (node.kind === 'foreign-key-reference') {
      if (sameName(node.table.name, table)) addNamed(node.columns);
      return false;
    }
    return undefined;
  });
  return places;
}

/** A parent's column in the foreign keys of another table. */
export function parentColumnsIn(
  statement: CreateTableStatement,
  table: string,
  column: string,
): readonly SourceRange[] {
  const places: SourceRange[] = [];
  walk(statement, (node) => {
    if (node.kind !== 'foreign-key-reference' || !sameName(node.table.name, table)) return undefined;
    places.push(...node.columns.filter((identifier) => sameName(identifier.name, column)));
    return false;
  });
  return places;
}

/** The table's name in a view or a trigger. */
export function tableNamesInDependent({ definition, references }: Dependent, id: number): readonly SourceRange[] {
  const { sql } = definition;
  const places: SourceRange[] = [];
  for (const [node, relation] of references.relations) {
    if (relation === id) places.push({ position: positionOfName(sql, node), end: node.end });
  }
  for (const { node, origin } of references.columns) {
    if (origin.tableId === id && node.table !== null && !origin.isAliased) {
      places.push(nameParts(sql, node).at(-2) as SourceRange);
    }
  }
  return places;
}

/** The column's name in a view or a trigger. */
export function columnNamesInDependent(
  { definition, statement, references }: Dependent,
  table: TableDefinition,
  column: number,
): readonly SourceRange[] {
  const { sql } = definition;
  const { name } = table.columns[column];
  const places: SourceRange[] = [];
  for (const { node, origin } of references.columns) {
    if (node.kind === 'column' && origin.tableId === table.id && origin.column === column) {
      places.push(nameParts(sql, node).at(-1) as SourceRange);
    }
  }
  const addNamed = (names: readonly Identifier[]): void => {
    places.push(...names.filter((identifier) => sameName(identifier.name, name)));
  };
  walk(statement, (node) => {
    if (node.kind === 'insert' && references.relations.get(node.table) === table.id) {
      addNamed(node.columns);
      for (const { target } of node.upserts) {
        for (const { expression } of target) {
          if (expression.kind === 'column' && sameName(expression.name, name)) places.push(expression);
        }
      }
      for (const { update } of node.upserts) for (const { columns } of update?.assignments ?? []) addNamed(columns);
    }
    if (node.kind === 'update' && references.relations.get(node.table.table) === table.id) {
      for (const { columns } of node.assignments) addNamed(columns);
    }
    if (node.kind === 'create-trigger' && references.relations.get(node.table) === table.id) addNamed(node.columns);
    return undefined;
  });
  return places;
}

/** The name that the index of a constraint has under a table's new name. */
export function constraintIndexName(index: IndexDefinition, table: string): string {
  return `sqlite_autoindex_${table}_${index.name.slice(index.name.lastIndexOf('_') + 1)}`;
}

/** True when the text of another table has a foreign key to this one. */
export function refersTo(statement: CreateTableStatement, table: string): boolean {
  let found = false;
  walk(statement, (node) => {
    if (node.kind === 'foreign-key-reference') found ||= foldName(node.table.name) === foldName(table);
    return !found;
  });
  return found;
}
