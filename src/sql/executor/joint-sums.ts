import { NO_UINTS } from '../../base/empty-arrays.ts';
import type { RunningSums } from '../functions/aggregates/sum.ts';
import type { CallInput } from './grouping.ts';
import type { JointUpdate } from './joint-update.ts';

/** Which groups a batch has rows of, and how many of each. */
class RowCounts {
  /** The groups, as the batch shows them, and how many they are. */
  private groups = NO_UINTS;
  private length = 0;
  /** By group; 0 for those without rows in the batch. */
  private counts = NO_UINTS;

  count(groupIds: Uint32Array, groupCount: number, selection: Uint32Array | null, rowCount: number): void {
    if (this.counts.length < groupCount) {
      this.counts = new Uint32Array(2 * groupCount);
      this.groups = new Uint32Array(2 * groupCount);
    } else for (let k = 0; k < this.length; k++) this.counts[this.groups[k]] = 0;
    const { counts, groups } = this;
    let length = 0;
    for (let i = 0; i < rowCount; i++) {
      const group = groupIds[selection === null ? i : selection[i]];
      if (counts[group]++ === 0) groups[length++] = group;
    }
    this.length = length;
  }

  addTo(totals: Float64Array): void {
    const { groups, length, counts } = this;
    for (let k = 0; k < length; k++) totals[groups[k]] += counts[groups[k]];
  }
}

/**
 * Sums of several REAL arguments over the same rows: two of them in a pass over the rows of a batch, which are counted once
 * for all. Arguments with NULLs, and a single one without, are left to their states.
 */
export class SumsUpdate implements JointUpdate {
  /** The calls whose arguments they are, ascending, and their sums. */
  private readonly calls: readonly number[];
  private readonly sums: readonly RunningSums[];
  private readonly rowCounts = new RowCounts();
  /** The calls whose sums have the batch. */
  private added: readonly number[] = [];

  constructor(calls: readonly number[], sums: readonly RunningSums[]) {
    this.calls = calls;
    this.sums = sums;
  }

  update(call: number, groupIds: Uint32Array, groupCount: number, inputs: readonly CallInput[]): boolean {
    if (call === this.calls[0]) this.addBatch(groupIds, groupCount, inputs);
    return this.added.includes(call);
  }

  private addBatch(groupIds: Uint32Array, groupCount: number, inputs: readonly CallInput[]): void {
    const { calls, rowCounts } = this;
    const { selection, count } = inputs[calls[0]].rows;
    const added: number[] = [];
    const sums: RunningSums[] = [];
    const values: Float64Array[] = [];
    calls.forEach((call, i) => {
      const [vector] = inputs[call].arguments;
      if (vector.kind !== 'number' || vector.nulls !== null) return;
      added.push(call);
      sums.push(this.sums[i]);
      values.push(vector.values);
    });
    this.added = added.length < 2 ? [] : added;
    if (added.length < 2) return;
    rowCounts.count(groupIds, groupCount, selection, count);
    for (const { realCounts } of sums) rowCounts.addTo(realCounts);
    for (let i = 0; i + 1 < sums.length; i += 2) {
      const [a, b] = [sums[i], sums[i + 1]];
      sumTwo(a.reals, a.corrections, values[i], b.reals, b.corrections, values[i + 1], groupIds, selection, count);
    }
    if (sums.length % 2 === 0) return;
    const { reals, corrections } = sums[sums.length - 1];
    sumOne(reals, corrections, values[sums.length - 1], groupIds, selection, count);
  }
}

/** A sum that is compensated as in `sum-kernels.ts`. */
function sumOne(
  sums: Float64Array,
  corrections: Float64Array,
  values: Float64Array,
  groupIds: Uint32Array,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const group = groupIds[row];
    const value = values[row];
    const sum = sums[group];
    const next = sum + value;
    const grown = next - sum;
    corrections[group] += sum - (next - grown) + (value - grown);
    sums[group] = next;
  }
}

/** {@link sumOne} for two arguments. */
function sumTwo(
  sumsA: Float64Array,
  correctionsA: Float64Array,
  valuesA: Float64Array,
  sumsB: Float64Array,
  correctionsB: Float64Array,
  valuesB: Float64Array,
  groupIds: Uint32Array,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const group = groupIds[row];
    const a = valuesA[row];
    const sumA = sumsA[group];
    const nextA = sumA + a;
    const grownA = nextA - sumA;
    correctionsA[group] += sumA - (nextA - grownA) + (a - grownA);
    sumsA[group] = nextA;
    const b = valuesB[row];
    const sumB = sumsB[group];
    const nextB = sumB + b;
    const grownB = nextB - sumB;
    correctionsB[group] += sumB - (nextB - grownB) + (b - grownB);
    sumsB[group] = nextB;
  }
}
