import { scalar } from './expression.ts';
import type { Maker, TableInfo } from './maker.ts';
import { alone, tableScope } from './scope.ts';

/** RETURNING, or nothing. A subquery would see a table that is half changed. */
export function returning(maker: Maker, table: TableInfo, share: number): string {
  if (!maker.chance(share)) return '';
  if (maker.chance(0.4)) return ' RETURNING *';
  const scope = alone(tableScope(table));
  const item = (i: number) => scalar(maker, scope, 1) + maker.pick(['', ` AS r${i}`]);
  return ` RETURNING ${maker.list(1, 3, item)}${maker.chance(0.2) ? ', *' : ''}`;
}
