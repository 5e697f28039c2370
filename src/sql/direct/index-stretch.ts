import { lowerBound } from '../../base/lower-bound.ts';
import type { IndexDefinition } from '../../engine/catalog/definitions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { IndexPath } from '../planner/access-path.ts';
import { canRaise } from '../planner/can-raise.ts';
import type { DirectExecution } from './execution.ts';
import type { TableRow, TableRows } from './row-cache.ts';

interface Bound {
  readonly evaluate: ScalarEvaluator;
  readonly isInclusive: boolean;
}

const NO_ROWS: readonly TableRow[] = [];

/**
 * The rows of a small table in the order of an index: those whose first column lies between the ends that the conditions
 * name, and perhaps some more. What it leaves out fulfils the conditions nowhere.
 */
export class IndexStretch {
  private readonly index: IndexDefinition;
  private readonly low: Bound | null;
  private readonly high: Bound | null;
  private readonly execution: DirectExecution;

  constructor({ index, equal, nulls, anyOf, low, high }: IndexPath, execution: DirectExecution) {
    // What may raise an error is left to the conditions: there may be no row for which they come to it.
    const bound = (value: BoundExpression, isInclusive: boolean): Bound | null =>
      canRaise(value) ? null : { evaluate: compileScalar(value), isInclusive };
    this.index = index;
    this.execution = execution;
    const [first] = equal;
    if (first !== undefined) {
      // NULL is looked for as a value that equals nothing.
      this.low = nulls[0] ? null : bound(first, true);
      this.high = this.low;
      return;
    }
    // Behind a list of values the ends are those of the second column.
    this.low = low === null || anyOf !== null ? null : bound(low.value, low.operator === '>=');
    this.high = high === null || anyOf !== null ? null : bound(high.value, high.operator === '<=');
  }

  rowsOf(table: TableRows): readonly TableRow[] {
    const rows = table.inOrderOf(this.index);
    if (rows.length === 0) return rows;
    const [{ descending, collation }] = this.index.columns;
    const position = table.positionOf(this.index.columns[0].column);
    const [start, end] = descending ? [this.high, this.low] : [this.low, this.high];
    const sign = descending ? -1 : 1;
    const place = (bound: Bound | null, otherwise: number, goesBehindEqual: boolean): number => {
      if (bound === null) return otherwise;
      const value = this.execution.valueOf(bound.evaluate);
      if (value === null) return -1;
      return lowerBound(rows.length, (k) => {
        const order = sign * compareValues(rows[k][position], value, collation);
        return order < 0 || (order === 0 && goesBehindEqual);
      });
    };
    const from = place(start, 0, start?.isInclusive === false);
    const to = place(end, rows.length, end?.isInclusive === true);
    if (from < 0 || to < 0) return NO_ROWS;
    return from === 0 && to === rows.length ? rows : rows.slice(from, to);
  }
}
