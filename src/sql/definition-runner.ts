import { unreachable } from '../base/assert.ts';
import type { WriteTransaction } from '../engine/transaction/write-transaction.ts';
import type { CompiledStatement } from './compile.ts';
import { executionContext, runEffects } from './execution.ts';
import { type ChangeResult, emptyResult } from './executor/change.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import { SubqueryRunner } from './executor/subquery-runner.ts';
import type { Arguments } from './parameters.ts';
import type { InsertPlan } from './planner/plan-statement.ts';
import { DEFINITION_RUNNERS } from './runner-parts.ts';
import type { Session } from './session.ts';

type Definition = Exclude<CompiledStatement, { readonly kind: 'query' | 'change' | 'explain' | 'pragma' }>;
type CreateTable = Extract<CompiledStatement, { readonly kind: 'create-table' }>;

/** Runs what changes the catalogue, and what begins and ends transactions. */
export function runDefinition(compiled: CompiledStatement, session: Session, given: Arguments): ChangeResult {
  const statement = compiled as Definition;
  const result = emptyResult();
  switch (statement.kind) {
    case 'nothing':
      break;
    case 'transaction':
      runTransactionStatement(statement.statement, session);
      break;
    case 'create-table':
      // Parts are asked for before anything is done: here for the rows of AS SELECT.
      if (statement.rows !== null) CHANGE_OPERATORS.get();
      session.write((transaction) => createTable(statement, session, transaction, given));
      break;
    case 'create-index':
      session.write((transaction) => DEFINITION_RUNNERS.get().createIndex(statement, session, transaction));
      break;
    case 'create-view':
      session.write((transaction) => {
        const { definition, replaces } = statement;
        if (replaces === null) transaction.createView(definition);
        else transaction.replace({ ...definition, id: replaces });
        return undefined;
      });
      break;
    case 'create-trigger':
      session.write((transaction) => {
        transaction.createTrigger(statement.definition);
        return undefined;
      });
      break;
    case 'alter':
      session.write((transaction) => DEFINITION_RUNNERS.get().runAlter(statement, session, transaction));
      break;
    case 'vacuum':
      session.vacuum();
      break;
    case 'drop':
      // Rows that refer to those of a table may have to go with it.
      CHANGE_OPERATORS.get();
      session.write((transaction) => DEFINITION_RUNNERS.get().drop(statement.ids, session, transaction));
      break;
    default:
      return unreachable(statement, 'statement');
  }
  return result;
}

function createTable(
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

function runTransactionStatement(
  statement: Extract<CompiledStatement, { readonly kind: 'transaction' }>['statement'],
  session: Session,
): void {
  switch (statement.kind) {
    case 'begin':
      session.begin({ readOnly: statement.readOnly });
      break;
    case 'commit':
      session.commit();
      break;
    case 'rollback':
      if (statement.savepoint === null) session.rollback();
      else session.rollbackTo(statement.savepoint);
      break;
    case 'savepoint':
      session.savepoint(statement.name);
      break;
    case 'release':
      session.release(statement.name);
  }
}
