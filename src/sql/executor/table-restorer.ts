import type { ColumnValue } from '../../engine/column/types.ts';
import { type RestoredCounts, type RestoreObserver, restoreRows } from '../../engine/history/restore-rows.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeContext } from './change.ts';
import { ComputedKeys } from './computed-keys.ts';
import { ForeignKeys } from './foreign-keys.ts';
import { RowChecks } from './row-checks.ts';
import { TableRow } from './table-row.ts';
import { withAccount } from './with-account.ts';

/**
 * Makes a table's rows what they were when `point` was the newest transaction. What the table demands of rows today, they
 * have to fulfil; foreign keys are looked at when the transaction ends. No trigger fires.
 */
export function restoreTable(target: TargetPlan, point: number, change: ChangeContext): RestoredCounts {
  const { context, transaction } = change;
  const table = transaction.table(target.table.id);
  const checks = new RowChecks(target);
  const computed = target.computedIndexes.map((index) => new ComputedKeys(index));
  const foreignKeys = new ForeignKeys(target.foreignKeys);
  const restored = new TableRow(target.table);
  const admit = (rowid: number, values: readonly ColumnValue[]): readonly ColumnValue[] => {
    restored.rowid = rowid;
    values.forEach((value, column) => {
      restored.values[column] = value;
    });
    checks.admit(restored, context, 'abort');
    for (const { uniqueness } of computed) {
      if (uniqueness !== null && uniqueness.find(table, restored, change) >= 0)
        throw uniqueness.violation(table, restored);
    }
    return restored.values;
  };
  const observer: RestoreObserver = {
    willEnd(location) {
      if (computed.length === 0 && !foreignKeys.hasChildren) return;
      const row = new TableRow(target.table);
      row.load(table, location);
      for (const keys of computed) keys.didDelete(row, change);
      // Others may refer to it. Whether it comes back is seen when the transaction ends.
      foreignKeys.didRestore(row, null, change);
    },
    admit,
    didAppend() {
      change.interrupt();
      for (const keys of computed) keys.didInsert(restored, change);
      foreignKeys.didRestore(null, restored, change);
    },
  };
  return withAccount('FLASHBACK', context.memory.budget, (need) =>
    restoreRows(transaction, table, point, need, observer),
  );
}
