import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { compareValues } from '../../engine/column/compare.ts';
import type { ColumnValue } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { ComputedIndex } from '../binder/computed-indexes.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { ChangeContext } from './change.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { TableRow } from './table-row.ts';
import type { Uniqueness } from './uniqueness.ts';

type Keys = readonly ColumnValue[];

/** Keeps the key table of one computed index in step with the rows of its table. */
export class ComputedKeys {
  private readonly computed: ComputedIndex;
  private readonly keys: readonly { readonly evaluate: ScalarEvaluator; readonly coerce: ColumnCoercer }[];
  private readonly where: ScalarEvaluator | null;

  constructor(computed: ComputedIndex) {
    const { index, keyTable, keys, where } = computed;
    this.computed = computed;
    this.where = where === null ? null : compileScalar(where);
    this.keys = keys.map((expression, i) => ({
      evaluate: compileScalar(expression),
      coerce: tableCoercer(keyTable.columns[i].type, `index ${index.name}`, expression.type),
    }));
  }

  didInsert(row: TableRow, { context, transaction }: Pick<ChangeContext, 'context' | 'transaction'>): void {
    const keys = this.keysOf(row, context);
    if (keys !== null) this.table(transaction).append(transaction, row.rowid, keys);
  }

  didUpdate(old: TableRow, row: TableRow, change: ChangeContext): void {
    const keys = this.keysOf(row, change.context);
    const before = this.keysOf(old, change.context);
    if (keys !== null && before !== null && row.rowid === old.rowid && isSame(keys, before)) return;
    if (before !== null) this.didDelete(old, change);
    if (keys !== null) this.table(change.transaction).append(change.transaction, row.rowid, keys);
  }

  didDelete(old: TableRow, { transaction }: ChangeContext): void {
    const table = this.table(transaction);
    const location = table.findLive(old.rowid as number);
    if (location >= 0) table.end(transaction, location);
  }

  /** Null: the index admits any number of rows with a key. */
  get uniqueness(): Uniqueness | null {
    const { index } = this.computed;
    if (!index.unique) return null;
    return {
      id: index.id,
      policy: 'abort',
      find: (table, row, { context, transaction }) => {
        const keys = this.keysOf(row, context);
        const keyTable = this.table(transaction);
        const location = keys === null ? -1 : keyTable.findLiveKey(index, keys);
        return location < 0 ? -1 : table.findLive(keyTable.valueAt(location, ROWID_COLUMN) as number);
      },
      violation: (table) => computedViolation(table.definition, this.computed),
    };
  }

  /** Null: the row is not in the index. */
  private keysOf(row: TableRow, context: ExecutionContext): Keys | null {
    context.pureFor = 'an index';
    const isIn = this.where === null || truth(this.where(row, context)) === true;
    const keys = isIn ? this.keys.map(({ evaluate, coerce }) => coerce(evaluate(row, context))) : null;
    context.pureFor = null;
    return keys;
  }

  private table(transaction: WriteTransaction) {
    return transaction.table(this.computed.keyTable.id);
  }
}

/** The error about two rows with one key: it names the columns, if the keys are such, else the index. */
export function computedViolation(table: TableDefinition, { index, keys }: ComputedIndex): HeliosError {
  const columns = keys.flatMap((key) => (key.kind === 'column' ? [`${table.name}.${key.name}`] : []));
  const where = columns.length === keys.length ? columns.join(', ') : `index '${index.name}'`;
  return new HeliosError('UNIQUE_VIOLATION', `UNIQUE constraint failed: ${where}: a row with the same key exists`);
}

/** Values that compare equal are not enough: 1 and 1.0 are stored as they are. */
function isSame(a: Keys, b: Keys): boolean {
  return a.every((value, i) => typeof value === typeof b[i] && compareValues(value, b[i]) === 0);
}
