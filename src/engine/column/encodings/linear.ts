import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// Integers that lie about a straight line, as clocks with jitter do: value i = floor(i * slope) + residual. Where
// differences between neighbours would have the jitter of both, a residual has its own alone, and single values need no
// sum. Body: slope (f64), the residuals as integers. The product is one rounded multiplication: the same on any machine.

export function writeSlope(writer: ByteWriter, slope: number): void {
  writer.f64(slope);
}

/** Fills `residuals` with those of values. */
export function residualsOf(values: Float64Array, slope: number, residuals: Float64Array): void {
  for (let i = 0; i < values.length; i++) residuals[i] = values[i] - Math.floor(i * slope);
}

export class LinearIntegers implements EncodedIntegers {
  private readonly slope: number;
  private readonly residuals: EncodedIntegers;
  private readonly count: number;

  private constructor(slope: number, residuals: EncodedIntegers, count: number) {
    this.slope = slope;
    this.residuals = residuals;
    this.count = count;
  }

  static read(reader: ByteReader, count: number, depth: number): LinearIntegers {
    const slope = reader.f64();
    if (!Number.isFinite(slope)) reader.fail('a slope that is no number');
    return new LinearIntegers(slope, readIntegers(reader, count, depth), count);
  }

  decodeInto(out: Float64Array, at: number): void {
    this.residuals.decodeInto(out, at);
    const { slope, count } = this;
    for (let i = 0; i < count; i++) out[at + i] += Math.floor(i * slope);
  }

  at(i: number): number {
    return Math.floor(i * this.slope) + this.residuals.at(i);
  }
}
