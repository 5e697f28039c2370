import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// 64-bit integers that lie close together, such as times in nanoseconds: the smallest one (8 bytes), and the others less
// it as integers.

export function writeOffset(writer: ByteWriter, offset: bigint): void {
  writer.i64(offset);
}

export class OffsetBigints {
  private readonly offset: bigint;
  private readonly rest: EncodedIntegers;
  private readonly count: number;
  /** For errors only. */
  private readonly reader: ByteReader;

  constructor(reader: ByteReader, count: number, depth: number) {
    this.reader = reader;
    this.count = count;
    this.offset = reader.i64();
    this.rest = readIntegers(reader, count, depth);
  }

  decode(): BigInt64Array {
    const rest = new Float64Array(this.count);
    this.rest.decodeInto(rest, 0);
    const values = new BigInt64Array(this.count);
    for (let i = 0; i < values.length; i++) values[i] = this.value(rest[i]);
    return values;
  }

  at(i: number): bigint {
    return this.value(this.rest.at(i));
  }

  private value(rest: number): bigint {
    if (!Number.isSafeInteger(rest)) this.reader.fail('a difference that is no integer');
    return BigInt.asIntN(64, this.offset + BigInt(rest));
  }
}
