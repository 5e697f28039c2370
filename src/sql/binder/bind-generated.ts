import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Expression } from '../ast/expressions.ts';
import { usedColumns } from '../expressions/inspect.ts';
import { parseExpression } from '../parser/parse.ts';
import { bindComputed } from './bind-computed.ts';
import { rowScope } from './bind-target.ts';
import type { Binder } from './binder.ts';
import type { BoundGenerated } from './bound-statement.ts';
import { plainContext } from './expression-context.ts';
import { remembered } from './remembered.ts';
import { Scope } from './scope.ts';
import { bindStored } from './stored-expression.ts';

/** The generated columns of a table in an order in which they can be computed: each behind those that it reads. */
export const bindGenerated = remembered((binder, table): readonly BoundGenerated[] => {
  const bound = table.columns.flatMap(({ generated }, column): BoundGenerated[] =>
    generated === undefined
      ? []
      : [
          {
            column,
            expression: bindStored(`generated column of ${table.name}`, () =>
              bindGeneratedColumn(parseExpression(generated.sql), binder, table, generated.sql),
            ),
          },
        ],
  );
  return inOrder(bound, table);
});

/** Its expression reads the row's other columns, the rowid by its column only. */
export function bindGeneratedColumn(node: Expression, binder: Binder, table: TableDefinition, sql: string) {
  const { binder: own, columns } = rowScope(binder, table, table.name, sql);
  const scope = new Scope(
    columns.filter((column) => column.visibility !== 'rowid'),
    null,
  );
  const place = 'generated columns';
  return bindComputed(node, plainContext({ binder: own, commonTables: null }, scope, place));
}

/** Throws INVALID_DEFINITION when columns read each other in a circle. */
export function inOrder(generated: readonly BoundGenerated[], table: TableDefinition): readonly BoundGenerated[] {
  const waiting = new Map(generated.map((entry) => [entry.column, entry]));
  const ordered: BoundGenerated[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(
      ({ expression }) => ![...usedColumns(expression)].some((column) => waiting.has(column)),
    );
    if (ready.length === 0) {
      const { name } = table.columns[[...waiting.keys()][0]];
      throw new HeliosError('INVALID_DEFINITION', `generated column loop on "${name}"`);
    }
    for (const entry of ready) {
      ordered.push(entry);
      waiting.delete(entry.column);
    }
  }
  return ordered;
}
