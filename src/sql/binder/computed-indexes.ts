import type { IndexDefinition, KeyTableDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Expression } from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { parseExpression } from '../parser/parse.ts';
import { bindComputed } from './bind-computed.ts';
import { rowScope } from './bind-target.ts';
import type { Binder, StoredKeys } from './binder.ts';
import { plainContext } from './expression-context.ts';
import { Scope } from './scope.ts';
import { bindStored } from './stored-expression.ts';

/** An index whose keys are computed: over expressions, or over some rows only. */
export interface ComputedIndex {
  /** Over the columns of the key table. */
  readonly index: IndexDefinition;
  readonly keyTable: TableDefinition;
  /** One per column of the index. Column i of the indexed table has id i, its rowid the id behind the last column. */
  readonly keys: readonly BoundExpression[];
  /** Null: every row is in the index. */
  readonly where: BoundExpression | null;
}

export function bindComputedIndexes(
  stored: readonly StoredKeys[],
  binder: Binder,
  table: TableDefinition,
): readonly ComputedIndex[] {
  return stored.map((keys) => bindComputedIndex(keys, binder, table));
}

export function bindComputedIndex(
  { index, keyTable }: StoredKeys,
  binder: Binder,
  table: TableDefinition,
): ComputedIndex {
  const { keys, where } = keyTable.keysOf as KeyTableDefinition;
  const bind = (sql: string): BoundExpression =>
    bindStored(`index ${index.name}`, () => bindIndexExpression(parseExpression(sql), binder, table, sql));
  return { index, keyTable, keys: keys.map(bind), where: where === null ? null : bind(where) };
}

/** An expression of an index over a row of its table. */
export function bindIndexExpression(
  node: Expression,
  binder: Binder,
  table: TableDefinition,
  sql: string,
  place = 'index expressions',
): BoundExpression {
  const { binder: own, columns } = rowScope(binder, table, table.name, sql);
  const scope = new Scope(columns, null);
  const context = plainContext({ binder: own, commonTables: null }, scope, place);
  return bindComputed(node, context);
}
