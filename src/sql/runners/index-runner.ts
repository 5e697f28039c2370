import { isHeliosError } from '../../base/errors.ts';
import type { Work } from '../../base/work.ts';
import { forgetAhead, indexAhead } from '../../engine/jobs/index-ahead.ts';
import type { Table } from '../../engine/table/table.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { Binder } from '../binder/binder.ts';
import type { BoundCreateIndex } from '../binder/bound-statement.ts';
import { bindComputedIndex, type ComputedIndex } from '../binder/computed-indexes.ts';
import { executionContext } from '../execution.ts';
import { INTERRUPT_ROWS } from '../executor/change.ts';
import { ComputedKeys, computedViolation } from '../executor/computed-keys.ts';
import { locationsOf } from '../executor/key-lookup.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { TableRow } from '../executor/table-row.ts';
import { NO_ARGUMENTS } from '../parameters.ts';
import type { Session } from '../session.ts';

/** What can be done ahead of CREATE INDEX; null: nothing, where what is to be sorted is computed first. */
export function workAhead({ definition, keyTable }: BoundCreateIndex, session: Session): Work<void> | null {
  if (keyTable !== null) return null;
  const table = session.engine.table(definition.tableId);
  return indexAhead(table, definition, session.readPoint, session.memory);
}

/** Runs CREATE INDEX. */
export function createIndex(
  { definition, keyTable }: BoundCreateIndex,
  session: Session,
  transaction: WriteTransaction,
): undefined {
  if (keyTable === null) {
    try {
      transaction.createIndex(definition);
    } finally {
      forgetAhead(transaction.table(definition.tableId));
    }
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
  const context = executionContext(session, NO_ARGUMENTS, transaction, new SubqueryRunner());
  const row = new TableRow(table.definition);
  locationsOf(table.scan(transaction, [])).forEach((location, i) => {
    row.load(table, location);
    keys.didInsert(row, { context, transaction });
    if (i % INTERRUPT_ROWS === 0) session.interrupt();
  });
}
