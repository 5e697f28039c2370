import type { SqlValue } from '../../engine/column/types.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import { compareRows } from './row-order.ts';

type Row = readonly SqlValue[];

/** Rows of plain values as a binary heap: the first in an order is at hand. */
export class RowHeap {
  private readonly terms: readonly SortTermPlan[];
  private rows: Row[] = [];

  constructor(terms: readonly SortTermPlan[]) {
    this.terms = terms;
  }

  get length(): number {
    return this.rows.length;
  }

  /** null: there are no rows. */
  get first(): Row | null {
    return this.rows[0] ?? null;
  }

  push(row: Row): void {
    const { rows, terms } = this;
    let place = rows.push(row) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (compareRows(row, rows[parent], terms) >= 0) break;
      rows[place] = rows[parent];
      place = parent;
    }
    rows[place] = row;
  }

  /** Takes the first one. There is one. */
  pop(): Row {
    const { rows } = this;
    const first = rows[0];
    const last = rows.pop() as Row;
    if (rows.length > 0) this.replaceFirst(last);
    return first;
  }

  /** Puts another row into the place of the first one. */
  replaceFirst(row: Row): void {
    const { rows, terms } = this;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= rows.length) break;
      if (child + 1 < rows.length && compareRows(rows[child + 1], rows[child], terms) < 0) child++;
      if (compareRows(row, rows[child], terms) <= 0) break;
      rows[place] = rows[child];
      place = child;
    }
    rows[place] = row;
  }

  /** Takes all of them, in order. */
  takeAll(): readonly Row[] {
    const { rows, terms } = this;
    this.rows = [];
    return rows.sort((a, b) => compareRows(a, b, terms));
  }
}
