import { unreachable } from '../base/assert.ts';
import { isHeliosError } from '../base/errors.ts';
import type { Table } from '../engine/table/table.ts';
import type { WriteTransaction } from '../engine/transaction/write-transaction.ts';
import { Binder } from './binder/binder.ts';
import type { BoundCreateIndex } from './binder/bound-statement.ts';
import { bindComputedIndex, type ComputedIndex } from './binder/computed-indexes.ts';
import type { CompiledStatement } from './compile.ts';
import { executionContext, runEffects } from './execution.ts';
import { type ChangeResult, emptyResult, INTERRUPT_ROWS } from './executor/change.ts';
import { ComputedKeys, computedViolation } from './executor/computed-keys.ts';
import { locationsOf } from './executor/key-lookup.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import { SubqueryRunner } from './executor/subquery-runner.ts';
import { TableRow } from './executor/table-row.ts';
import type { ParameterNames } from './parameters.ts';
import type { InsertPlan } from './planner/plan-statement.ts';
import { DEFINITION_RUNNERS } from './runner-parts.ts';
import type { Session } from './session.ts';

type Definition = Exclude<CompiledStatement, { readonly kind: 'query' | 'change' | 'explain' | 'pragma' }>;
type CreateTable = Extract<CompiledStatement, { readonly kind: 'create-table' }>;

/** Runs what changes the catalogue, and what begins and ends transactions. */
export function runDefinition(
  compiled: CompiledStatement,
  session: Session,
  names: ParameterNames,
  values: readonly unknown[],
): ChangeResult {
  const statement = compiled as Definition;
  const result = emptyResult();
  switch (statement.kind) {
    case 'nothing':
      break;
    case 'transaction':
      runTransactionStatement(statement.statement, session);
      break;
    case 'create-table':
      session.write((transaction) => createTable(statement, session, transaction, names, values));
      break;
    case 'create-index':
      session.write((transaction) => createIndex(statement, session, transaction));
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
      session.checkpoint();
      break;
    case 'drop':
      session.write((transaction) => drop(statement.ids, session, transaction));
      break;
    default:
      return unreachable(statement, 'statement');
  }
  return result;
}

/** A table that foreign keys refer to is emptied first: what it leaves behind is theirs to say. No trigger fires. */
function drop(ids: readonly number[], session: Session, transaction: WriteTransaction): undefined {
  const { catalog } = session;
  const context = executionContext(session, [], [], transaction, new SubqueryRunner());
  runEffects(session, context, transaction, (change) => {
    for (const id of ids) {
      if (session.settings.foreignKeys && catalog.live(id)?.kind === 'table') {
        session.programs.writer(id).clearForDrop(change);
      }
      for (const { keyTable } of catalog.computedIndexesOf(transaction, id)) transaction.drop(keyTable.id);
      transaction.drop(catalog.keyTableOf(id)?.id ?? id);
    }
  });
}

function createIndex(
  { definition, keyTable }: BoundCreateIndex,
  session: Session,
  transaction: WriteTransaction,
): undefined {
  if (keyTable === null) {
    transaction.createIndex(definition);
    return undefined;
  }
  const table = transaction.table(definition.tableId);
  const stored = transaction.createTable(keyTable);
  const index = { ...definition, tableId: stored.id };
  const binder = new Binder(session.catalog, transaction, '');
  const computed = bindComputedIndex({ index: { ...index, id: -1 }, keyTable: stored }, binder, table.definition);
  fillKeyTable(computed, table, session, transaction);
  try {
    transaction.createIndex(index);
  } catch (error) {
    throw isHeliosError(error, 'UNIQUE_VIOLATION') ? computedViolation(table.definition, computed) : error;
  }
  return undefined;
}

/** Computes the keys of the rows that are there. */
function fillKeyTable(computed: ComputedIndex, table: Table, session: Session, transaction: WriteTransaction): void {
  const keys = new ComputedKeys(computed);
  const context = executionContext(session, [], [], transaction, new SubqueryRunner());
  const row = new TableRow(table.definition);
  locationsOf(table.scan(transaction, [])).forEach((location, i) => {
    row.load(table, location);
    keys.didInsert(row, { context, transaction });
    if (i % INTERRUPT_ROWS === 0) session.interrupt();
  });
}

function createTable(
  { statement, rows }: CreateTable,
  session: Session,
  transaction: WriteTransaction,
  names: ParameterNames,
  values: readonly unknown[],
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
  const context = executionContext(session, values, names, transaction, new SubqueryRunner());
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
