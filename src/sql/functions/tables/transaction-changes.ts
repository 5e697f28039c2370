import type { SqlValue } from '../../../engine/column/types.ts';
import { type ChangeCounts, transactionChanges } from '../../../engine/history/transaction-changes.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import type { FunctionContext, TableFunctionDefinition } from './definition.ts';

const { INTEGER, TEXT } = STATIC_TYPES;

/** Transactions that are counted at once, at most. */
const LONGEST_SPAN = 65_536;

/** What has been counted last, as a reader there sees it. */
interface Counted {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly changes: ReadonlyMap<number, readonly ChangeCounts[]>;
}

/** By database. */
const counted = new WeakMap<FunctionContext['tables'], Counted>();

/**
 * `helios_changes(txn)`: what a transaction has done to each table. Who asks for one after the other gets them from spans
 * that become longer and longer, so that all of them cost about as much as two looks at the whole history.
 */
export const TRANSACTION_CHANGES: TableFunctionDefinition = {
  name: 'helios_changes',
  minArguments: 1,
  maxArguments: 1,
  columns: () => [
    { name: 'table_name', type: TEXT },
    { name: 'inserted', type: INTEGER },
    { name: 'updated', type: INTEGER },
    { name: 'deleted', type: INTEGER },
  ],
  *open([value], _types, context) {
    const transaction = Number(value);
    const newest = Math.min(context.at.transaction, context.session.engine.commitLog.lastTransaction);
    if (value === null || !Number.isInteger(transaction) || transaction < 1 || transaction > newest) return;
    for (const { table, inserted, updated, deleted } of changesOf(transaction, newest, context)) {
      const row: readonly SqlValue[] = [table, BigInt(inserted), BigInt(updated), BigInt(deleted)];
      yield { column: (i) => row[i] };
    }
  },
};

function changesOf(transaction: number, newest: number, { tables }: FunctionContext): readonly ChangeCounts[] {
  let known = counted.get(tables);
  if (known === undefined || known.at !== newest || transaction < known.first || transaction > known.last) {
    const length =
      known?.at === newest && transaction === known.last + 1
        ? Math.min(2 * (known.last - known.first + 1), LONGEST_SPAN)
        : 1;
    const last = Math.min(newest, transaction + length - 1);
    known = {
      at: newest,
      first: transaction,
      last,
      changes: transactionChanges(tables, { from: transaction - 1, to: last }),
    };
    counted.set(tables, known);
  }
  return known.changes.get(transaction) ?? [];
}
