const FIRST_WORDS = 32;

/**
 * Which rows of a delta live: a bit for each that has ended, and one above for each word of 32 bits in which all have.
 * What is changed often leaves thousands of versions behind each row: who looks for those that live steps over the
 * others. A row costs nothing before it ends.
 */
export class LiveRows {
  endedCount = 0;
  /** Of the rows beyond them none has ended. */
  private words = new Int32Array(0);
  private fullWords = new Int32Array(0);

  end(row: number): void {
    const word = row >>> 5;
    if (word >= this.words.length) this.grow(word + 1);
    const bits = this.words[word] | (1 << (row & 31));
    this.words[word] = bits;
    if (bits === -1) this.fullWords[word >>> 5] |= 1 << (word & 31);
    this.endedCount++;
  }

  /** Undoes {@link end}. */
  revive(row: number): void {
    const word = row >>> 5;
    this.words[word] &= ~(1 << (row & 31));
    this.fullWords[word >>> 5] &= ~(1 << (word & 31));
    this.endedCount--;
  }

  /** Forgets every row from `length` on. */
  truncate(length: number): void {
    for (let word = length >>> 5; word < this.words.length; word++) {
      let ended = this.words[word] & (word === length >>> 5 ? -1 << (length & 31) : -1);
      for (; ended !== 0; ended &= ended - 1) this.revive((word << 5) + lowestBit(ended));
    }
  }

  /** The first row from `row` on that lives, or `end`. */
  next(row: number, end: number): number {
    const { words, fullWords } = this;
    let word = row >>> 5;
    let from = row & 31;
    while (word < words.length) {
      const live = ~words[word] & (-1 << from);
      if (live !== 0) return Math.min(end, (word << 5) + lowestBit(live));
      from = 0;
      word++;
      while ((word & 31) === 0 && word < words.length && fullWords[word >>> 5] === -1) word += 32;
    }
    return Math.min(end, Math.max(row, word << 5));
  }

  /** Those of [from, to) that live, `most` of them at most, counted from `origin`. */
  between(from: number, to: number, most: number, origin = 0): Uint32Array {
    const found = new Uint32Array(Math.min(most, to - from));
    let count = 0;
    for (let row = this.next(from, to); row < to; ) {
      const word = row >>> 5;
      const first = word << 5;
      let live = this.wordAt(word) & (-1 << (row & 31));
      if (to - first < 32) live &= (1 << (to - first)) - 1;
      if (live === -1) for (let bit = 0; bit < 32; bit++) found[count++] = first - origin + bit;
      else for (; live !== 0; live &= live - 1) found[count++] = first - origin + lowestBit(live);
      row = this.next(first + 32, to);
    }
    return found.subarray(0, count);
  }

  sizeBytes(): number {
    return this.words.byteLength + this.fullWords.byteLength;
  }

  /** A bit for each of 32 rows that lives. */
  private wordAt(word: number): number {
    return word < this.words.length ? ~this.words[word] : -1;
  }

  private grow(wordCount: number): void {
    let capacity = Math.max(FIRST_WORDS, this.words.length);
    while (capacity < wordCount) capacity *= 2;
    const words = new Int32Array(capacity);
    words.set(this.words);
    this.words = words;
    const fullWords = new Int32Array(capacity >>> 5);
    fullWords.set(this.fullWords);
    this.fullWords = fullWords;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
