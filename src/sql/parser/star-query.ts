import type { ResultColumn, SelectStatement } from '../ast/select.ts';
import type { TableReference } from '../ast/table-references.ts';

/** SELECT * FROM a table reference: what some shorter spellings stand for. */
export function selectStarFrom(from: TableReference): SelectStatement {
  const { position, end } = from;
  return selectFrom(from, { kind: 'star-column', schema: null, table: null, position, end });
}

/** SELECT column FROM a table reference. */
export function selectFrom(from: TableReference, column: ResultColumn): SelectStatement {
  const { position, end } = from;
  return {
    kind: 'select',
    with: null,
    first: {
      kind: 'select-core',
      distinct: false,
      distinctOn: null,
      columns: [column],
      from,
      where: null,
      groupBy: [],
      having: null,
      windows: [],
      qualify: null,
      position,
      end,
    },
    compound: [],
    orderBy: [],
    limit: null,
    withTies: false,
    offset: null,
    position,
    end,
  };
}
