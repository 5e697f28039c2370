import type { TableFunctionDefinition } from '../functions/tables/definition.ts';
import type { Binder } from './binder.ts';
import type { BoundQuery } from './bound-statement.ts';
import type { YieldedColumn } from './logical-plan.ts';

/** A statement that yields what a function without arguments does. */
export function queryOfFunction(definition: TableFunctionDefinition, binder: Binder): BoundQuery {
  const columns = definition
    .columns([])
    .map(({ name, type }, number): YieldedColumn => ({ ...binder.column(name, type), number }));
  const plan = { kind: 'table-function', definition, alias: definition.name, arguments: [], columns } as const;
  return { kind: 'query', query: { plan, columns } };
}
