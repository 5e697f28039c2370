import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { valueKey } from '../../expressions/values/value-key.ts';
import type { AggregateDefinition } from './definition.ts';
import { type Fold, FoldState } from './fold.ts';

/** 2^12 registers: the standard error is 1.04 / sqrt(4096) = 1.6 %. */
const PRECISION = 12;
const REGISTERS = 1 << PRECISION;
/** Up to this many hashes are kept as they are: small groups are exact, and cost little. */
const MOST_HASHES = 512;

const bytes = new DataView(new ArrayBuffer(8));

/** Two independent hashes of 32 bits of a value that is not NULL; equal values have equal ones. */
function hashOf(value: SqlValue): readonly [number, number] {
  const key = valueKey(value, 'BINARY');
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  if (typeof key === 'number') {
    bytes.setFloat64(0, key);
    [a, b] = [mix(a ^ bytes.getUint32(0), bytes.getUint32(4)), mix(b ^ bytes.getUint32(4), bytes.getUint32(0))];
  } else {
    const text = String(key);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15);
    }
  }
  return [mix(a, b), mix(b, a)];
}

/** The finalizer of MurmurHash3 (A. Appleby), over two words. */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b >>> 16) ^ Math.imul(b, 0xcc9e2d51), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The hashes of a group while there are few, then registers. */
class Sketch {
  private hashes: Set<number> | null = new Set();
  private registers: Uint8Array | null = null;

  add(value: SqlValue): void {
    const [a, b] = hashOf(value);
    if (this.hashes !== null) {
      this.hashes.add(a * 2 ** 21 + (b >>> 11));
      if (this.hashes.size > MOST_HASHES) this.toRegisters(this.hashes);
    } else this.raise(a, b);
  }

  /** P. Flajolet, É. Fusy, O. Gandouet, F. Meunier, "HyperLogLog" (2007), with linear counting for few values. */
  count(): number {
    if (this.registers === null) return this.hashes!.size;
    let [sum, zeros] = [0, 0];
    for (const rank of this.registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros++;
    }
    const estimate = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    const isSmall = estimate <= 2.5 * REGISTERS && zeros > 0;
    return Math.round(isSmall ? REGISTERS * Math.log(REGISTERS / zeros) : estimate);
  }

  private toRegisters(hashes: ReadonlySet<number>): void {
    this.registers = new Uint8Array(REGISTERS);
    for (const hash of hashes) {
      const a = Math.floor(hash / 2 ** 21);
      this.raise(a, (hash - a * 2 ** 21) << 11);
    }
    this.hashes = null;
  }

  /** The register that the first bits of `a` name keeps the longest run of zeros that the bits behind them begin with. */
  private raise(a: number, b: number): void {
    const rest = (a << PRECISION) >>> 0;
    const zeros = rest !== 0 ? Math.clz32(rest) : 32 - PRECISION + Math.clz32((b >>> 11) << 11);
    const register = a >>> (32 - PRECISION);
    if (zeros + 1 > this.registers![register]) this.registers![register] = zeros + 1;
  }
}

/** approx_count_distinct: exact up to 512 different values, then with a standard error of 1.6 %, in 4 KiB a group. */
const APPROXIMATE_COUNT: Fold<Sketch> = {
  groupBytes: REGISTERS,
  begin: () => new Sketch(),
  add: (sketch, value) => {
    sketch.add(value);
    return sketch;
  },
  result: (sketch) => BigInt(sketch.count()),
};

export const APPROXIMATE_AGGREGATES: readonly AggregateDefinition[] = [
  {
    name: 'approx_count_distinct',
    minArguments: 1,
    maxArguments: 1,
    decimals: 'keep',
    resultType: () => STATIC_TYPES.INTEGER,
    create: (options) => new FoldState(APPROXIMATE_COUNT, options),
  },
];
