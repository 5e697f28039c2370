import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { needsItsType, physicalKindOf, STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import type { InsertPlan } from '../planner/plan-statement.ts';
import { type Change, type ChangeContext, type ChangeResult, INTERRUPT_ROWS } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { DefaultValues } from './default-values.ts';
import { inRow } from './row-checks.ts';
import { rowidFrom } from './rowid-value.ts';
import { TableRow } from './table-row.ts';
import { TableWriter } from './table-writer.ts';
import { Upsert } from './upsert.ts';
import { ViewRows } from './view-change.ts';

/** INSERT: every row is coerced, checked and appended; conflicts go by the statement's policy. */
export class Insert implements Change {
  private readonly plan: InsertPlan;
  private readonly defaults: DefaultValues;
  private readonly writer: TableWriter | null;
  private readonly view: ViewRows | null;
  private readonly upsert: Upsert | null;
  private readonly rows: readonly (readonly (ScalarEvaluator | null)[])[];
  private readonly query: RowCollector | null;
  /** Per table column, which value of a source row it takes; -1: its default. */
  private readonly sources: readonly number[];
  private readonly rowidSource: number;

  constructor(plan: InsertPlan) {
    this.plan = plan;
    const { table } = plan.target;
    this.defaults = new DefaultValues(table, plan.target.defaults);
    this.view = plan.target.isView ? new ViewRows(plan.target) : null;
    this.writer = plan.target.isView ? null : new TableWriter(plan.target);
    this.upsert = plan.upserts.length === 0 ? null : new Upsert(plan);
    this.rows = plan.source.kind === 'rows' ? plan.source.rows.map((row) => row.map(compileOrDefault)) : [];
    this.query = plan.source.kind === 'query' ? new RowCollector(plan.source.query) : null;
    this.sources = table.columns.map((_, column) => plan.columns.indexOf(column));
    const rowidName = plan.columns.indexOf(ROWID_COLUMN);
    this.rowidSource = rowidName < 0 && table.rowidColumn !== null ? this.sources[table.rowidColumn] : rowidName;
  }

  run(change: ChangeContext, result: ChangeResult): void {
    const policy = change.policy ?? this.plan.policy;
    const { table: definition } = this.plan.target;
    const row = new TableRow(definition);
    this.defaults.open(change.context.nowMicros, () => change.context);
    if (this.query === null) {
      const plain = this.coercers(() => STATIC_TYPES.ANY);
      this.rows.forEach((evaluators, k) => {
        const coercers = this.typedCoercers(k) ?? plain;
        const values = evaluators.map((evaluate) =>
          evaluate === null ? undefined : evaluate(EMPTY_ROW, change.context),
        );
        try {
          this.fill(row, values, coercers);
          this.insert(row, policy, change, result);
        } catch (error) {
          throw inRow(error, k, this.rows.length);
        }
        if (k % INTERRUPT_ROWS === INTERRUPT_ROWS - 1) change.interrupt();
      });
    } else this.insertCollected(this.query, row, change, result);
  }

  private insertCollected(query: RowCollector, row: TableRow, change: ChangeContext, result: ChangeResult): void {
    if (this.plan.source.kind !== 'query') return;
    const { columns } = this.plan.source.query;
    const policy = change.policy ?? this.plan.policy;
    const coercers = this.coercers((i) => columns[i].type);
    const kinds = columns.map((column) => physicalKindOf(column.type));
    let done = 0;
    for (const found of query.parts(change)) {
      const vectors = columns.map((_, i) => found.column(i));
      for (let k = 0; k < found.length; k++) {
        const values = vectors.map((vector, i) => valueAt(vector, kinds[i], k));
        this.fill(row, values, coercers);
        this.insert(row, policy, change, result);
        if (++done % INTERRUPT_ROWS === 0) change.interrupt();
      }
    }
  }

  private insert(row: TableRow, policy: ConflictPolicy | null, change: ChangeContext, result: ChangeResult): void {
    this.writer?.insert(row, policy, this.upsert, change, result);
    this.view?.change({ event: 'INSERT', old: null, row, isAssigned: null, policy }, change, result);
  }

  private coercers(sourceType: (source: number) => StaticType): readonly ColumnCoercer[] {
    const { table } = this.plan.target;
    return table.columns.map(({ type, name }, column) => {
      const source = this.sources[column];
      return tableCoercer(type, `${table.name}.${name}`, source < 0 ? STATIC_TYPES.ANY : sourceType(source));
    });
  }

  /** For a row of VALUES in which a value needs its type to be understood; null for others. */
  private typedCoercers(k: number): readonly ColumnCoercer[] | null {
    if (this.plan.source.kind !== 'rows') return null;
    const row = this.plan.source.rows[k];
    const isTyped = row.some((expression) => expression !== null && needsItsType(expression.type));
    return isTyped ? this.coercers((source) => row[source]?.type ?? STATIC_TYPES.ANY) : null;
  }

  /** A row from the source's values; undefined is the word DEFAULT. */
  private fill(row: TableRow, values: readonly (SqlValue | undefined)[], coercers: readonly ColumnCoercer[]): void {
    const { table } = this.plan.target;
    for (let column = 0; column < coercers.length; column++) {
      if (column === table.rowidColumn) continue;
      const source = this.sources[column];
      const value = source < 0 ? undefined : values[source];
      row.values[column] = value === undefined ? this.defaults.value(column) : coercers[column](value);
    }
    row.rowid = this.rowidSource < 0 ? null : rowidFrom(values[this.rowidSource] ?? null, table);
  }
}

function compileOrDefault(expression: BoundExpression | null): ScalarEvaluator | null {
  return expression === null ? null : compileScalar(expression);
}
