import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { lowerBoundIn } from '../../../base/lower-bound.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// Integers that repeat, as runs: number of runs (varint), the length of each less 1 as integers, the values as integers.

export function writeRunCount(writer: ByteWriter, runCount: number): void {
  writer.varint(runCount);
}

export class RunIntegers implements EncodedIntegers {
  /** Where each run ends: ascending. */
  private readonly ends: Float64Array;
  private readonly values: EncodedIntegers;

  private constructor(ends: Float64Array, values: EncodedIntegers) {
    this.ends = ends;
    this.values = values;
  }

  static read(reader: ByteReader, count: number, depth: number): RunIntegers {
    const runCount = reader.varint();
    if (runCount === 0 || runCount > count) reader.fail(`${runCount} runs of ${count} values`);
    const ends = new Float64Array(runCount);
    readIntegers(reader, runCount, depth).decodeInto(ends, 0);
    let end = 0;
    for (let k = 0; k < runCount; k++) {
      if (!(ends[k] >= 0)) reader.fail('a run of no values');
      end += ends[k] + 1;
      ends[k] = end;
    }
    if (end !== count) reader.fail('runs that do not add up');
    return new RunIntegers(ends, readIntegers(reader, runCount, depth));
  }

  decodeInto(out: Float64Array, at: number): void {
    const { ends } = this;
    const values = new Float64Array(ends.length);
    this.values.decodeInto(values, 0);
    let from = 0;
    for (let k = 0; k < ends.length; k++) {
      out.fill(values[k], at + from, at + ends[k]);
      from = ends[k];
    }
  }

  at(i: number): number {
    return this.values.at(lowerBoundIn(this.ends, i + 1));
  }
}
