import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// Integers that are all offset + n * factor: times in microseconds that fall on whole seconds, decimals of fewer places
// than their block has. Body: offset (signed varint), factor (varint), the n as integers.

export function writeScale(writer: ByteWriter, offset: number, factor: number): void {
  writer.signedVarint(offset);
  writer.varint(factor);
}

export class ScaledIntegers implements EncodedIntegers {
  private readonly offset: number;
  private readonly factor: number;
  private readonly inner: EncodedIntegers;
  private readonly count: number;

  private constructor(offset: number, factor: number, inner: EncodedIntegers, count: number) {
    this.offset = offset;
    this.factor = factor;
    this.inner = inner;
    this.count = count;
  }

  static read(reader: ByteReader, count: number, depth: number): ScaledIntegers {
    const offset = reader.signedVarint();
    const factor = reader.varint();
    return new ScaledIntegers(offset, factor, readIntegers(reader, count, depth), count);
  }

  decodeInto(out: Float64Array, at: number): void {
    this.inner.decodeInto(out, at);
    const { offset, factor } = this;
    for (let i = at, end = at + this.count; i < end; i++) out[i] = offset + factor * out[i];
  }

  at(i: number): number {
    return this.offset + this.factor * this.inner.at(i);
  }
}
