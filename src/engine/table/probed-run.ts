import { lowerBound } from '../../base/lower-bound.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import { rangeOf } from './index-range.ts';
import type { ReadValue } from './key.ts';
import { lowerBoundOf, upperBoundOf } from './number-search.ts';
import { asKey, type OrderedBlock, type OrderedKeys } from './ordered-keys.ts';
import type { OrderedPositions } from './table-segment.ts';

/** What a probe needs to know of a sorted run of a table's rows. */
export interface RunSource {
  /** Location of the run's position 0. */
  readonly base: number;
  readonly order: OrderedPositions;
  readonly keys: OrderedKeys;
  readonly read: ReadValue;
  /** null: every row is. */
  readonly isVisible: ((position: number) => boolean) | null;
}

/** Longer stretches are read as a whole, shorter ones row by row. */
const WHOLE_STRETCH = 32;

/** A sorted run in which keys are looked for, best in ascending order. */
export class ProbedRun {
  /** The stretch of the key that was looked for last. */
  from = 0;
  to = 0;
  private readonly source: RunSource;
  private readonly index: IndexDefinition;
  private block: OrderedBlock | null = null;
  private blockNumber = -1;

  constructor(source: RunSource, index: IndexDefinition) {
    this.source = source;
    this.index = index;
  }

  /** Sets the stretch of the rows that have the key; false: its numbers cannot be looked for. */
  findNumbers(wanted: readonly Float64Array[], row: number): boolean {
    const { keys } = this.source;
    const firsts = keys.firstKeys();
    if (firsts === null) return false;
    if (!this.isInsideBlock(firsts[0], wanted[0][row])) return this.findInBlocks(firsts, wanted, row);
    this.moveTo(this.blockNumber);
    this.from = this.boundWithin(wanted, row, false);
    this.to = this.boundWithin(wanted, row, true);
    return keys.isNumeric;
  }

  /** True when all keys that begin with this value lie in the block at hand. */
  private isInsideBlock(firsts: Float64Array, value: number): boolean {
    const b = this.blockNumber;
    if (b < 0 || !(firsts[b] < value)) return false;
    return b + 1 === firsts.length || value < firsts[b + 1];
  }

  private findInBlocks(firsts: readonly Float64Array[], wanted: readonly Float64Array[], row: number): boolean {
    const blockCount = firsts[0].length;
    // Blocks that begin with a key before the wanted one, and those that begin with it.
    const before = lowerBoundOf(firsts, wanted, row, 0, blockCount, this.blockNumber + 1);
    const upTo = upperBoundOf(firsts, wanted, row, before, blockCount);
    if (upTo === 0) {
      this.from = 0;
      this.to = 0;
      return true;
    }
    const firstBlock = Math.max(0, before - 1);
    this.moveTo(firstBlock);
    this.from = this.boundWithin(wanted, row, false);
    if (upTo - 1 !== firstBlock) this.moveTo(upTo - 1);
    this.to = this.boundWithin(wanted, row, true);
    return this.source.keys.isNumeric;
  }

  findValues(key: readonly ColumnValue[]): void {
    const { order, read } = this.source;
    const range = { equal: key };
    [this.from, this.to] = rangeOf(this.index, range, order.length, (k) => order.positionAt(k), read);
  }

  /** Fills in locations of visible rows from k on, before `to`, up to `limit` in all; returns the k behind them. */
  fill(k: number, to: number, locations: Float64Array, limit: number, at: Filled): number {
    let next = k;
    while (next < to && at.count < limit) {
      const end = Math.min(to, next + limit - at.count);
      next = this.fillStretch(next, end, locations, at);
    }
    return next;
  }

  private fillStretch(from: number, to: number, locations: Float64Array, at: Filled): number {
    const { base, order, isVisible, keys } = this.source;
    const { blockRows } = keys;
    const b = Math.floor(from / blockRows);
    if (b !== this.blockNumber || this.block === null) {
      this.block = keys.known(b);
      this.blockNumber = b;
    }
    const end = Math.min(to, (b + 1) * blockRows);
    const read = this.block === null && end - from >= WHOLE_STRETCH ? order.range(from, end) : null;
    const positions = this.block?.positions ?? read;
    const start = read === null ? b * blockRows : from;
    for (let k = from; k < end; k++) {
      const position = positions === null ? order.positionAt(k) : positions[k - start];
      if (isVisible === null || isVisible(position)) locations[at.count++] = base + position;
    }
    return end;
  }

  private moveTo(b: number): void {
    if (b === this.blockNumber && this.block !== null) return;
    this.block = this.source.keys.block(b);
    this.blockNumber = b;
  }

  /** The bound within the block at hand. */
  private boundWithin(wanted: readonly Float64Array[], row: number, isUpper: boolean): number {
    const { block, blockNumber, source } = this;
    const { blockRows } = source.keys;
    const start = blockNumber * blockRows;
    const length = Math.min(blockRows, source.order.length - start);
    if (block !== null) {
      const near = Math.min(length, Math.max(0, this.from - start));
      if (!isUpper) return start + lowerBoundOf(block.keys, wanted, row, 0, length, near);
      return start + upperBoundOf(block.keys, wanted, row, near, length);
    }
    return start + lowerBound(length, (k) => this.isBefore(start + k, wanted, row, isUpper));
  }

  /** Whether the k-th row comes before the wanted key, or before the end of its stretch. */
  private isBefore(k: number, wanted: readonly Float64Array[], row: number, isUpper: boolean): boolean {
    const { order, read } = this.source;
    const position = order.positionAt(k);
    for (let c = 0; c < wanted.length; c++) {
      const { column, descending } = this.index.columns[c];
      // Exact beyond 2^53 too, where the value is a bigint.
      const key = asKey(read(column, position), descending);
      if (key < wanted[c][row]) return true;
      if (key > wanted[c][row]) return false;
    }
    return isUpper;
  }
}

/** How many elements are filled in. */
export interface Filled {
  count: number;
}
