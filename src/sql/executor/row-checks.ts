import { HeliosError, isHeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { TableRow } from './table-row.ts';

/** Returns the constraint that a row breaks, or null. */
export type RowCheck = (row: TableRow, context: ExecutionContext) => HeliosError | null;

/** NOT NULL, then CHECK. */
export function compileRowChecks(target: TargetPlan): RowCheck {
  const { table } = target;
  const notNull = table.columns.flatMap((column, i) => (column.notNull && i !== table.rowidColumn ? [i] : []));
  const checks = target.checks.map((check) => ({ ...check, evaluate: compileScalar(check.expression) }));
  return (row, context) => {
    for (let k = 0; k < notNull.length; k++) {
      if (row.values[notNull[k]] === null) return notNullViolation(target, notNull[k]);
    }
    for (const { name, sql, evaluate } of checks) {
      if (truth(evaluate(row, context)) !== false) continue;
      const which = name === null ? sql : `${name} (${sql})`;
      const message = `CHECK constraint failed: ${which} in table ${table.name}, for the row (${shownRow(row, target)})`;
      return new HeliosError('CHECK_VIOLATION', message);
    }
    return null;
  };
}

export function notNullViolation(target: Pick<TargetPlan, 'table'>, column: number): HeliosError {
  const { name, columns } = target.table;
  return new HeliosError('NOT_NULL_VIOLATION', `NOT NULL constraint failed: ${name}.${columns[column].name} is NULL`);
}

const SHOWN_VALUES = 6;
const SHOWN_CHARACTERS = 24;

function shownRow(row: TableRow, target: TargetPlan): string {
  const shown = target.table.columns
    .slice(0, SHOWN_VALUES)
    .map((column, i) => `${column.name}: ${shownValue(row.column(i))}`);
  return target.table.columns.length > SHOWN_VALUES ? `${shown.join(', ')}, …` : shown.join(', ');
}

function shownValue(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `BLOB of ${value.length} bytes`;
  if (typeof value !== 'string') return String(value);
  return value.length > SHOWN_CHARACTERS ? `'${value.slice(0, SHOWN_CHARACTERS)}…'` : `'${value}'`;
}

const ROW_ERRORS: readonly string[] = [
  'TYPE_MISMATCH',
  'NUMERIC_OVERFLOW',
  'NOT_NULL_VIOLATION',
  'CHECK_VIOLATION',
  'UNIQUE_VIOLATION',
];

/** The error with the number of its row, where the statement has several; `row` counts from 0. */
export function inRow(error: unknown, row: number, rowCount: number): unknown {
  if (rowCount === 1 || !isHeliosError(error) || !ROW_ERRORS.includes(error.code)) return error;
  const details = error.hint === undefined ? { cause: error } : { cause: error, hint: error.hint };
  return new HeliosError(error.code, `${error.message}, in row ${row + 1}`, details);
}
