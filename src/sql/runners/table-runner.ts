import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { CompiledStatement } from '../compile.ts';
import { executionContext, runEffects } from '../execution.ts';
import { emptyResult } from '../executor/change.ts';
import { CHANGE_OPERATORS } from '../executor/late-parts.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import type { Arguments } from '../parameters.ts';
import type { InsertPlan } from '../planner/plan-statement.ts';
import type { Session } from '../session.ts';

type CreateTable = Extract<CompiledStatement, { readonly kind: 'create-table' }>;

/** CREATE TABLE, with the rows of AS SELECT. */
export function createTable(
  { statement, rows }: CreateTable,
  session: Session,
  transaction: WriteTransaction,
  given: Arguments,
): undefined {
  const table = transaction.createTable(statement.definition);
  for (const index of statement.indexes) transaction.createIndex({ ...index, tableId: table.id });
  if (rows === null) return undefined;
  const insert: InsertPlan = {
    kind: 'insert',
    target: {
      table,
      indexes: [],
      checks: [],
      defaults: table.columns.map(() => null),
      generated: [],
      foreignKeys: { asChild: [], asParent: [] },
      computedIndexes: [],
      triggers: [],
      isView: false,
      returning: [],
    },
    columns: table.columns.map((_, i) => i),
    source: { kind: 'query', query: rows },
    policy: null,
    upserts: [],
  };
  const context = executionContext(session, given, transaction, new SubqueryRunner());
  runEffects(session, context, transaction, (change) =>
    CHANGE_OPERATORS.get().buildChange(insert).run(change, emptyResult()),
  );
  return undefined;
}
