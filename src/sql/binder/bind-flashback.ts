import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { FlashbackDatabaseStatement, FlashbackTableStatement, UndropStatement } from '../ast/history.ts';
import { instantOf } from './bind-as-of.ts';
import { flashbackPreview } from './bind-diff.ts';
import { tableNamed } from './bind-from.ts';
import { type Binder, bindError, type InstantInPlan } from './binder.ts';
import type { BoundFlashback, BoundQuery, BoundUndrop } from './bound-statement.ts';
import type { YieldedColumn } from './logical-plan.ts';
import { refuseReservedName } from './schema-names.ts';

export function bindFlashback(
  node: FlashbackTableStatement | FlashbackDatabaseStatement | UndropStatement,
  binder: Binder,
): BoundFlashback | BoundUndrop | BoundQuery {
  switch (node.kind) {
    case 'flashback-database':
      return { kind: 'flashback', tables: null, instant: instantOf(node.to, null, binder).slot };
    case 'undrop': {
      const { table, name } = node;
      if (name !== null) refuseReservedName({ ...name, kind: 'qualified-name', schema: null });
      return { kind: 'undrop', table: table.name, name: name?.name ?? null };
    }
    case 'flashback-table': {
      const tables = node.tables.map((name) => {
        const table = tableNamed(binder, name);
        if (!table.temporary) return table;
        throw bindError('INVALID_STATEMENT', `"${name.name}" is a temporary table: it cannot go back`, name);
      });
      const point = instantOf(node.to, node.tables[0].name, binder);
      if (node.preview) return previewOf(tables[0], point, binder);
      return { kind: 'flashback', tables, instant: point.slot };
    }
  }
}

function previewOf(table: TableDefinition, point: InstantInPlan, binder: Binder): BoundQuery {
  const definition = flashbackPreview(table, point, binder);
  const columns = definition
    .columns([])
    .map(({ name, type }, number): YieldedColumn => ({ ...binder.column(name, type), number }));
  const plan = { kind: 'table-function', definition, alias: definition.name, arguments: [], columns } as const;
  return { kind: 'query', query: { plan, columns } };
}
