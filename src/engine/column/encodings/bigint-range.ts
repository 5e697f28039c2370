/** The smallest and the largest of some 64-bit integers. */
export interface BigintRange {
  readonly min: bigint;
  readonly max: bigint;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Of rows [from, to) that are not NULL; `nulls` counts from `from`. There must be one. */
export function bigintRange(values: BigInt64Array, from: number, to: number, nulls: Uint8Array | null): BigintRange {
  let min: bigint | null = null;
  let max = 0n;
  for (let i = from; i < to; i++) {
    if (nulls !== null && nulls[i - from] === 1) continue;
    const value = values[i];
    if (min === null) min = max = value;
    else if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min: min ?? 0n, max };
}

/** Numbers hold all of them exactly. */
export function isSafeRange({ min, max }: BigintRange): boolean {
  return min >= -MAX_SAFE && max <= MAX_SAFE;
}

/** Rows [from, to) less `offset`, as numbers; 0 where NULL is. */
export function numbersLess(
  offset: bigint,
  values: BigInt64Array,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): Float64Array {
  const numbers = new Float64Array(to - from);
  for (let i = from; i < to; i++) {
    if (nulls === null || nulls[i - from] === 0) numbers[i - from] = Number(values[i] - offset);
  }
  return numbers;
}
