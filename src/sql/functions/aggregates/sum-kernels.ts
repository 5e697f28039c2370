/**
 * Sums of number columns by group. REAL sums are compensated: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen", ZAMM 54 (1974), so that the order of rows hardly matters. `counts` counts what is not NULL.
 */
export function sumRealsByGroup(
  sums: Float64Array,
  corrections: Float64Array,
  counts: Float64Array,
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
    corrections[group] += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sums[group] = next;
    counts[group]++;
  }
}

/** As {@link sumRealsByGroup}, with NULLs; `groupIds` null: one group for all. */
export function sumSelectedReals(
  sums: Float64Array,
  corrections: Float64Array,
  counts: Float64Array,
  values: Float64Array,
  nulls: Uint8Array,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    const value = values[row];
    const sum = sums[group];
    const next = sum + value;
    corrections[group] += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sums[group] = next;
    counts[group]++;
  }
}

/** All selected rows into group 0, no NULLs. */
export function sumAllReals(
  sums: Float64Array,
  corrections: Float64Array,
  counts: Float64Array,
  values: Float64Array,
  selection: Uint32Array | null,
  count: number,
): void {
  let sum = sums[0];
  let correction = corrections[0];
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = values[row];
    const next = sum + value;
    correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  sums[0] = sum;
  corrections[0] = correction;
  counts[0] += count;
}

/**
 * Sums of safe integers. A partial sum that would leave the safe range is handed to `carry` first, so that `sums` stays
 * exact.
 */
export function sumIntegers(
  sums: Float64Array,
  counts: Float64Array,
  values: Float64Array,
  nulls: Uint8Array | null,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
  carry: (group: number, amount: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    const sum = sums[group];
    const next = sum + values[row];
    counts[group]++;
    if (next <= Number.MAX_SAFE_INTEGER && next >= Number.MIN_SAFE_INTEGER) sums[group] = next;
    else {
      carry(group, sum);
      sums[group] = values[row];
    }
  }
}
