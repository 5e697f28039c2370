import { LIMITS } from '../../base/limits.ts';
import { Decimals } from '../column/encodings/decimal.ts';
import { CodedTextColumn, ConstantColumn, NumberColumn } from '../column/encodings/encoded-columns.ts';
import type { EncodedColumn } from '../column/encodings/encoding.ts';
import type { PhysicalKind } from '../column/types.ts';
import type { VectorRoom } from '../column/vector-room.ts';

/**
 * A decoded block in a fourth of the memory, or half of it for texts: what is read here and there comes out of the
 * processor's caches then, and of the block cache. Always two bytes a row, so that the loops over them have one kind of array.
 */
export type NarrowBlock = NarrowNumbers | NarrowCodes;

/** Row i is (low + integers[i]) / power, exactly. */
export interface NarrowNumbers {
  readonly kind: 'narrow numbers';
  readonly integers: Uint16Array;
  readonly low: number;
  readonly power: number;
  readonly nulls: Uint8Array | null;
}

/** Row i is dictionary[codes[i]]. */
export interface NarrowCodes {
  readonly kind: 'narrow codes';
  readonly codes: Uint16Array;
  readonly dictionary: readonly string[];
  readonly nulls: Uint8Array | null;
}

const MAX_NARROW = 0xffff;
/** Of all blocks with the same value in each row: nobody writes to a block. */
const ZEROS = new Uint16Array(LIMITS.blockRows);

/** A block of rows in its narrow form; null where its values have none. */
export function narrowBlock(column: EncodedColumn, physical: PhysicalKind): NarrowBlock | null {
  // Among values of any type an integer and a double of the same value differ, and vectors of numbers cannot tell which is which.
  if (column.rowCount > LIMITS.blockRows || physical === 'any') return null;
  if (column instanceof NumberColumn) return narrowNumbers(column, physical);
  if (column instanceof CodedTextColumn) return narrowCodes(column);
  return column instanceof ConstantColumn ? narrowConstant(column, physical) : null;
}

/** What it comes to in memory, in bytes. */
export function narrowBytes(block: NarrowBlock): number {
  const rows = block.kind === 'narrow codes' ? block.codes : block.integers;
  return (rows.buffer === ZEROS.buffer ? 0 : rows.byteLength) + (block.nulls?.length ?? 0);
}

function narrowNumbers({ numbers, nulls, rowCount }: NumberColumn, physical: PhysicalKind): NarrowNumbers | null {
  const isDecimal = numbers instanceof Decimals;
  // Other doubles need not be integers.
  if (isDecimal ? numbers.positions.length > 0 : physical !== 'integer') return null;
  const values = decoded.subarray(0, rowCount);
  (isDecimal ? numbers.integers : numbers).decodeInto(values, 0);
  const low = least(values);
  const integers = new Uint16Array(rowCount);
  if (!narrow(values, low, integers)) return null;
  const power = isDecimal ? numbers.power : 1;
  return { kind: 'narrow numbers', integers, low, power, nulls: nulls?.expand() ?? null };
}

/** Each use overwrites what the one before has decoded. */
const decoded = new Float64Array(LIMITS.blockRows);

function least(values: Float64Array): number {
  let low = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] < low) low = values[i];
  return low;
}

/** Answers whether all values less `low` fit. */
function narrow(values: Float64Array, low: number, into: Uint16Array): boolean {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const above = values[i] - low;
    if (above > most) most = above;
    into[i] = above;
  }
  return most <= MAX_NARROW;
}

function narrowCodes({ codes, nulls }: CodedTextColumn): NarrowCodes | null {
  const { dictionary } = codes;
  if (dictionary.length > MAX_NARROW + 1) return null;
  return {
    kind: 'narrow codes',
    codes: Uint16Array.from(codes.decode(CODES_ROOM)),
    dictionary,
    nulls: nulls?.expand() ?? null,
  };
}

/** As `decoded`. */
const codeSpace = new Uint32Array(LIMITS.blockRows);
const CODES_ROOM: VectorRoom = {
  floats: (length) => decoded.subarray(0, length),
  codes: (length) => codeSpace.subarray(0, length),
};

function narrowConstant({ value, nulls, rowCount }: ConstantColumn, physical: PhysicalKind): NarrowBlock | null {
  const rows = ZEROS.subarray(0, rowCount);
  const nullBytes = nulls?.expand() ?? null;
  if (typeof value === 'string' && physical === 'text')
    return { kind: 'narrow codes', codes: rows, dictionary: [value], nulls: nullBytes };
  // Zero added to -0 is 0.
  if (typeof value !== 'number' || Object.is(value, -0)) return null;
  return { kind: 'narrow numbers', integers: rows, low: value, power: 1, nulls: nullBytes };
}
