import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';
import { scratch } from './scratch.ts';

// Numbers of few distinct values, as codes. Body: number of values (varint), the values as integers (reals as plain
// ones), the codes as integers, numbered by first use, so that long repetitions are runs of codes.

/** A block with more distinct numbers than one in so many rows has no use for codes. */
const ROWS_PER_VALUE = 8;
/** Distinct numbers are looked for in so many rows before high cardinality ends the search. */
const PROBE_ROWS = 256;

export interface DistinctPlan {
  readonly values: Float64Array;
  readonly codes: Float64Array;
}

/** Null where there are too many, or some whose bits a number variable would not keep: NaN and -0. */
export function planDistinct(numbers: Float64Array): DistinctPlan | null {
  const codeOf = new Map<number, number>();
  const codes = scratch(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    let code = codeOf.get(number);
    if (code === undefined) {
      if (Number.isNaN(number)) return null;
      code = codeOf.size;
      codeOf.set(number, code);
      const seen = Math.max(i + 1, PROBE_ROWS);
      if (codeOf.size * ROWS_PER_VALUE > seen * 2) return null;
    }
    if (number === 0 && Object.is(number, -0)) return null;
    codes[i] = code;
  }
  if (codeOf.size * ROWS_PER_VALUE > numbers.length) return null;
  return { values: Float64Array.from(codeOf.keys()), codes };
}

export function writeDistinctCount(writer: ByteWriter, count: number): void {
  writer.varint(count);
}

export class DistinctNumbers implements EncodedIntegers {
  private readonly values: Float64Array;
  private readonly codes: EncodedIntegers;
  private readonly count: number;
  /** For errors only. */
  private readonly reader: ByteReader;

  private constructor(reader: ByteReader, count: number, depth: number) {
    const valueCount = reader.varint();
    if (valueCount === 0 || valueCount > count) reader.fail(`${valueCount} distinct values of ${count}`);
    this.values = new Float64Array(valueCount);
    readIntegers(reader, valueCount, depth).decodeInto(this.values, 0);
    this.codes = readIntegers(reader, count, depth);
    this.count = count;
    this.reader = reader;
  }

  static read(reader: ByteReader, count: number, depth: number): DistinctNumbers {
    return new DistinctNumbers(reader, count, depth);
  }

  decodeInto(out: Float64Array, at: number): void {
    this.codes.decodeInto(out, at);
    const { values } = this;
    let beyond = 0;
    for (let i = at, end = at + this.count; i < end; i++) {
      const code = out[i];
      beyond |= code >= 0 && code < values.length ? 0 : 1;
      out[i] = values[code];
    }
    if (beyond !== 0) this.reader.fail('a code beyond its values');
  }

  at(i: number): number {
    return this.values[this.codes.at(i)] ?? this.reader.fail('a code beyond its values');
  }
}
