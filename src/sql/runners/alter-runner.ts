import { HeliosError } from '../../base/errors.ts';
import type { ColumnDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import { storeValue } from '../../engine/catalog/stored-value.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { bindActions } from '../binder/alter/bind-alter-table.ts';
import { bindDependents } from '../binder/alter/dependents.ts';
import { bindDefaults, bindTarget } from '../binder/bind-target.ts';
import { Binder } from '../binder/binder.ts';
import type { BoundAlter } from '../binder/bound-statement.ts';
import { executionContext } from '../execution.ts';
import { DefaultValues } from '../executor/default-values.ts';
import type { ExecutionContext } from '../executor/execution-context.ts';
import { RowChecks } from '../executor/row-checks.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { TableRow } from '../executor/table-row.ts';
import { NO_ARGUMENTS } from '../parameters.ts';
import { INSTANTS } from '../runner-parts.ts';
import type { Session } from '../session.ts';
import { foreignKeyProblems } from './foreign-key-check.ts';

/** Runs ALTER. What fails leaves no trace, like any statement. */
export function runAlter(alter: BoundAlter, session: Session, transaction: WriteTransaction): undefined {
  const context = executionContext(session, NO_ARGUMENTS, transaction, new SubqueryRunner());
  for (const id of alter.drops) transaction.drop(id);
  for (const definition of alter.definitions) {
    const isAltered = alter.added?.tableId === definition.id && 'checks' in definition;
    transaction.replace(isAltered ? withMissing(definition, alter.added, context, transaction, session) : definition);
  }
  for (const index of alter.indexes) transaction.createIndex(index);
  if (alter.review !== null) {
    reviewRows(alter.review, session, transaction, context);
    reviewForeignKeys(alter.review, session, transaction);
  }
  if (alter.verify !== null) bindDependents(binderOf(session, transaction), alter.verify);
  if (alter.rest !== undefined) runRest(alter.rest, session, transaction);
  return undefined;
}

function runRest(
  { tableId, actions, sql }: NonNullable<BoundAlter['rest']>,
  session: Session,
  transaction: WriteTransaction,
): void {
  const { definition } = transaction.table(tableId);
  const next = bindActions(actions, definition, binderOf(session, transaction, sql));
  if (next.kind === 'alter') runAlter(next, session, transaction);
}

/** For texts of the catalogue, which may read the past, or for the one that is given. */
export function binderOf(session: Session, transaction: WriteTransaction, sql = ''): Binder {
  const binder = new Binder(session.catalog, transaction, sql);
  binder.instants = () => new (INSTANTS.get().StatementInstants)(session, null);
  return binder;
}

/** Rows that are there hold the new column's DEFAULT, without being written. */
function withMissing(
  table: TableDefinition,
  { column, needsEmpty }: NonNullable<BoundAlter['added']>,
  context: ExecutionContext,
  transaction: WriteTransaction,
  session: Session,
): TableDefinition {
  if (needsEmpty !== null) {
    if (isEmpty(table.id, transaction)) return table;
    const message = `cannot add ${needsEmpty.what} to table "${table.name}", which has rows`;
    const hint = 'Give it a literal as DEFAULT, which those rows have from now on, or no NOT NULL.';
    throw new HeliosError(needsEmpty.code, message, { hint });
  }
  const defaults = new DefaultValues(table, bindDefaults(new Binder(session.catalog, transaction, ''), table));
  defaults.open(0, () => context);
  const missing = storeValue(defaults.value(column));
  const columns = table.columns.map(
    (definition, i): ColumnDefinition => (i === column ? { ...definition, missing } : definition),
  );
  return { ...table, columns };
}

function isEmpty(tableId: number, transaction: WriteTransaction): boolean {
  const scan = transaction.table(tableId).scan(transaction, []);
  for (let batch = scan.next(); batch !== null; batch = scan.next()) if (batch.selectedCount > 0) return false;
  return true;
}

/** A foreign key that is new has to hold for the rows that are there. */
function reviewForeignKeys(id: number, session: Session, transaction: WriteTransaction): void {
  const { engine, catalog, settings } = session;
  if (!settings.foreignKeys) return;
  const { definition } = transaction.table(id);
  const [problem] = foreignKeyProblems({ engine, catalog, readPoint: transaction }, [definition]);
  if (problem === undefined) return;
  const { table, parent, rowid } = problem;
  const message = `FOREIGN KEY constraint failed: row ${rowid} of ${table} has no parent in ${parent}`;
  throw new HeliosError('FOREIGN_KEY_VIOLATION', message);
}

/** Checks every row as if it were inserted, and writes those whose generated columns have changed. */
function reviewRows(id: number, session: Session, transaction: WriteTransaction, context: ExecutionContext): void {
  const table = transaction.table(id);
  const { definition } = table;
  const binder = new Binder(session.catalog, transaction, '');
  const target = { ...bindTarget(binder, definition, definition.name, [], null), returning: [] };
  const checks = new RowChecks(target);
  const row = new TableRow(definition);
  const generated = target.generated.map(({ column }) => column);
  const scan = table.scan(transaction, []);
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.selectedCount; i++) {
      const at = batch.selection === null ? i : batch.selection[i];
      const location = batch.locations === null ? batch.locationBase + at : batch.locations[at];
      row.load(table, location);
      const before = generated.map((column) => row.values[column]);
      checks.admit(row, context, 'abort');
      if (generated.some((column, k) => row.values[column] !== before[k])) {
        table.update(transaction, location, row.rowid as number, row.values);
      }
    }
    session.interrupt();
  }
}
