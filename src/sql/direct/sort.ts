import type { Collation, SqlValue } from '../../engine/column/types.ts';
import type { SortTerm } from '../binder/logical-plan.ts';
import { compareRows } from '../executor/row-order.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { KeptRows } from './kept-rows.ts';

/** All rows in order; those that compare equal keep theirs. */
export class Sort implements RowSource, RowSink {
  input!: RowSource;
  private readonly terms: readonly SortTermPlan[];
  private readonly kept: KeptRows;
  private readonly sink: RowSink;
  private rows: SqlValue[][] = [];

  constructor(terms: readonly SortTerm[], kept: KeptRows, sink: RowSink) {
    this.terms = terms.map(({ column, collation, descending, nullsFirst }) => ({
      position: kept.ids.indexOf(column.id),
      collation,
      descending,
      nullsFirst,
    }));
    this.kept = kept;
    this.sink = sink;
  }

  take(): boolean {
    this.rows.push(this.kept.save());
    return true;
  }

  run(): boolean {
    this.rows = [];
    this.input.run();
    const { rows, terms, kept } = this;
    this.rows = [];
    rows.sort((a, b) => compareRows(a, b, terms));
    for (const row of rows) {
      kept.restore(row);
      if (!this.sink.take()) return false;
    }
    return true;
  }
}

/** In ascending order of all their values, NULLs first. */
export function inOrderOfValues(rows: SqlValue[][], collations: readonly Collation[]): void {
  const terms = collations.map((collation, position) => ({
    position,
    collation,
    descending: false,
    nullsFirst: true,
  }));
  rows.sort((a, b) => compareRows(a, b, terms));
}
