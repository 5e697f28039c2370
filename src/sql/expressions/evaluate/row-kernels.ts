/**
 * Loops over row numbers. `selection` names `count` rows, ascending; null stands for rows 0 to count - 1. Functions that
 * fill `out` return how many rows they wrote; `out` may be `selection` itself.
 */

/** Truth of a row in a mask. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

/** Rows whose `flags` byte is `wanted`. */
export function rowsWhere(
  flags: Uint8Array,
  wanted: number,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  if (selection === null) {
    for (let row = 0; row < count; row++) {
      out[kept] = row;
      if (flags[row] === wanted) kept++;
    }
    return kept;
  }
  for (let i = 0; i < count; i++) {
    const row = selection[i];
    out[kept] = row;
    if (flags[row] === wanted) kept++;
  }
  return kept;
}

/** Rows whose `flags` byte is anything but `unwanted`. */
export function rowsWhereNot(
  flags: Uint8Array,
  unwanted: number,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    out[kept] = row;
    if (flags[row] !== unwanted) kept++;
  }
  return kept;
}

export function setFlags(flags: Uint8Array, value: number, selection: Uint32Array | null, count: number): void {
  if (selection === null) flags.fill(value, 0, count);
  else for (let i = 0; i < count; i++) flags[selection[i]] = value;
}

/** Rows of `selection` that are not in `removed`, a subset of it; both ascending. */
export function rowsWithout(
  selection: Uint32Array | null,
  count: number,
  removed: Uint32Array,
  removedCount: number,
  out: Uint32Array,
): number {
  let kept = 0;
  let next = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (next < removedCount && removed[next] === row) next++;
    else out[kept++] = row;
  }
  return kept;
}
