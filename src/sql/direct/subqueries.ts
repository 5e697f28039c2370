import type { SqlValue } from '../../engine/column/types.ts';
import type { LogicalSubquery } from '../binder/logical-subquery.ts';
import { containsRow } from '../executor/contains-row.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { InSubqueryExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { EvaluationContext, SubqueryEvaluator } from '../expressions/context.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { ValueSet } from '../expressions/values/value-set.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { KeptRows } from './kept-rows.ts';

/** Collects the first rows of a subquery. */
export class SubqueryRows implements RowSink {
  source!: RowSource;
  private readonly columns: KeptRows;
  private most = 0;
  private rows: SqlValue[][] = [];

  constructor(columns: KeptRows) {
    this.columns = columns;
  }

  take(): boolean {
    this.rows.push(this.columns.save());
    return this.rows.length < this.most;
  }

  first(most: number): readonly (readonly SqlValue[])[] {
    this.rows = [];
    this.most = most;
    this.source.run();
    return this.rows;
  }
}

/** Runs subqueries where expressions ask for them: uncorrelated ones once in an execution. */
export class DirectSubqueries implements SubqueryEvaluator {
  private readonly build: (subquery: LogicalSubquery) => SubqueryRows;
  // Most statements have no subqueries, and make none of these.
  private built: Map<SubqueryHandle, SubqueryRows> | null = null;
  private rowsOnce: Map<SubqueryHandle, readonly (readonly SqlValue[])[]> | null = null;
  private setsOnce: Map<InSubqueryExpression, ValueSet> | null = null;

  constructor(build: (subquery: LogicalSubquery) => SubqueryRows) {
    this.build = build;
  }

  /** Forgets what belongs to an execution. */
  forget(): void {
    this.rowsOnce = null;
    this.setsOnce = null;
  }

  scalar(handle: SubqueryHandle, column: number): SqlValue {
    const rows = this.rows(handle, 1);
    return rows.length === 0 ? null : rows[0][column];
  }

  exists(handle: SubqueryHandle): boolean {
    return this.rows(handle, 1).length > 0;
  }

  contains(
    node: InSubqueryExpression,
    operands: readonly SqlValue[],
    _row: RowValues,
    _context: EvaluationContext,
  ): boolean | null {
    if (operands.length === 1) return this.valueSet(node).contains(operands[0]);
    return containsRow(this.converted(node), operands, node);
  }

  private valueSet(node: InSubqueryExpression): ValueSet {
    const known = this.setsOnce?.get(node);
    if (known !== undefined) return known;
    const set = new ValueSet(node.collations[0]);
    for (const [value] of this.converted(node)) set.add(value);
    if (node.subquery.correlated) return set;
    this.setsOnce ??= new Map();
    this.setsOnce.set(node, set);
    return set;
  }

  private converted({ subquery, affinities }: InSubqueryExpression): readonly (readonly SqlValue[])[] {
    const rows = this.rows(subquery, Number.POSITIVE_INFINITY);
    return rows.map((values) => values.map((value, i) => applyAffinity(value, affinities[i])));
  }

  /** A subquery is always asked for as many rows. */
  private rows(handle: SubqueryHandle, most: number): readonly (readonly SqlValue[])[] {
    const once = this.rowsOnce?.get(handle);
    if (once !== undefined) return once;
    const rows = this.rowsOf(handle).first(most);
    if (handle.correlated) return rows;
    this.rowsOnce ??= new Map();
    this.rowsOnce.set(handle, rows);
    return rows;
  }

  private rowsOf(handle: SubqueryHandle): SubqueryRows {
    this.built ??= new Map();
    let subquery = this.built.get(handle);
    if (subquery === undefined) {
      subquery = this.build(handle as LogicalSubquery);
      this.built.set(handle, subquery);
    }
    return subquery;
  }
}
