import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';
import { forEachRow, realAt } from './rows.ts';
import { numericArgument } from './sum.ts';

/** Of the pairs of one group: how many, means, and sums of squared and mixed differences from them. */
interface Moments {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

const FIELDS = 6;

/**
 * corr, covar and regr_*: pairs (y, x) of which neither is NULL. Means and differences are kept up to date by each pair,
 * as in B. P. Welford's method for variances, which loses no digits to large means.
 */
class RegressionState implements AggregateState {
  private readonly physical: readonly PhysicalKind[];
  private readonly finish: (moments: Moments) => number | null;
  /** n, mean of x, mean of y, sums of xx, yy and xy, group after group. */
  private moments: Float64Array = NO_DOUBLES;

  constructor(physical: readonly PhysicalKind[], finish: (moments: Moments) => number | null) {
    this.physical = physical;
    this.finish = finish;
  }

  ensureGroups(groupCount: number): void {
    this.moments = grownNumbers(this.moments, groupCount * FIELDS);
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { moments, physical } = this;
    forEachRow(groupIds, selection, count, (group, row) => {
      const y = realAt(args[0], physical[0], row);
      const x = realAt(args[1], physical[1], row);
      if (!Number.isNaN(x) && !Number.isNaN(y)) addPair(moments, group * FIELDS, x, y);
    });
  }

  result(group: number): SqlValue {
    const [n, x, y, xx, yy, xy] = this.moments.subarray(group * FIELDS, (group + 1) * FIELDS);
    const value = this.finish({ n, x, y, xx, yy, xy });
    return value === null || Number.isNaN(value) ? null : value;
  }
}

/** regr_count: an INTEGER, 0 for no pairs. */
class PairCount extends RegressionState {
  override result(group: number): SqlValue {
    return BigInt(super.result(group) as number);
  }
}

function addPair(moments: Float64Array, at: number, x: number, y: number): void {
  const n = ++moments[at];
  const [fromX, fromY] = [x - moments[at + 1], y - moments[at + 2]];
  moments[at + 1] += fromX / n;
  moments[at + 2] += fromY / n;
  const behindY = y - moments[at + 2];
  moments[at + 3] += fromX * (x - moments[at + 1]);
  moments[at + 4] += fromY * behindY;
  moments[at + 5] += fromX * behindY;
}

/** Null for a group without pairs. */
function ofPairs(compute: (moments: Moments) => number | null): (moments: Moments) => number | null {
  return (moments) => (moments.n === 0 ? null : compute(moments));
}

function determination({ xx, yy, xy }: Moments): number | null {
  if (xx === 0) return null;
  return yy === 0 ? 1 : (xy * xy) / (xx * yy);
}

function regression(name: string, finish: (moments: Moments) => number | null): AggregateDefinition {
  return {
    name,
    minArguments: 2,
    maxArguments: 2,
    resultType: (types) => {
      numericArgument(name, types);
      numericArgument(name, types.slice(1));
      return STATIC_TYPES.REAL;
    },
    create: ({ argumentTypes }) => new RegressionState(argumentTypes.map(physicalKindOf), ofPairs(finish)),
  };
}

const count = regression('regr_count', ({ n }) => n);

export const REGRESSION_AGGREGATES: readonly AggregateDefinition[] = [
  regression('corr', ({ xx, yy, xy }) => (xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy))),
  regression('covar_pop', ({ n, xy }) => xy / n),
  regression('covar_samp', ({ n, xy }) => (n < 2 ? null : xy / (n - 1))),
  {
    ...count,
    resultType: (types) => {
      count.resultType(types);
      return STATIC_TYPES.INTEGER;
    },
    create: ({ argumentTypes }) => new PairCount(argumentTypes.map(physicalKindOf), ({ n }) => n),
  },
  regression('regr_avgx', ({ x }) => x),
  regression('regr_avgy', ({ y }) => y),
  regression('regr_sxx', ({ xx }) => xx),
  regression('regr_syy', ({ yy }) => yy),
  regression('regr_sxy', ({ xy }) => xy),
  regression('regr_slope', ({ xx, xy }) => (xx === 0 ? null : xy / xx)),
  regression('regr_intercept', ({ x, y, xx, xy }) => (xx === 0 ? null : y - (xy / xx) * x)),
  regression('regr_r2', determination),
];
