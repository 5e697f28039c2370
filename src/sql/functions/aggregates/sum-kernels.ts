/**
 * Sums of number columns by group. REAL sums are compensated: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur
 * Summation endlicher Summen", ZAMM 54 (1974), so that the order of rows hardly matters. `counts` counts what is not NULL.
 * What an addition loses is found without a look at which side is larger: D. E. Knuth, The Art of Computer Programming,
 * volume 2, 4.2.2, theorem B. It is the same number to the last bit.
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
    const grown = next - sum;
    corrections[group] += sum - (next - grown) + (value - grown);
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
    const grown = next - sum;
    corrections[group] += sum - (next - grown) + (value - grown);
    sums[group] = next;
    counts[group]++;
  }
}

/**
 * All selected rows into group 0, no NULLs. A sum of many is larger than each of them, so that the look at which side is costs
 * less than Knuth's way here; and a loop for each case takes a tenth less than one for both.
 */
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
  if (selection === null) {
    for (let i = 0; i < count; i++) {
      const value = values[i];
      const next = sum + value;
      correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const value = values[selection[i]];
      const next = sum + value;
      correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
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
