import type { ComparisonOperator } from '../bound-expression.ts';

/** Comparisons that NULL makes unknown. */
export type OrderOperator = Exclude<ComparisonOperator, 'IS' | 'IS NOT'>;

/**
 * Rows whose number compares so with a constant. No row of the selection may be NULL. Fills `out`, returns the count;
 * see row-kernels.ts for the selection.
 */
export function filterNumberConstant(
  operator: OrderOperator,
  values: Float64Array,
  constant: number,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  return selection === null
    ? filterAllConstant(operator, values, constant, count, out)
    : filterSelectedConstant(operator, values, constant, selection, count, out);
}

function filterAllConstant(
  operator: OrderOperator,
  values: Float64Array,
  constant: number,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  switch (operator) {
    case '=':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] === constant) kept++;
      }
      return kept;
    case '<>':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] !== constant) kept++;
      }
      return kept;
    case '<':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] < constant) kept++;
      }
      return kept;
    case '<=':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] <= constant) kept++;
      }
      return kept;
    case '>':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] > constant) kept++;
      }
      return kept;
    case '>=':
      for (let row = 0; row < count; row++) {
        out[kept] = row;
        if (values[row] >= constant) kept++;
      }
      return kept;
  }
}

function filterSelectedConstant(
  operator: OrderOperator,
  values: Float64Array,
  constant: number,
  selection: Uint32Array,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  switch (operator) {
    case '=':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] === constant) kept++;
      }
      return kept;
    case '<>':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] !== constant) kept++;
      }
      return kept;
    case '<':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] < constant) kept++;
      }
      return kept;
    case '<=':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] <= constant) kept++;
      }
      return kept;
    case '>':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] > constant) kept++;
      }
      return kept;
    case '>=':
      for (let i = 0; i < count; i++) {
        const row = selection[i];
        out[kept] = row;
        if (values[row] >= constant) kept++;
      }
      return kept;
  }
}

/** Rows whose numbers in two columns compare so; no NULLs. */
export function filterNumberNumber(
  operator: OrderOperator,
  left: Float64Array,
  right: Float64Array,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  switch (operator) {
    case '=':
      return filterEqual(left, right, true, selection, count, out);
    case '<>':
      return filterEqual(left, right, false, selection, count, out);
    case '<':
      return filterLess(left, right, selection, count, out);
    case '>':
      return filterLess(right, left, selection, count, out);
    case '<=':
      return filterLessOrEqual(left, right, selection, count, out);
    case '>=':
      return filterLessOrEqual(right, left, selection, count, out);
  }
}

function filterEqual(
  left: Float64Array,
  right: Float64Array,
  wanted: boolean,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    out[kept] = row;
    if ((left[row] === right[row]) === wanted) kept++;
  }
  return kept;
}

function filterLess(
  left: Float64Array,
  right: Float64Array,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    out[kept] = row;
    if (left[row] < right[row]) kept++;
  }
  return kept;
}

function filterLessOrEqual(
  left: Float64Array,
  right: Float64Array,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    out[kept] = row;
    if (left[row] <= right[row]) kept++;
  }
  return kept;
}
