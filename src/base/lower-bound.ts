/** The first k of [0, length) that is not before what is looked for; those that are come first. */
export function lowerBound(length: number, isBefore: (k: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As {@link lowerBound}, of [from, length): looks near `from` first, in steps that double. */
export function lowerBoundFrom(from: number, length: number, isBefore: (k: number) => boolean): number {
  let low = from;
  let high = from;
  for (let step = 1; high < length && isBefore(high); step *= 2) {
    low = high + 1;
    high = Math.min(length, low + step);
  }
  return low + lowerBound(high - low, (k) => isBefore(low + k));
}

/** The first index of an ascending array whose element is >= value. */
export function lowerBoundIn(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
