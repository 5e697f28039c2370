import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { Collation } from '../../../engine/catalog/definitions.ts';
import type { DictionaryVector } from '../../../engine/column/vector.ts';
import { ranksOfTexts } from '../values/text-ranks.ts';

/** Ranking an entry costs about as much as comparing so many pairs of texts. */
const PAIRS_PER_ENTRY = 2;

/** Texts of two columns as numbers: the ranks of their dictionaries' entries in one order. */
export interface JointRanks {
  /** By code of the left dictionary. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/**
 * The joint ranks of the two dictionaries that come batch after batch, for a comparison of their columns. They are made
 * once so many pairs have been compared that making them would have cost no more.
 */
export class DictionaryRanker {
  private readonly collation: Collation;
  private left: readonly string[] | null = null;
  private right: readonly string[] | null = null;
  /** Dictionaries grow. */
  private entryCount = 0;
  private pairCount = 0;
  private ranks: JointRanks | null = null;

  constructor(collation: Collation) {
    this.collation = collation;
  }

  /** null: the pairs of this batch are better compared as they are. */
  ranksFor(left: DictionaryVector, right: DictionaryVector, pairs: number): JointRanks | null {
    const entries = left.dictionary.length + right.dictionary.length;
    if (left.dictionary !== this.left || right.dictionary !== this.right || entries !== this.entryCount) {
      this.left = left.dictionary;
      this.right = right.dictionary;
      this.entryCount = entries;
      this.pairCount = 0;
      this.ranks = null;
    }
    if (this.ranks !== null) return this.ranks;
    this.pairCount += pairs;
    if (this.pairCount < entries * PAIRS_PER_ENTRY) return null;
    this.ranks = jointRanks(left.dictionary, right.dictionary, this.collation);
    return this.ranks;
  }
}

function jointRanks(left: readonly string[], right: readonly string[], collation: Collation): JointRanks {
  const ranks = ranksOfTexts(left === right ? left : [...left, ...right], collation);
  return left === right ? { left: ranks, right: ranks } : { left: ranks, right: ranks.subarray(left.length) };
}

/** The ranks of a column's rows, in memory that each call overwrites. No row of the selection may be NULL. */
export class RankColumn {
  private space = NO_DOUBLES;

  of({ codes }: DictionaryVector, ranks: Float64Array, selection: Uint32Array | null, count: number): Float64Array {
    if (this.space.length < codes.length) this.space = new Float64Array(codes.length);
    const { space } = this;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      space[row] = ranks[codes[row]];
    }
    return space;
  }
}
