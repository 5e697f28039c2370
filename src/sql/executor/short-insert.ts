import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnValue, SqlValue, TypeKind } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { InsertPlan, TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeResult } from './change.ts';
import { DefaultValues } from './default-values.ts';
import type { ExecutionContext } from './execution-context.ts';
import { inRow, notNullViolation } from './row-checks.ts';
import { refusedRowid, rowidFrom } from './rowid-value.ts';

/** The values that the column holds as they are, of those that users pass. */
type Taken = 'texts' | 'reals' | 'integers' | 'none';

export interface ParameterSource {
  readonly kind: 'parameter';
  readonly column: number;
  readonly index: number;
  readonly coerce: ColumnCoercer;
  readonly takes: Taken;
  /** Stands for a literal that the column may refuse. */
  readonly mayRefuse: boolean;
}

/** Where the value of a column comes from: a parameter, a value known beforehand, or the column's default. */
type Source = ValueSource | { readonly kind: 'default' };

export type ValueSource = ParameterSource | { readonly kind: 'value'; readonly value: ColumnValue };

/** Sources apart by their kinds: the values known beforehand lie in the row's array for good. */
interface ShortRow {
  readonly values: ColumnValue[];
  readonly parameters: readonly ParameterSource[];
  /** Columns that take their defaults. */
  readonly defaults: readonly number[];
  /** Some column that must not be NULL has one, known beforehand. */
  readonly isNull: boolean;
  readonly rowid: { readonly parameter: number } | { readonly value: number | null };
}

/**
 * The short path of INSERT … VALUES whose values are parameters, literals and defaults: each goes from the caller's
 * array through its column's coercer into the table, without expressions or batches in between.
 */
export class ShortInsert {
  private readonly plan: InsertPlan;
  private readonly rows: readonly ShortRow[];
  private readonly refusing: readonly { readonly row: number; readonly source: ParameterSource }[];
  private readonly notNull: readonly number[];
  private readonly defaults: DefaultValues;
  /** {@link openDefaults} comes before each {@link run}. */
  readonly hasDefaults: boolean;

  private constructor(plan: InsertPlan, rows: readonly ShortRow[]) {
    const { table } = plan.target;
    this.plan = plan;
    this.rows = rows;
    this.refusing = rows.flatMap(({ parameters }, row) =>
      parameters.filter(({ mayRefuse }) => mayRefuse).map((source) => ({ row, source })),
    );
    this.notNull = table.columns.flatMap((column, i) => (column.notNull && i !== table.rowidColumn ? [i] : []));
    this.defaults = new DefaultValues(table, plan.target.defaults);
    this.hasDefaults = rows.some((row) => row.defaults.length > 0);
  }

  /** null: the statement needs the long path. */
  static of(plan: InsertPlan): ShortInsert | null {
    const { target, source, policy, upserts } = plan;
    const isPlain = (policy === null || policy === 'abort') && upserts.length === 0 && isPlainTarget(target);
    if (!isPlain || source.kind !== 'rows') return null;
    const rows: ShortRow[] = [];
    for (const values of source.rows) {
      const row = rowOf(plan, values, rows.length);
      if (row === null) return null;
      rows.push(row);
    }
    return new ShortInsert(plan, rows);
  }

  get rowCount(): number {
    return this.rows.length;
  }

  /** Throws for a literal that its column cannot take, of those that the plan has parameters for. */
  check(parameterCount: number, literals: readonly SqlValue[]): void {
    for (const { row, source } of this.refusing) {
      try {
        source.coerce(literals[source.index - parameterCount]);
      } catch (error) {
        throw inRow(error, row, this.rows.length);
      }
    }
  }

  /** Begins a statement with DEFAULTs, which runs at that instant. The context is made when one is evaluated. */
  openDefaults(nowMicros: number, context: () => ExecutionContext): void {
    this.defaults.open(nowMicros, context);
  }

  /** `parameters` as the caller passed them, in order, and behind them those of literals. */
  run(transaction: WriteTransaction, parameters: readonly unknown[], result: ChangeResult): void {
    for (let k = 0; k < this.rows.length; k++) {
      try {
        result.lastInsertRowid = this.insert(this.rows[k], transaction, parameters);
      } catch (error) {
        throw inRow(error, k, this.rows.length);
      }
    }
    result.changes = this.rows.length;
  }

  /** {@link run} of a statement with a single row. Returns its rowid, null where that has no name. */
  runSole(transaction: WriteTransaction, parameters: readonly unknown[]): number | null {
    return this.insert(this.rows[0], transaction, parameters);
  }

  private insert(row: ShortRow, transaction: WriteTransaction, parameters: readonly unknown[]): number | null {
    const { values, rowid } = row;
    if (this.fill(row, parameters)) this.checkNotNull(values);
    const given = 'value' in rowid ? rowid.value : this.rowidOf(parameters[rowid.parameter]);
    const { id, withoutRowid } = this.plan.target.table;
    const added = transaction.table(id).append(transaction, given, values);
    return withoutRowid ? null : added;
  }

  /** True where some value may be NULL. */
  private fill({ values, parameters: sources, defaults, isNull }: ShortRow, parameters: readonly unknown[]): boolean {
    let mayBeNull = isNull;
    for (let k = 0; k < sources.length; k++) {
      const source = sources[k];
      const value = parameters[source.index];
      if (isTaken(value, source.takes)) values[source.column] = value;
      else {
        const coerced = source.coerce(value);
        values[source.column] = coerced;
        if (coerced === null) mayBeNull = true;
      }
    }
    for (let k = 0; k < defaults.length; k++) {
      const value = this.defaults.value(defaults[k]);
      values[defaults[k]] = value;
      if (value === null) mayBeNull = true;
    }
    return mayBeNull;
  }

  private checkNotNull(values: readonly ColumnValue[]): void {
    for (const column of this.notNull) if (values[column] === null) throw notNullViolation(this.plan.target, column);
  }

  private rowidOf(value: unknown): number | null {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    const isValue =
      value === null || typeof value === 'bigint' || typeof value === 'string' || typeof value === 'number';
    if (isValue) return rowidFrom(value as SqlValue, this.plan.target.table);
    throw refusedRowid(this.plan.target.table, value);
  }
}

/** The value that goes into the column, of parameters as the caller passed them and behind them those of literals. */
export function valueFrom(source: ValueSource, parameters: readonly unknown[]): ColumnValue {
  if (source.kind === 'value') return source.value;
  const value = parameters[source.index];
  return isTaken(value, source.takes) ? value : source.coerce(value);
}

/** What its column's coercer would return as it is: most values are told apart from others without a call. */
function isTaken(value: unknown, takes: Taken): value is string | number {
  if (typeof value === 'string') return takes === 'texts';
  if (typeof value !== 'number') return false;
  // -0 is 0, as in SQLite's files.
  if (Object.is(value, -0)) return false;
  return takes === 'integers' ? Number.isSafeInteger(value) : takes === 'reals' && !Number.isNaN(value);
}

/** True when a row needs no more than NOT NULL and the engine's look at unique keys. */
export function isPlainTarget(target: TargetPlan): boolean {
  const { table, indexes, checks, generated, foreignKeys, triggers, returning } = target;
  const extras =
    target.computedIndexes.length +
    checks.length +
    generated.length +
    foreignKeys.asChild.length +
    triggers.length +
    returning.length;
  const hasPolicy = [table, ...table.columns, ...indexes].some(({ onConflict }) => onConflict !== undefined);
  return extras === 0 && !hasPolicy && !target.isView;
}

/** A literal that its column cannot take is found here, and named with its row. */
function rowOf(plan: InsertPlan, values: readonly (BoundExpression | null)[], k: number): ShortRow | null {
  try {
    return shortRow(plan, values);
  } catch (error) {
    throw inRow(error, k, plan.source.kind === 'rows' ? plan.source.rows.length : 1);
  }
}

function shortRow(plan: InsertPlan, values: readonly (BoundExpression | null)[]): ShortRow | null {
  const { table } = plan.target;
  const sources: Source[] = [];
  for (let column = 0; column < table.columns.length; column++) {
    const position = plan.columns.indexOf(column);
    const value = position < 0 ? null : values[position];
    if (column === table.rowidColumn) sources.push({ kind: 'value', value: null });
    else if (value === null) sources.push(defaultOf(plan, column));
    else {
      const source = sourceOf(value, table, column);
      if (source === null) return null;
      sources.push(source);
    }
  }
  const rowidAt = Math.max(
    plan.columns.indexOf(ROWID_COLUMN),
    table.rowidColumn === null ? -1 : plan.columns.indexOf(table.rowidColumn),
  );
  const rowid = rowidAt < 0 ? null : values[rowidAt];
  if (rowid === null) return sorted(sources, plan, { value: null });
  if (rowid.kind === 'parameter') return sorted(sources, plan, { parameter: rowid.index });
  return rowid.kind === 'literal' ? sorted(sources, plan, { value: rowidFrom(rowid.value, table) }) : null;
}

function sorted(sources: readonly Source[], plan: InsertPlan, rowid: ShortRow['rowid']): ShortRow {
  const { columns, rowidColumn } = plan.target.table;
  return {
    values: sources.map((source) => (source.kind === 'value' ? source.value : null)),
    parameters: sources.filter((source) => source.kind === 'parameter'),
    defaults: sources.flatMap(({ kind }, column) => (kind === 'default' ? [column] : [])),
    isNull: sources.some(
      (source, i) => source.kind === 'value' && source.value === null && columns[i].notNull && i !== rowidColumn,
    ),
    rowid,
  };
}

function defaultOf(plan: InsertPlan, column: number): Source {
  const expression = plan.target.defaults[column];
  if (expression === null) return { kind: 'value', value: null };
  return (
    (expression.kind === 'literal' ? sourceOf(expression, plan.target.table, column) : null) ?? { kind: 'default' }
  );
}

/** null: the value has to be computed. */
export function sourceOf(expression: BoundExpression, table: TableDefinition, column: number): ValueSource | null {
  const { type, name } = table.columns[column];
  const label = `${table.name}.${name}`;
  if (expression.kind === 'parameter') {
    const { index, sample } = expression;
    const isLiteral = sample !== undefined;
    const coerce = tableCoercer(type, label, isLiteral ? expression.type : 'javascript');
    const mayRefuse = isLiteral && !takesAll(type.kind, expression.type.kind);
    return { kind: 'parameter', column, index, coerce, takes: isLiteral ? 'none' : takenBy(type.kind), mayRefuse };
  }
  if (expression.kind !== 'literal') return null;
  const coerce = tableCoercer(type, label, expression.type);
  return { kind: 'value', value: coerce(expression.value) };
}

function takenBy(kind: TypeKind): Taken {
  if (kind === 'TEXT') return 'texts';
  if (kind === 'REAL') return 'reals';
  return kind === 'INTEGER' ? 'integers' : 'none';
}

/** True when every value of one type fits into a column of the other. */
function takesAll(column: TypeKind, values: StaticType['kind']): boolean {
  return column === values || column === 'ANY' || (column === 'TEXT' && (values === 'INTEGER' || values === 'REAL'));
}
