import type { FlashbackDatabaseStatement, FlashbackTableStatement, UndropStatement } from '../ast/history.ts';
import { flashbackPreview } from '../functions/tables/flashback-preview.ts';
import { instantOf } from './bind-as-of.ts';
import { flashbackDiff } from './bind-diff.ts';
import { tableNamed } from './bind-from.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundFlashback, BoundQuery, BoundUndrop } from './bound-statement.ts';
import { queryOfFunction } from './function-query.ts';
import { refuseReservedName } from './schema-names.ts';

export function bindFlashback(
  node: FlashbackTableStatement | FlashbackDatabaseStatement | UndropStatement,
  binder: Binder,
): BoundFlashback | BoundUndrop | BoundQuery {
  switch (node.kind) {
    case 'flashback-database': {
      const { slot } = instantOf(node.to, null, binder);
      if (node.preview) return queryOfFunction(flashbackPreview(slot), binder);
      return { kind: 'flashback', tables: null, instant: slot };
    }
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
      if (node.preview) return queryOfFunction(flashbackDiff(tables[0], point, binder), binder);
      return { kind: 'flashback', tables, instant: point.slot };
    }
  }
}
