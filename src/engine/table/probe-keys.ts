import { NO_BYTES, NO_DOUBLES } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../column/vector.ts';
import { columnValueAt } from './delta-column.ts';

/** How a key is looked for. */
export const NOWHERE = 0;
export const AS_NUMBERS = 1;
/** By comparing values: what numbers stand for is not exact, or the column holds no numbers. */
export const AS_VALUES = 2;

/** A column of an index, as keys are looked for in it. */
export interface ProbeColumn {
  /** True when it holds numbers alone. */
  readonly isNumeric: boolean;
  readonly descending: boolean;
}

/** The keys of a batch as numbers that ascend in the order of the index. */
export class ProbeKeys {
  /** By column of the key, then by the key's place in the selection. */
  readonly numbers: Float64Array[];
  /** How each key is looked for. */
  ways = NO_BYTES;
  private readonly columns: readonly ProbeColumn[];

  constructor(columns: readonly ProbeColumn[]) {
    this.columns = columns;
    this.numbers = columns.map(() => NO_DOUBLES);
  }

  read(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number): void {
    if (this.ways.length < count) {
      this.ways = new Uint8Array(count);
      for (let c = 0; c < keys.length; c++) this.numbers[c] = new Float64Array(count);
    }
    this.ways.fill(AS_NUMBERS, 0, count);
    for (let c = 0; c < keys.length; c++) {
      const vector = keys[c];
      const numbers = this.numbers[c];
      const { isNumeric, descending } = this.columns[c];
      if (vector.kind === 'number' && isNumeric) {
        readNumbers(vector.values, vector.nulls, selection, count, numbers, this.ways);
      } else readValues(vector, isNumeric, selection, count, numbers, this.ways);
      if (descending) for (let i = 0; i < count; i++) numbers[i] = -numbers[i];
    }
  }

  /** True when key i is looked for as the one before it was, and finds the same. */
  repeats(i: number): boolean {
    if (i === 0 || this.ways[i] !== AS_NUMBERS || this.ways[i - 1] !== AS_NUMBERS) return false;
    const { numbers } = this;
    for (let c = 0; c < numbers.length; c++) if (numbers[c][i] !== numbers[c][i - 1]) return false;
    return true;
  }
}

function readNumbers(
  values: Float64Array,
  nulls: Uint8Array | null,
  selection: Uint32Array | null,
  count: number,
  numbers: Float64Array,
  ways: Uint8Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    const value = values[row];
    numbers[i] = value;
    if (nulls !== null && nulls[row] === 1) ways[i] = NOWHERE;
    // An infinity may stand for NULL in the order of the index.
    else if (ways[i] === AS_NUMBERS && !Number.isFinite(value)) ways[i] = AS_VALUES;
  }
}

function readValues(
  vector: ColumnVector,
  isNumeric: boolean,
  selection: Uint32Array | null,
  count: number,
  numbers: Float64Array,
  ways: Uint8Array,
): void {
  for (let i = 0; i < count; i++) {
    const value = columnValueAt(vector, selection === null ? i : selection[i]);
    const number = isNumeric ? exactNumber(value) : null;
    if (value === null) ways[i] = NOWHERE;
    else if (number === null && ways[i] === AS_NUMBERS) ways[i] = AS_VALUES;
    else numbers[i] = number ?? 0;
  }
}

/** The finite double that equals a value; null where there is none. */
function exactNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'bigint') return null;
  const number = Number(value);
  return BigInt(number) === value ? number : null;
}
