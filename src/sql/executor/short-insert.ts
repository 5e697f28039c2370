import type { ColumnValue, SqlValue, TypeKind } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { tableCoercer } from '../binder/column-affinity.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { InsertPlan, TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeResult } from './change.ts';
import { DefaultValues } from './default-values.ts';
import type { ExecutionContext } from './execution-context.ts';
import { inRow, notNullViolation } from './row-checks.ts';
import { refusedRowid, rowidFrom } from './rowid-value.ts';

interface ParameterSource {
  readonly kind: 'parameter';
  readonly index: number;
  readonly coerce: ColumnCoercer;
  /** A text is what the column holds, as it is. */
  readonly takesText: boolean;
  /** Stands for a literal that the column may refuse. */
  readonly mayRefuse: boolean;
}

/** Where the value of a column comes from: a parameter, a value known beforehand, or the column's default. */
type Source = ParameterSource | { readonly kind: 'value'; readonly value: ColumnValue } | { readonly kind: 'default' };

interface ShortRow {
  readonly sources: readonly Source[];
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
  private readonly values: ColumnValue[];

  private constructor(plan: InsertPlan, rows: readonly ShortRow[]) {
    const { table } = plan.target;
    this.plan = plan;
    this.rows = rows;
    this.refusing = rows.flatMap(({ sources }, row) =>
      sources.flatMap((source) => (source.kind === 'parameter' && source.mayRefuse ? [{ row, source }] : [])),
    );
    this.notNull = table.columns.flatMap((column, i) => (column.notNull && i !== table.rowidColumn ? [i] : []));
    this.defaults = new DefaultValues(table, plan.target.defaults);
    this.hasDefaults = rows.some((row) => row.sources.some(({ kind }) => kind === 'default'));
    this.values = new Array<ColumnValue>(table.columns.length).fill(null);
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
    const table = transaction.table(this.plan.target.table.id);
    for (let k = 0; k < this.rows.length; k++) {
      const row = this.rows[k];
      try {
        this.fill(row.sources, parameters);
        const rowid = 'value' in row.rowid ? row.rowid.value : this.rowidOf(parameters[row.rowid.parameter]);
        result.lastInsertRowid = table.append(transaction, rowid, this.values);
      } catch (error) {
        throw inRow(error, k, this.rows.length);
      }
    }
    result.changes = this.rows.length;
  }

  private fill(sources: readonly Source[], parameters: readonly unknown[]): void {
    const { values, notNull } = this;
    for (let column = 0; column < sources.length; column++) {
      const source = sources[column];
      if (source.kind === 'parameter') {
        const value = parameters[source.index];
        values[column] = source.takesText && typeof value === 'string' ? value : source.coerce(value);
      } else values[column] = source.kind === 'value' ? source.value : this.defaults.value(column);
    }
    for (let k = 0; k < notNull.length; k++) {
      if (values[notNull[k]] === null) throw notNullViolation(this.plan.target, notNull[k]);
    }
  }

  private rowidOf(value: unknown): number | null {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    const isValue =
      value === null || typeof value === 'bigint' || typeof value === 'string' || typeof value === 'number';
    if (isValue) return rowidFrom(value as SqlValue, this.plan.target.table);
    throw refusedRowid(this.plan.target.table, value);
  }
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
      const source = sourceOf(value, plan, column);
      if (source === null) return null;
      sources.push(source);
    }
  }
  const rowidAt = Math.max(
    plan.columns.indexOf(ROWID_COLUMN),
    table.rowidColumn === null ? -1 : plan.columns.indexOf(table.rowidColumn),
  );
  const rowid = rowidAt < 0 ? null : values[rowidAt];
  if (rowid === null) return { sources, rowid: { value: null } };
  if (rowid.kind === 'parameter') return { sources, rowid: { parameter: rowid.index } };
  return rowid.kind === 'literal' ? { sources, rowid: { value: rowidFrom(rowid.value, table) } } : null;
}

function defaultOf(plan: InsertPlan, column: number): Source {
  const expression = plan.target.defaults[column];
  if (expression === null) return { kind: 'value', value: null };
  return (expression.kind === 'literal' ? sourceOf(expression, plan, column) : null) ?? { kind: 'default' };
}

function sourceOf(expression: BoundExpression, plan: InsertPlan, column: number): Source | null {
  const { table } = plan.target;
  const { type, name } = table.columns[column];
  const label = `${table.name}.${name}`;
  if (expression.kind === 'parameter') {
    const { index, sample } = expression;
    const isLiteral = sample !== undefined;
    const coerce = tableCoercer(type, label, isLiteral ? expression.type : 'javascript');
    const takesText = type.kind === 'TEXT' && !isLiteral;
    const mayRefuse = isLiteral && !takesAll(type.kind, expression.type.kind);
    return { kind: 'parameter', index, coerce, takesText, mayRefuse };
  }
  if (expression.kind !== 'literal') return null;
  const coerce = tableCoercer(type, label, expression.type);
  return { kind: 'value', value: coerce(expression.value) };
}

/** True when every value of one type fits into a column of the other. */
function takesAll(column: TypeKind, values: StaticType['kind']): boolean {
  return column === values || column === 'ANY' || (column === 'TEXT' && (values === 'INTEGER' || values === 'REAL'));
}
