import type { Maker, TableInfo } from './maker.ts';

/** DROP of an index, a trigger, a view or a table, which the maker forgets; what still names it fails from then on. */
export function drop(maker: Maker): string {
  const number = maker.random.below(3);
  const isLast = (table: TableInfo) => maker.tables.filter(({ isView }) => !isView).every((each) => each === table);
  return maker.choose([
    [4, () => `DROP INDEX IF EXISTS ${maker.pick(maker.tables).name}_i${number}`],
    [2, () => `DROP TRIGGER IF EXISTS r${number}`],
    [1, () => forget(maker, 'VIEW', ({ isView }) => isView)],
    [1, () => forget(maker, 'TABLE', (table) => !table.isView && table.name !== 'journal' && !isLast(table))],
  ]);
}

function forget(maker: Maker, what: string, fits: (table: TableInfo) => boolean): string {
  const fitting = maker.tables.filter(fits);
  if (fitting.length === 0) return 'DROP VIEW IF EXISTS nothing';
  const table = maker.pick(fitting);
  maker.tables.splice(maker.tables.indexOf(table), 1);
  return `DROP ${what} ${table.name}`;
}
