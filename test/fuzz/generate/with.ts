import { condition } from './condition.ts';
import { localColumn } from './expression.ts';
import { makeFrom } from './from.ts';
import type { ColumnInfo, Maker } from './maker.ts';
import { derivedTable } from './select.ts';

/** WITH tables, which the statement behind may use; each may use those before it. */
export function makeWith(maker: Maker): string {
  const definitions: string[] = [];
  let isRecursive = false;
  for (let i = maker.random.between(1, 2); i > 0; i--) {
    const name = `w${definitions.length}`;
    const recursive = maker.chance(0.35);
    isRecursive ||= recursive;
    const { sql, columns, rows } = recursive ? recursiveTable(maker, name) : derivedTable(maker, 1);
    const body = !recursive && maker.chance(0.2) ? nested(maker, name, sql) : sql;
    const hint = recursive ? '' : maker.pick(['', '', 'MATERIALIZED ', 'NOT MATERIALIZED ']);
    const names = columns.map((_, c) => `n${c}`);
    const renamed = recursive || maker.chance(0.3);
    const list = renamed ? `(${names.join(', ')})` : '';
    definitions.push(`${name}${list} AS ${hint}(${body})`);
    const known = renamed ? columns.map(({ kind }, c): ColumnInfo => ({ name: names[c], kind })) : columns;
    maker.commonTables.push({ name, columns: known, key: [], isView: false, uniques: [], rows });
  }
  return `WITH ${isRecursive ? 'RECURSIVE ' : ''}${definitions.join(', ')} `;
}

/** The same rows through a WITH table within, whose name another one may have around it. */
function nested(maker: Maker, name: string, sql: string): string {
  const inner = maker.pick([name, 'w0', 'inner0']);
  return `WITH ${inner} AS (${sql}) SELECT * FROM ${inner}`;
}

/** Tables that come to an end: counters, and walks along a table's rows that may not come back. */
function recursiveTable(maker: Maker, name: string): ReturnType<typeof derivedTable> {
  const integer = (column: string): ColumnInfo => ({ name: column, kind: 'INTEGER' });
  const union = maker.pick(['UNION', 'UNION ALL']);
  const end = maker.random.between(0, 8);
  return maker.choose([
    [
      3,
      () => ({
        sql: `SELECT ${maker.random.below(3)} ${union} SELECT n0 + 1 FROM ${name} WHERE n0 < ${end}`,
        columns: [integer('n0')],
        rows: end,
      }),
    ],
    [
      2,
      () => ({
        sql: `VALUES (1, 'x') ${union} SELECT n0 + 1, n1 || n0 FROM ${name} WHERE n0 < ${end}`,
        columns: [integer('n0'), { name: 'n1', kind: 'TEXT' }],
        rows: end,
      }),
    ],
    [
      2,
      () => ({
        sql: `SELECT 0, 1 ${union} SELECT n1, n0 + n1 FROM ${name} ORDER BY 1 LIMIT ${end}`,
        columns: [integer('n0'), integer('n1')],
        rows: end,
      }),
    ],
    [2, () => walk(maker, name, union, end)],
  ]);
}

function walk(maker: Maker, name: string, union: string, end: number): ReturnType<typeof derivedTable> {
  const from = makeFrom(maker, null, 0);
  const column = localColumn(maker, from.scope);
  const where = maker.chance(0.5) ? ` AND ${condition(maker, from.scope, 0)}` : '';
  // Each step multiplies the rows by those of the tables.
  const steps = Math.min(end, from.scope.rows > 50 ? 1 : 2);
  const sql = `SELECT 0, NULL ${union} SELECT n0 + 1, ${column} FROM ${name} JOIN ${from.sql} WHERE n0 < ${steps}${where}`;
  return {
    sql,
    columns: [
      { name: 'n0', kind: 'INTEGER' },
      { name: 'n1', kind: 'ANY' },
    ],
    rows: from.scope.rows ** steps,
  };
}
