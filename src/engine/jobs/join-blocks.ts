import { LIMITS } from '../../base/limits.ts';
import { type ColumnVector, type DictionaryVector, type NumberVector, sliceVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import { concatenate } from '../table/table-segment.ts';

/**
 * Makes one vector of a column's blocks, as they come, without holding the blocks: numbers go into one array, codes into
 * another, with one dictionary of those of all segments. Blocks of mixed kinds are joined value by value.
 */
export class BlockJoiner {
  private readonly rowCount: number;
  private readonly room: VectorRoom;
  private joined: JoinedNumbers | JoinedCodes | null = null;
  /** What has no array of its own: in order, behind what has. */
  private readonly others: ColumnVector[] = [];

  /** `rowCount`: of all blocks together. */
  constructor(rowCount: number, room: VectorRoom) {
    this.rowCount = rowCount;
    this.room = room;
  }

  /** Numbers and codes are copied: their memory may be used again afterwards. */
  add(block: ColumnVector): void {
    this.joined ??= this.begin(block);
    if (this.joined === null || this.others.length > 0 || !this.joined.add(block)) this.others.push(copyOf(block));
  }

  /** The vector of all blocks, once they have all been added. */
  finish(): ColumnVector {
    const { joined, others, rowCount } = this;
    if (others.length === 0 && joined !== null) return joined.vector();
    const first = joined === null ? [] : [sliceVector(joined.vector(), 0, joined.length)];
    return concatenate([...first, ...others], rowCount);
  }

  private begin(block: ColumnVector): JoinedNumbers | JoinedCodes | null {
    if (this.others.length > 0) return null;
    if (block.kind === 'number') return new JoinedNumbers(this.rowCount, this.room);
    return block.kind === 'dictionary' ? new JoinedCodes(this.rowCount, this.room) : null;
  }
}

function copyOf(block: ColumnVector): ColumnVector {
  if (block.kind === 'number') return { ...block, values: block.values.slice() };
  return block.kind === 'dictionary' ? { ...block, codes: block.codes.slice() } : block;
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

class JoinedNumbers {
  length = 0;
  private readonly values: Float64Array;
  private readonly nulls: JoinedNulls;

  constructor(rowCount: number, room: VectorRoom) {
    this.values = room.floats(rowCount);
    this.nulls = new JoinedNulls(rowCount);
  }

  /** False, and nothing has happened, where the block is of another kind. */
  add(block: ColumnVector): boolean {
    if (block.kind !== 'number') return false;
    this.values.set(block.values, this.length);
    this.nulls.add(block.nulls, this.length);
    this.length += block.values.length;
    return true;
  }

  vector(): NumberVector {
    return { kind: 'number', values: this.values, nulls: this.nulls.bytes };
  }
}

class JoinedCodes {
  length = 0;
  private readonly codes: Uint32Array;
  private readonly nulls: JoinedNulls;
  private readonly dictionary: string[] = [];
  private readonly codeByText = new Map<string, number>();
  /** The dictionary of the last blocks, and the codes here of its texts. */
  private last: readonly string[] | null = null;
  private newCodes = new Uint32Array(0);

  constructor(rowCount: number, room: VectorRoom) {
    this.codes = room.codes(rowCount);
    this.nulls = new JoinedNulls(rowCount);
  }

  /** False, and nothing has happened, where the block is of another kind, or there are too many texts. */
  add(block: ColumnVector): boolean {
    if (block.kind !== 'dictionary') return false;
    if (this.dictionary.length + block.dictionary.length > LIMITS.dictionaryEntries * 2) return false;
    if (block.dictionary !== this.last) {
      this.newCodes = Uint32Array.from(block.dictionary, (text) => this.codeOf(text));
      this.last = block.dictionary;
    }
    const { codes, newCodes, length } = this;
    for (let i = 0; i < block.codes.length; i++) codes[length + i] = newCodes[block.codes[i]];
    this.nulls.add(block.nulls, length);
    this.length += block.codes.length;
    return true;
  }

  vector(): DictionaryVector {
    return { kind: 'dictionary', codes: this.codes, dictionary: this.dictionary, nulls: this.nulls.bytes };
  }

  private codeOf(text: string): number {
    let code = this.codeByText.get(text);
    if (code === undefined) {
      code = this.dictionary.push(text) - 1;
      this.codeByText.set(text, code);
    }
    return code;
  }
}
