/**
 * Arithmetic of number columns. Results of NULL rows are computed too and mean nothing; the caller merges NULLs. Each
 * function writes `out[row]` of the selected rows (null: rows 0 to count - 1) and returns whether any result calls for a
 * second look: NaN, which is NULL, or beyond 2^53, which an integer cannot be here.
 */
export type NumberKernel = (
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
  selection: Uint32Array | null,
  count: number,
) => boolean;

export const addNumbers: NumberKernel = (left, right, out, selection, count) => {
  let isPlain = true;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = left[row] + right[row];
    out[row] = value;
    if (!(value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER)) isPlain = false;
  }
  return !isPlain;
};

export const subtractNumbers: NumberKernel = (left, right, out, selection, count) => {
  let isPlain = true;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = left[row] - right[row];
    out[row] = value;
    if (!(value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER)) isPlain = false;
  }
  return !isPlain;
};

export const multiplyNumbers: NumberKernel = (left, right, out, selection, count) => {
  let isPlain = true;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    // An integer zero has no sign; a REAL one loses it as well, which no comparison and no text shows.
    const value = left[row] * right[row] + 0;
    out[row] = value;
    if (!(value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER)) isPlain = false;
  }
  return !isPlain;
};

/** Up to here a quotient of integers cannot be rounded up to the next integer by the division itself. */
const EXACT_DIVIDEND = 2 ** 52;

/** Whole quotients, cut towards zero. A zero divisor gives NaN. */
export const divideIntegers: NumberKernel = (left, right, out, selection, count) => {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const a = left[row];
    const b = right[row];
    if (b === 0) out[row] = Number.NaN;
    else if (a <= EXACT_DIVIDEND && a >= -EXACT_DIVIDEND) out[row] = Math.trunc(a / b) + 0;
    else out[row] = (a - (a % b)) / b;
  }
  return true;
};

export const remainderIntegers: NumberKernel = (left, right, out, selection, count) => {
  let isPlain = true;
  // Times come in order: most lie between the same two multiples as the one before, and that is quicker than dividing.
  let multiple = 0;
  let of = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const dividend = left[row];
    const divisor = right[row];
    const beyond = dividend - multiple;
    if (beyond >= 0 && beyond < of && divisor === of) {
      out[row] = beyond;
      continue;
    }
    // A zero divisor gives NaN; the sum turns -0 into 0.
    const remainder = (dividend % divisor) + 0;
    out[row] = remainder;
    if (Number.isNaN(remainder)) isPlain = false;
    else if (remainder >= 0 && dividend >= 0 && divisor > 0) {
      multiple = dividend - remainder;
      of = divisor;
    }
  }
  return !isPlain;
};

export const divideReals: NumberKernel = (left, right, out, selection, count) => {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const divisor = right[row];
    out[row] = divisor === 0 ? Number.NaN : left[row] / divisor;
  }
  return true;
};

/** Sets `nulls[row]` for the selected rows where either side is NULL or the result is NaN; true when any is. */
export function mergeNulls(
  left: Uint8Array | null,
  right: Uint8Array | null,
  result: Float64Array,
  nulls: Uint8Array,
  selection: Uint32Array | null,
  count: number,
): boolean {
  let any = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = result[row];
    let isNull = Number.isNaN(value) ? 1 : 0;
    if (left !== null) isNull |= left[row];
    if (right !== null) isNull |= right[row];
    nulls[row] = isNull;
    any |= isNull;
  }
  return any === 1;
}
