import { NO_DOUBLES, NO_UINTS } from '../../base/empty-arrays.ts';
import { LIMITS } from '../../base/limits.ts';
import { CacheShelf } from '../cache/cache-shelf.ts';
import { ReusedRoom, type VectorRoom } from '../column/vector-room.ts';
import { CREATED_ID, ENDED_ID } from '../segment/segment-format.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';
import { type BlockLives, type VisiblePart, visiblePart } from './visible-part.ts';

const PART_ROWS = LIMITS.batchRows;
const PARTS = Math.ceil(LIMITS.blockRows / PART_ROWS);
/** What is kept of a part beyond its rows. */
const PART_BYTES = 64;
/** From so many times on that a row or some neighbours are asked for, what is visible of a part is worth being made. */
const ASKED_WORTH_A_PART = 8;
const ALL_MARKED = new Uint8Array(PART_ROWS).fill(1);
const NONE_MARKED = new Uint8Array(PART_ROWS);
const CREATED_ROOM = new ReusedRoom();
const ENDED_ROOM = new ReusedRoom();

interface KeptPart extends VisiblePart {
  /** By row, made when single rows are asked for. */
  marks?: Uint8Array;
}

/** A segment's rows. */
interface RowLives extends BlockLives {
  isVisible(position: number, transaction: number): boolean;
}

/**
 * Which rows of a segment a reader sees, where that are not all: by zone maps where they tell, and otherwise kept in the
 * cache, by parts of a batch's size. Readers between two changes of a part see the same of it.
 */
export class VisibleRows {
  private readonly reader: SegmentReader;
  private readonly lives: RowLives;
  private readonly passingLives: BlockLives;
  private readonly created: Bounds;
  /** null: of a segment whose rows had not ended when it was written. */
  private readonly ended: Bounds | null;
  private readonly shelf: CacheShelf<KeptPart>;
  /** By part how often rows of it were looked at one by one. */
  private readonly asked: Uint8Array;
  /** By part the oldest transaction that has ended a row since what the shelf has was put there. */
  private readonly endedSince: Float64Array;

  constructor(reader: SegmentReader, lives: RowLives) {
    this.reader = reader;
    this.lives = lives;
    this.passingLives = passingLives(reader, lives);
    this.created = boundsOf(reader, CREATED_ID);
    this.ended = reader.meta.kind === 'history' ? boundsOf(reader, ENDED_ID) : null;
    this.asked = new Uint8Array(PARTS * reader.blockCount);
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

  /** Those of the positions that are visible, in their order. */
  among(positions: Uint32Array, transaction: number): Uint32Array {
    const visible = new Uint32Array(positions.length);
    let count = 0;
    let number = -1;
    let marks: Uint8Array | null = null;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i];
      const part = (position / PART_ROWS) >>> 0;
      if (part !== number) {
        number = part;
        marks = this.marksOf(part, transaction);
      }
      visible[count] = position;
      count +=
        marks === null ? Number(this.lives.isVisible(position, transaction)) : marks[position - part * PART_ROWS];
    }
    return visible.subarray(0, count);
  }

  /** 1 for each row of a part that is visible; null: so few have been asked for that they are looked at one by one. */
  private marksOf(number: number, transaction: number): Uint8Array | null {
    const block = Math.floor(number / PARTS);
    const known = this.knownOf(block, transaction);
    if (known !== undefined) return known === null ? ALL_MARKED : NONE_MARKED;
    const part = this.keptPart(number, transaction);
    if (part === undefined && this.asked[number] < ASKED_WORTH_A_PART) {
      this.asked[number]++;
      return null;
    }
    const from = (number % PARTS) * PART_ROWS;
    const to = Math.min(from + PART_ROWS, this.reader.blockRows(block));
    const made = part ?? this.makePart(block, from, to, transaction);
    if (made.marks === undefined) {
      made.marks = marksOf(made);
      this.shelf.put(number, made, PART_BYTES + PART_ROWS + (made.rows?.byteLength ?? 0));
    }
    return made.marks;
  }

  /** What zone maps tell of a whole block: null: all is visible, empty: nothing is; undefined: they do not tell. */
  private knownOf(block: number, transaction: number): Uint32Array | null | undefined {
    const { created, ended, lives } = this;
    if (created.mins[block] > transaction) return NO_UINTS;
    const isCreated = created.maxes[block] <= transaction;
    if (ended === null) return isCreated && lives.endedIn(block) === null ? null : undefined;
    if (ended.maxes[block] <= transaction) return NO_UINTS;
    return isCreated && ended.mins[block] > transaction ? null : undefined;
  }

  private part(block: number, from: number, to: number, transaction: number): Uint32Array | null {
    const kept = this.keptPart(block * PARTS + from / PART_ROWS, transaction);
    return (kept ?? this.makePart(block, from, to, transaction)).rows;
  }

  private keptPart(number: number, transaction: number): KeptPart | undefined {
    const part = this.shelf.get(number);
    const isValid =
      part !== undefined && transaction >= part.from && transaction < Math.min(part.until, this.endedSince[number]);
    return isValid ? part : undefined;
  }

  private makePart(block: number, from: number, to: number, transaction: number): KeptPart {
    const number = block * PARTS + from / PART_ROWS;
    const part: KeptPart = visiblePart(this.passingLives, block, from, to, transaction);
    this.endedSince[number] = Number.POSITIVE_INFINITY;
    this.shelf.put(number, part, PART_BYTES + (part.rows?.byteLength ?? 0));
    return part;
  }
}

/** What zone maps say of the transactions of each block. */
interface Bounds {
  readonly mins: Float64Array;
  readonly maxes: Float64Array;
}

function boundsOf(reader: SegmentReader, id: number): Bounds {
  const { zones } = reader.open(id).entry;
  return {
    mins: Float64Array.from(zones, ({ min }) => Number(min)),
    maxes: Float64Array.from(zones, ({ max }) => Number(max)),
  };
}

function marksOf({ rows }: VisiblePart): Uint8Array {
  if (rows === null) return ALL_MARKED;
  const marks = new Uint8Array(PART_ROWS);
  for (let i = 0; i < rows.length; i++) marks[rows[i]] = 1;
  return marks;
}

/**
 * Lives as who keeps what follows from them reads them: the transactions of a block, which are as large as its rows, are not left in
 * the cache. Each read overwrites the one before.
 */
function passingLives(reader: SegmentReader, lives: BlockLives): BlockLives {
  const numbers = (id: number, block: number, room: VectorRoom): Float64Array => {
    const vector = reader.columnIn(id, block, room, false);
    return vector.kind === 'number' ? vector.values : NO_DOUBLES;
  };
  return {
    newestIn: (block) => lives.newestIn(block),
    createdIn: (block) => numbers(CREATED_ID, block, CREATED_ROOM),
    endedIn: (block) => (reader.meta.kind === 'history' ? numbers(ENDED_ID, block, ENDED_ROOM) : lives.endedIn(block)),
  };
}
