import { NO_UINTS } from '../../base/empty-arrays.ts';
import { LIMITS } from '../../base/limits.ts';
import { CacheShelf } from '../cache/cache-shelf.ts';
import { CREATED_ID, ENDED_ID } from '../segment/segment-format.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';
import { type BlockLives, type VisiblePart, visiblePart } from './visible-part.ts';

const PART_ROWS = LIMITS.batchRows;
const PARTS = Math.ceil(LIMITS.blockRows / PART_ROWS);
/** What is kept of a part beyond its rows. */
const PART_BYTES = 64;

/**
 * Which rows of a segment a reader sees, where that are not all: by zone maps where they tell, and otherwise kept in the
 * cache, by parts of a batch's size. Readers between two changes of a part see the same of it.
 */
export class VisibleRows {
  private readonly reader: SegmentReader;
  private readonly lives: BlockLives;
  private readonly shelf: CacheShelf<VisiblePart>;
  /** By part the oldest transaction that has ended a row since what the shelf has was put there. */
  private readonly endedSince: Float64Array;

  constructor(reader: SegmentReader, lives: BlockLives) {
    this.reader = reader;
    this.lives = lives;
    this.shelf = new CacheShelf(reader.cache, PARTS * reader.blockCount);
    reader.shelves.push(this.shelf);
    this.endedSince = new Float64Array(PARTS * reader.blockCount).fill(Number.POSITIVE_INFINITY);
  }

  /** A row was ended by that transaction, or is no longer. */
  didEnd(position: number, transaction: number): void {
    const part = Math.floor(position / PART_ROWS);
    if (transaction < this.endedSince[part]) this.endedSince[part] = transaction;
  }

  /** The visible rows among [from, to) of a block, counted from `from`; null when all are. Not to be changed. */
  rows(block: number, from: number, to: number, transaction: number): Uint32Array | null {
    const known = this.knownOf(block, transaction);
    if (known !== undefined) return known;
    if (to - from <= PART_ROWS) return this.part(block, from, to, transaction);
    const joined = new Uint32Array(to - from);
    let count = 0;
    for (let start = from; start < to; start += PART_ROWS) {
      const end = Math.min(to, start + PART_ROWS);
      const rows = this.part(block, start, end, transaction);
      const length = rows === null ? end - start : rows.length;
      for (let i = 0; i < length; i++) joined[count++] = start - from + (rows === null ? i : rows[i]);
    }
    return count === to - from ? null : joined.subarray(0, count);
  }

  /** How many rows of a block are visible. */
  count(block: number, transaction: number): number {
    const blockRows = this.reader.blockRows(block);
    const known = this.knownOf(block, transaction);
    if (known !== undefined) return known === null ? blockRows : 0;
    let count = 0;
    for (let from = 0; from < blockRows; from += PART_ROWS) {
      const to = Math.min(blockRows, from + PART_ROWS);
      count += this.part(block, from, to, transaction)?.length ?? to - from;
    }
    return count;
  }

  /** What zone maps tell of a whole block: null: all is visible, empty: nothing is; undefined: they do not tell. */
  private knownOf(block: number, transaction: number): Uint32Array | null | undefined {
    const { reader } = this;
    const created = reader.zoneMap(CREATED_ID, block);
    if (Number(created.min) > transaction) return NO_UINTS;
    const isCreated = Number(created.max) <= transaction;
    if (reader.meta.kind === 'current') return isCreated && this.lives.endedIn(block) === null ? null : undefined;
    const ended = reader.zoneMap(ENDED_ID, block);
    if (Number(ended.max) <= transaction) return NO_UINTS;
    return isCreated && Number(ended.min) > transaction ? null : undefined;
  }

  private part(block: number, from: number, to: number, transaction: number): Uint32Array | null {
    const number = block * PARTS + from / PART_ROWS;
    let part = this.shelf.get(number);
    if (part === undefined || transaction < part.from || transaction >= Math.min(part.until, this.endedSince[number])) {
      part = visiblePart(this.lives, block, from, to, transaction);
      this.endedSince[number] = Number.POSITIVE_INFINITY;
      this.shelf.put(number, part, PART_BYTES + (part.rows?.byteLength ?? 0));
    }
    return part.rows;
  }
}
