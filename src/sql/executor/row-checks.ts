import { HeliosError, isHeliosError } from '../../base/errors.ts';
import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import { ConflictStop, stopBy } from '../expressions/conflict-stop.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import { shownValue } from '../expressions/values/shown-value.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import { DefaultValues } from './default-values.ts';
import type { ExecutionContext } from './execution-context.ts';
import { compileGenerated, type GeneratedValues } from './generated-values.ts';
import type { TableRow } from './table-row.ts';

interface NotNull {
  readonly column: number;
  readonly policy: ConflictPolicy;
}

interface Check {
  readonly name: string | null;
  readonly sql: string;
  readonly evaluate: ScalarEvaluator;
}

/** What a row must fulfil by itself: its generated columns are computed, then NOT NULL holds, then CHECK. */
export class RowChecks {
  private readonly target: TargetPlan;
  private readonly generated: GeneratedValues | null;
  private readonly notNull: readonly NotNull[];
  private readonly checks: readonly Check[];
  private defaults: DefaultValues | null = null;

  constructor(target: TargetPlan) {
    const { columns, rowidColumn } = target.table;
    this.target = target;
    this.generated = compileGenerated(target);
    this.notNull = columns.flatMap(({ notNull, onConflict }, column) =>
      notNull && column !== rowidColumn ? [{ column, policy: onConflict ?? 'abort' }] : [],
    );
    this.checks = target.checks.map((check) => ({ ...check, evaluate: compileScalar(check.expression) }));
  }

  /** Computes the generated columns, for those who look at the row before it is admitted. */
  compute(row: TableRow, context: ExecutionContext): void {
    this.generated?.(row, context);
  }

  /** False: the row is to be left out. Throws what it breaks otherwise. `policy`: the statement's. */
  admit(row: TableRow, context: ExecutionContext, policy: ConflictPolicy | null): boolean {
    this.generated?.(row, context);
    for (let k = 0; k < this.notNull.length; k++) {
      const { column } = this.notNull[k];
      if (row.values[column] !== null) continue;
      const how = policy ?? this.notNull[k].policy;
      if (how === 'ignore') return false;
      if (how !== 'replace' || !this.replaceNull(row, column, context)) {
        throw stopBy(how, notNullViolation(this.target, column));
      }
    }
    for (let k = 0; k < this.checks.length; k++) {
      context.pureFor = 'a CHECK constraint';
      const holds = truth(this.checks[k].evaluate(row, context)) !== false;
      context.pureFor = null;
      if (holds) continue;
      if (policy === 'ignore') return false;
      // No other row is to blame: REPLACE has nothing to replace.
      throw stopBy(policy ?? 'abort', this.checkViolation(this.checks[k], row));
    }
    return true;
  }

  /** The column's default takes the place of a NULL. */
  private replaceNull(row: TableRow, column: number, context: ExecutionContext): boolean {
    if (this.target.table.columns[column].generated !== undefined) return false;
    this.defaults ??= new DefaultValues(this.target.table, this.target.defaults);
    this.defaults.open(context.nowMicros, () => context);
    const value = this.defaults.value(column);
    if (value === null) return false;
    row.values[column] = value;
    this.generated?.(row, context);
    return true;
  }

  private checkViolation({ name, sql }: Check, row: TableRow): HeliosError {
    const which = name === null ? sql : `${name} (${sql})`;
    const message = `CHECK constraint failed: ${which} in table ${this.target.table.name}, for the row (${shownRow(row, this.target)})`;
    return new HeliosError('CHECK_VIOLATION', message);
  }
}

export function notNullViolation(target: Pick<TargetPlan, 'table'>, column: number): HeliosError {
  const { name, columns } = target.table;
  return new HeliosError('NOT_NULL_VIOLATION', `NOT NULL constraint failed: ${name}.${columns[column].name} is NULL`);
}

const SHOWN_VALUES = 6;
const SHOWN_CHARACTERS = 24;

function shownRow(row: TableRow, target: TargetPlan): string {
  const all = target.table.columns.flatMap(({ name, type, dropped }, i) => (dropped ? [] : [{ name, type, i }]));
  const shown = all.slice(0, SHOWN_VALUES).map(({ name, type, i }) => {
    return `${name}: ${shownValue(row.column(i), type, SHOWN_CHARACTERS)}`;
  });
  return all.length > SHOWN_VALUES ? `${shown.join(', ')}, …` : shown.join(', ');
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
  if (error instanceof ConflictStop) {
    return new ConflictStop(inRow(error.error, row, rowCount) as HeliosError, error.scope);
  }
  if (rowCount === 1 || !isHeliosError(error) || !ROW_ERRORS.includes(error.code)) return error;
  const details = error.hint === undefined ? { cause: error } : { cause: error, hint: error.hint };
  return new HeliosError(error.code, `${error.message}, in row ${row + 1}`, details);
}
