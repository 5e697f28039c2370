import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { realOf } from '../../expressions/values/numeric.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';
import { numericArgument } from './sum.ts';

/** Calls `add` with each value that is not NULL, as a REAL. */
function forEachNumber(
  vector: ColumnVector,
  physical: PhysicalKind,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
  add: (group: number, value: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = valueAt(vector, physical, row);
    if (value !== null) add(groupIds === null ? 0 : groupIds[row], realOf(value));
  }
}

/** Variances: B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares", Technometrics 4 (1962). */
class VarianceState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly isSample: boolean;
  private readonly isDeviation: boolean;
  private counts: Float64Array = NO_DOUBLES;
  private means: Float64Array = NO_DOUBLES;
  private squares: Float64Array = NO_DOUBLES;

  constructor(physical: PhysicalKind, isSample: boolean, isDeviation: boolean) {
    this.physical = physical;
    this.isSample = isSample;
    this.isDeviation = isDeviation;
  }

  ensureGroups(groupCount: number): void {
    this.counts = grownNumbers(this.counts, groupCount);
    this.means = grownNumbers(this.means, groupCount);
    this.squares = grownNumbers(this.squares, groupCount);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { counts, means, squares } = this;
    if (vector.kind === 'number') {
      addToVariances(counts, means, squares, vector.values, vector.nulls, groupIds, selection, count);
      return;
    }
    const one = new Float64Array(1);
    forEachNumber(vector, this.physical, groupIds, selection, count, (group, value) => {
      one[0] = value;
      const [c, m, s] = [counts.subarray(group), means.subarray(group), squares.subarray(group)];
      addToVariances(c, m, s, one, null, null, null, 1);
    });
  }

  result(group: number): SqlValue {
    const divisor = this.counts[group] - (this.isSample ? 1 : 0);
    if (divisor <= 0) return null;
    const variance = this.squares[group] / divisor;
    if (Number.isNaN(variance)) return null;
    return this.isDeviation ? Math.sqrt(variance) : variance;
  }
}

function addToVariances(
  counts: Float64Array,
  means: Float64Array,
  squares: Float64Array,
  values: Float64Array,
  nulls: Uint8Array | null,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    const value = values[row];
    const difference = value - means[group];
    counts[group]++;
    means[group] += difference / counts[group];
    squares[group] += difference * (value - means[group]);
  }
}

function statistic(name: string, create: (physical: PhysicalKind) => AggregateState): AggregateDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    resultType: (types) => {
      numericArgument(name, types);
      return STATIC_TYPES.REAL;
    },
    create: ({ argumentTypes }) => create(physicalKindOf(argumentTypes[0])),
  };
}

export const STATISTICAL_AGGREGATES: readonly AggregateDefinition[] = [
  statistic('variance', (physical) => new VarianceState(physical, true, false)),
  statistic('var_samp', (physical) => new VarianceState(physical, true, false)),
  statistic('var_pop', (physical) => new VarianceState(physical, false, false)),
  statistic('stddev', (physical) => new VarianceState(physical, true, true)),
  statistic('stddev_samp', (physical) => new VarianceState(physical, true, true)),
  statistic('stddev_pop', (physical) => new VarianceState(physical, false, true)),
];
