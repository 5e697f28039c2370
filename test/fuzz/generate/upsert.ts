import { assignments } from './assignments.ts';
import { condition } from './condition.ts';
import type { Maker, TableInfo } from './maker.ts';
import { tableScope } from './scope.ts';

/** ON CONFLICT clauses; only the last may go without columns. */
export function upsert(maker: Maker, table: TableInfo): string {
  const count = maker.pick([1, 1, 1, 2]);
  return Array.from({ length: count }, (_, i) => clause(maker, table, i === count - 1)).join(' ');
}

function clause(maker: Maker, table: TableInfo, isLast: boolean): string {
  const target = isLast && maker.chance(0.4) ? '' : ` (${conflictColumns(maker, table).join(', ')})`;
  if (maker.chance(0.3)) return `ON CONFLICT${target} DO NOTHING`;
  const where = maker.chance(0.3) ? ` WHERE ${condition(maker, tableScope(table), 0)}` : '';
  return `ON CONFLICT${target} DO UPDATE SET ${assignments(maker, table, 'excluded.')}${where}`;
}

/** Mostly those of a constraint: others are refused. */
function conflictColumns(maker: Maker, { columns, uniques }: TableInfo): readonly string[] {
  if (uniques.length > 0 && maker.chance(0.9)) return maker.random.shuffle([...maker.pick(uniques)]);
  return maker.some(columns, 2).map(({ name }) => name);
}
