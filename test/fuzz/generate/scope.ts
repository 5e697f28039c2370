import type { ColumnInfo, Scope, TableInfo } from './maker.ts';

/** What the statements that change a table may name. */
export function tableScope({ name, columns, key, rows }: TableInfo): Scope {
  return {
    columns: columns.map((column) => ({ sql: `${name}.${column.name}`, kind: column.kind })),
    key: key.map((each) => `${name}.${each}`),
    outer: null,
    rows,
  };
}

/** What the definition of a table or an index may name: its columns, and nothing of other tables. */
export function definitionScope(columns: readonly ColumnInfo[]): Scope {
  return {
    columns: columns.map(({ name, kind }) => ({ sql: name, kind })),
    key: [],
    outer: null,
    rows: 1,
    isAlone: true,
  };
}

/** The same without subqueries. */
export function alone(scope: Scope): Scope {
  return { ...scope, isAlone: true };
}
