/** The first i of [from, to) whose value is not below the key; `to` where all are. `hint`: near which it may lie. */
export function lowerBoundNear(values: Float64Array, key: number, from: number, to: number, hint: number): number {
  if (from < to && values[from] >= key) return from;
  let low = from;
  let high = to;
  if (hint > from && hint < to) {
    if (values[hint - 1] < key) {
      low = hint;
      // The stretch ahead doubles until the key lies in it.
      let step = 1;
      while (low + step < high && values[low + step - 1] < key) {
        low += step;
        step *= 2;
      }
      high = Math.min(high, low + step);
    } else high = hint - 1;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first i of [from, to) whose value is above the key; `to` where none is. It is looked for near `from` first. */
export function upperBoundNear(values: Float64Array, key: number, from: number, to: number): number {
  let low = from;
  let step = 1;
  while (low + step <= to && values[low + step - 1] <= key) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The first i of [from, to) at which the columns' values, one after the other, are not before those of row `row` of
 * `wanted`. `columns` are sorted so.
 */
export function lowerBoundOf(
  columns: readonly Float64Array[],
  wanted: readonly Float64Array[],
  row: number,
  from: number,
  to: number,
  hint: number,
): number {
  let low = lowerBoundNear(columns[0], wanted[0][row], from, to, hint);
  let high = to;
  for (let c = 1; c < wanted.length; c++) {
    high = upperBoundNear(columns[c - 1], wanted[c - 1][row], low, high);
    if (low === high) return low;
    low = lowerBoundNear(columns[c], wanted[c][row], low, high, low);
  }
  return low;
}

/** As {@link lowerBoundOf}: the first i at which they are behind. */
export function upperBoundOf(
  columns: readonly Float64Array[],
  wanted: readonly Float64Array[],
  row: number,
  from: number,
  to: number,
): number {
  let low = from;
  let high = to;
  for (let c = 0; c < wanted.length - 1; c++) {
    low = lowerBoundNear(columns[c], wanted[c][row], low, high, low);
    high = upperBoundNear(columns[c], wanted[c][row], low, high);
    if (low === high) return low;
  }
  const last = wanted.length - 1;
  return upperBoundNear(columns[last], wanted[last][row], low, high);
}
