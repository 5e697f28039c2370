import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { accumulate } from './delta.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// Integers as differences from the value `lag` rows before. Rows of many sensors that report in turns repeat with their
// number: what a sensor says now is close to what it said last, and its name is the same. A lag of 1 with differences
// that are differences themselves is "delta of delta" (T. Pelkonen et al., "Gorilla", VLDB 2015).
// Body: lag (varint), the first `lag` values as integers, the count - lag differences as integers.

/** Rounds of `lag` values between two that single reads start from. */
const ANCHOR_ROUNDS = 16;

export function writeLag(writer: ByteWriter, lag: number): void {
  writer.varint(lag);
}

export class LaggedIntegers implements EncodedIntegers {
  private readonly lag: number;
  private readonly first: EncodedIntegers;
  private readonly differences: EncodedIntegers;
  private readonly count: number;
  /** Every 16th round of values, made when the first single value is asked for. */
  private anchors: Float64Array | null = null;

  private constructor(lag: number, first: EncodedIntegers, differences: EncodedIntegers, count: number) {
    this.lag = lag;
    this.first = first;
    this.differences = differences;
    this.count = count;
  }

  static read(reader: ByteReader, count: number, depth: number): LaggedIntegers {
    const lag = reader.varint();
    if (lag === 0 || lag >= count) reader.fail(`a lag of ${lag} in ${count} values`);
    const first = readIntegers(reader, lag, depth);
    return new LaggedIntegers(lag, first, readIntegers(reader, count - lag, depth), count);
  }

  decodeInto(out: Float64Array, at: number): void {
    const { lag, count } = this;
    this.first.decodeInto(out, at);
    this.differences.decodeInto(out, at + lag);
    if (lag === 1) accumulate(out, at, count);
    else accumulateLagged(out, at, count, lag);
  }

  at(i: number): number {
    this.anchors ??= this.makeAnchors();
    const { lag } = this;
    const phase = i % lag;
    const round = (i - phase) / lag;
    const anchor = Math.floor(round / ANCHOR_ROUNDS);
    let value = this.anchors[anchor * lag + phase];
    for (let r = anchor * ANCHOR_ROUNDS + 1; r <= round; r++) value += this.differences.at((r - 1) * lag + phase);
    return value;
  }

  private makeAnchors(): Float64Array {
    const { lag, count } = this;
    const all = new Float64Array(count);
    this.decodeInto(all, 0);
    const anchors = new Float64Array(Math.ceil(count / (lag * ANCHOR_ROUNDS)) * lag);
    for (let from = 0, to = 0; from < count; from += lag * ANCHOR_ROUNDS, to += lag) {
      anchors.set(all.subarray(from, Math.min(from + lag, count)), to);
    }
    return anchors;
  }
}

function accumulateLagged(out: Float64Array, at: number, count: number, lag: number): void {
  for (let i = at + lag, end = at + count; i < end; i++) out[i] += out[i - lag];
}
