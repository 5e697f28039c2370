import { condition } from './condition.ts';
import { number, text } from './expression.ts';
import type { ColumnInfo, ColumnKind, Maker } from './maker.ts';
import { definitionScope } from './scope.ts';

/** A column that is computed of those before it: its definition, and the column. */
export function generatedColumn(
  maker: Maker,
  name: string,
  columns: readonly ColumnInfo[],
): { readonly sql: string; readonly column: ColumnInfo } {
  const scope = definitionScope(columns);
  const expression = maker.choose([
    [3, () => number(maker, scope, 2)],
    [3, () => text(maker, scope, 2)],
    [1, () => condition(maker, scope, 1)],
  ]);
  const kind: ColumnKind = maker.pick(['ANY', 'INTEGER', 'TEXT', 'REAL', 'ANY', 'TEXT']);
  // A table of STRICT types takes no other class, and what a class converts to may not be the same at once.
  const value = kind === 'ANY' ? expression : `CAST(${expression} AS ${kind})`;
  const collation = kind === 'TEXT' && maker.chance(0.2) ? ` COLLATE ${maker.pick(['NOCASE', 'RTRIM'])}` : '';
  const words = maker.pick(['AS', 'GENERATED ALWAYS AS']);
  const constraint = maker.chance(0.05) ? ' NOT NULL' : '';
  // SQLite reads a virtual REAL as an INTEGER when it comes from a sort.
  const storage = kind === 'REAL' ? ' STORED' : maker.pick(['', ' VIRTUAL', ' STORED']);
  return {
    sql: `${name} ${kind}${collation} ${words} (${value})${storage}${constraint}`,
    column: { name, kind, isGenerated: true },
  };
}
