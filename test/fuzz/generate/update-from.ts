import type { Maker, TableInfo } from './maker.ts';
import { writable } from './maker.ts';
import { tableScope } from './scope.ts';

/**
 * `SET … FROM … WHERE` with at most one row of the FROM for each row that is changed: which of several counts, nobody
 * promises. One of `sources`, which are not the table itself, is grouped by what the condition compares.
 */
export function updateFrom(
  maker: Maker,
  table: TableInfo,
  sources: readonly TableInfo[],
): { set: string; from: string; test: string } {
  const source = maker.pick(sources);
  const columns = maker.some(writable(table), 2);
  const key = maker.pick(source.columns);
  const own = maker.pick(table.columns.filter(({ kind }) => kind === key.kind).concat(table.columns));
  const values = columns.map(({ kind }, i) => {
    const fitting = source.columns.filter((column) => column.kind === kind || kind === 'ANY');
    return `max(${maker.pick(fitting.length > 0 ? fitting : source.columns).name}) AS v${i}`;
  });
  const grouped = `(SELECT ${key.name} COLLATE BINARY AS k, ${values.join(', ')} FROM ${source.name} GROUP BY 1) AS u`;
  const target = tableScope(table).columns.find(({ sql }) => sql === `${table.name}.${own.name}`)!.sql;
  const second = maker.chance(0.3) ? maker.pick(sources) : null;
  return {
    set: columns.map(({ name }, i) => `${name} = u.v${i}`).join(', '),
    from: second === null ? grouped : `${grouped} ${joined(maker, second)}`,
    test: `u.k = ${target} COLLATE BINARY`,
  };
}

/** A join that adds one row at most to each. */
function joined(maker: Maker, { name, columns }: TableInfo): string {
  const key = maker.pick(columns).name;
  return `${maker.pick(['LEFT', 'INNER'])} JOIN (SELECT DISTINCT ${key} COLLATE BINARY AS k FROM ${name}) AS w ON w.k = u.k COLLATE BINARY`;
}
