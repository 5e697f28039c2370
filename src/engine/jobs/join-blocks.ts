import { LIMITS } from '../../base/limits.ts';
import { inSteps, overTexts, type Work } from '../../base/work.ts';
import { type LargeValue, vectorWithLarge } from '../column/large-values.ts';
import type { ColumnValue, SqlValue } from '../column/types.ts';
import { type ColumnVector, sliceVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import { columnValueAt } from '../table/delta-column.ts';
import { lengthOf } from '../table/table-segment.ts';

/**
 * Makes one vector of a column's blocks, as they come, without holding the blocks: numbers go into one array, codes into
 * another, with one dictionary of those of all segments. Where a block is of another kind, or there are too many texts for a
 * dictionary, what has been joined so far is carried over to an array that takes both.
 */
export class BlockJoiner {
  private readonly rowCount: number;
  private readonly room: VectorRoom;
  private joined: Joined | null = null;

  /** `rowCount`: of all blocks together. */
  constructor(rowCount: number, room: VectorRoom) {
    this.rowCount = rowCount;
    this.room = room;
  }

  /** What the block holds is copied: its memory may be used again when this is done. */
  *add(block: ColumnVector): Work<void> {
    this.joined ??= this.begin(block.kind);
    if (!this.joined.takes(block)) {
      const before = this.joined;
      this.joined = this.begin(before instanceof JoinedNumbers ? 'bigint' : 'value');
      yield* this.joined.add(sliceVector(before.vector(), 0, before.length));
    }
    yield* this.joined.add(block);
  }

  /** The vector of all blocks, once they have all been added. */
  finish(): ColumnVector {
    return (this.joined ?? this.begin('number')).vector();
  }

  private begin(kind: ColumnVector['kind']): Joined {
    const { rowCount, room } = this;
    switch (kind) {
      case 'number':
        return new JoinedNumbers(rowCount, room);
      case 'bigint':
        return new JoinedBigints(rowCount);
      case 'dictionary':
        return new JoinedCodes(rowCount, room);
      case 'value':
        return new JoinedValues(rowCount);
    }
  }
}

/** Blocks of one column, so far. */
interface Joined {
  /** Rows of the blocks. */
  readonly length: number;
  takes(block: ColumnVector): boolean;
  /** A block that it takes. */
  add(block: ColumnVector): Work<void>;
  vector(): ColumnVector;
}

/** NULLs of joined blocks: no array as long as there is none. */
class JoinedNulls {
  bytes: Uint8Array | null = null;
  private readonly rowCount: number;

  constructor(rowCount: number) {
    this.rowCount = rowCount;
  }

  add(nulls: Uint8Array | null, at: number): void {
    if (nulls === null) return;
    this.bytes ??= new Uint8Array(this.rowCount);
    this.bytes.set(nulls, at);
  }
}

class JoinedNumbers implements Joined {
  length = 0;
  private readonly values: Float64Array;
  private readonly nulls: JoinedNulls;

  constructor(rowCount: number, room: VectorRoom) {
    this.values = room.floats(rowCount);
    this.nulls = new JoinedNulls(rowCount);
  }

  takes({ kind }: ColumnVector): boolean {
    return kind === 'number';
  }

  *add(block: ColumnVector): Work<void> {
    if (block.kind !== 'number') return;
    this.values.set(block.values, this.length);
    this.nulls.add(block.nulls, this.length);
    this.length += block.values.length;
    yield block.values.length;
  }

  vector(): ColumnVector {
    return { kind: 'number', values: this.values, nulls: this.nulls.bytes };
  }
}

class JoinedBigints implements Joined {
  length = 0;
  private readonly values: BigInt64Array;
  private readonly nulls: JoinedNulls;

  constructor(rowCount: number) {
    this.values = new BigInt64Array(rowCount);
    this.nulls = new JoinedNulls(rowCount);
  }

  takes({ kind }: ColumnVector): boolean {
    return kind === 'bigint' || kind === 'number';
  }

  *add(block: ColumnVector): Work<void> {
    if (block.kind !== 'number' && block.kind !== 'bigint') return;
    const { values, length } = this;
    this.nulls.add(block.nulls, length);
    if (block.kind === 'bigint') values.set(block.values, length);
    else yield* overTexts(block.values.length, (from, to) => copyNumbers(block, from, to, values, length));
    this.length += block.values.length;
    yield block.values.length;
  }

  vector(): ColumnVector {
    return { kind: 'bigint', values: this.values, nulls: this.nulls.bytes };
  }
}

/** In the place of a NULL there may be any number. */
function copyNumbers(
  { values, nulls }: Extract<ColumnVector, { kind: 'number' }>,
  from: number,
  to: number,
  into: BigInt64Array,
  at: number,
): undefined {
  for (let i = from; i < to; i++) if (nulls === null || nulls[i] === 0) into[at + i] = BigInt(values[i]);
}

class JoinedCodes implements Joined {
  length = 0;
  private readonly codes: Uint32Array;
  private readonly nulls: JoinedNulls;
  /** That of the first blocks; one of its own as soon as there is another. */
  private dictionary: readonly string[] = [];
  private own: OwnDictionary | null = null;
  /** The dictionary of the last blocks, and the codes here of its texts; null: the same ones. */
  private last: readonly string[] | null = null;
  private newCodes: Uint32Array | null = null;

  constructor(rowCount: number, room: VectorRoom) {
    this.codes = room.codes(rowCount);
    this.nulls = new JoinedNulls(rowCount);
  }

  takes(block: ColumnVector): boolean {
    if (block.kind !== 'dictionary') return false;
    if (this.last === null || this.last === block.dictionary) return true;
    return this.dictionary.length + block.dictionary.length <= LIMITS.dictionaryEntries * 2;
  }

  *add(block: ColumnVector): Work<void> {
    if (block.kind !== 'dictionary') return;
    if (block.dictionary !== this.last) yield* this.turnTo(block.dictionary);
    const { codes, newCodes, length } = this;
    if (newCodes === null) codes.set(block.codes, length);
    else for (let i = 0; i < block.codes.length; i++) codes[length + i] = newCodes[block.codes[i]];
    this.nulls.add(block.nulls, length);
    this.length += block.codes.length;
    yield block.codes.length;
  }

  vector(): ColumnVector {
    return { kind: 'dictionary', codes: this.codes, dictionary: this.dictionary, nulls: this.nulls.bytes };
  }

  private *turnTo(dictionary: readonly string[]): Work<void> {
    if (this.last === null) this.dictionary = dictionary;
    else {
      if (this.own === null) {
        this.own = new OwnDictionary();
        yield* this.own.codesOf(this.dictionary);
        this.dictionary = this.own.texts;
      }
      this.newCodes = yield* this.own.codesOf(dictionary);
    }
    this.last = dictionary;
  }
}

/** Each text once, in the order in which they come. */
class OwnDictionary {
  readonly texts: string[] = [];
  private readonly codeByText = new Map<string, number>();

  *codesOf(texts: readonly string[]): Work<Uint32Array> {
    const codes = new Uint32Array(texts.length);
    yield* overTexts(texts.length, (from, to) => {
      for (let i = from; i < to; i++) codes[i] = this.codeOf(texts[i]);
    });
    return codes;
  }

  private codeOf(text: string): number {
    let code = this.codeByText.get(text);
    if (code === undefined) {
      code = this.texts.push(text) - 1;
      this.codeByText.set(text, code);
    }
    return code;
  }
}

class JoinedValues implements Joined {
  length = 0;
  private readonly values: SqlValue[];
  private readonly large = new Map<number, LargeValue>();

  constructor(rowCount: number) {
    this.values = new Array(rowCount);
  }

  takes(): boolean {
    return true;
  }

  *add(block: ColumnVector): Work<void> {
    const { values, length } = this;
    const large = block.kind === 'value' ? block.large : undefined;
    for (const [row, value] of large ?? []) this.large.set(length + row, value);
    const count = lengthOf(block);
    yield* inSteps(count, (from, to) => {
      for (let i = from; i < to; i++) values[length + i] = large?.has(i) ? null : columnValueAt(block, i);
    });
    this.length += count;
    yield count;
  }

  vector(): ColumnVector {
    const values = this.values as ColumnValue[];
    return this.large.size === 0 ? { kind: 'value', values } : vectorWithLarge(values, this.large);
  }
}
