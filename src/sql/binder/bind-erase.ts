import type { EraseStatement } from '../ast/history.ts';
import { asCondition } from '../expressions/build.ts';
import { bindExpression } from './bind-expression.ts';
import { bindStandalone } from './bind-snapshot.ts';
import { rowScope } from './bind-target.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundErase } from './bound-statement.ts';
import { plainContext } from './expression-context.ts';
import { relationNamed } from './schema-names.ts';
import { Scope } from './scope.ts';

/** ERASE: the condition reads one version of a row, with the columns that the table has now. */
export function bindErase(node: EraseStatement, binder: Binder): BoundErase {
  const relation = relationNamed(binder, node.table);
  if (relation.kind === 'view' || relation.definition.temporary) {
    const what = relation.kind === 'view' ? 'a view' : 'a temporary table';
    throw bindError('INVALID_STATEMENT', `ERASE cannot take from ${what}: it has no history of its own`, node.table);
  }
  const table = relation.definition;
  if (table.ledger) {
    const message = `ERASE cannot take from "${table.name}": it is a ledger table, and what is gone could not be verified`;
    const hint = 'Keep what may have to be erased in a table of its own, and let the ledger refer to it by a key.';
    throw bindError('INVALID_STATEMENT', message, node.table, hint);
  }
  const { binder: own, columns } = rowScope(binder, table, node.alias ?? table.name, binder.sql);
  const context = plainContext({ binder: own, commonTables: null }, new Scope(columns, null), 'WHERE');
  const where = node.where === null ? null : asCondition(bindExpression(node.where, context));
  return { kind: 'erase', table, where, reason: bindStandalone(node.reason, binder, 'REASON') };
}
