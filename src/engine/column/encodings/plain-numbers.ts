import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';

// Doubles and 64-bit integers as they lie in memory, 8 bytes each, little-endian. Typed arrays have the byte order of
// the machine, which is little-endian wherever JavaScript engines run today; bits travel untouched, NaN payloads too.

export function writePlainNumbers(writer: ByteWriter, values: Float64Array, from: number, to: number): void {
  writer.raw(new Uint8Array(values.buffer, values.byteOffset + from * 8, (to - from) * 8));
}

export function writePlainBigints(writer: ByteWriter, values: BigInt64Array, from: number, to: number): void {
  writer.raw(new Uint8Array(values.buffer, values.byteOffset + from * 8, (to - from) * 8));
}

export class PlainNumbers {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  static read(reader: ByteReader, count: number): PlainNumbers {
    return new PlainNumbers(reader.raw(count * 8));
  }

  decodeInto(out: Float64Array, at: number): void {
    new Uint8Array(out.buffer, out.byteOffset + at * 8, this.bytes.length).set(this.bytes);
  }

  at(i: number): number {
    return this.view.getFloat64(i * 8, true);
  }
}

export class PlainBigints {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  static read(reader: ByteReader, count: number): PlainBigints {
    return new PlainBigints(reader.raw(count * 8));
  }

  decode(): BigInt64Array {
    return new BigInt64Array(this.bytes.slice().buffer);
  }

  at(i: number): bigint {
    return this.view.getBigInt64(i * 8, true);
  }
}
