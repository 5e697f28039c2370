/** A way to store integers, as far as a search has to find it. */
export interface Way {
  readonly kind: 'simple' | 'scaled' | 'runs' | 'pieces' | 'linear' | 'lagged' | 'distinct';
  /** Of pieces and lagged. */
  readonly period: number;
}

/** After so many blocks the other ways are tried again. */
const TURNS = 32;
/** And at once where the way takes so much more than it did when it was chosen. */
const TOLERANCE = 1.1;
const TOLERANCE_BYTES = 16;

/**
 * How the blocks before were stored: blocks of a column are alike, and a search for the smallest encoding takes ten times
 * as long as the encoding itself. One for each column, with one for each part of its encodings inside.
 */
export class ChoiceMemory {
  /** The way to take without a search; null where it is time for one. */
  way: Way | null = null;
  /** Bits of the high part of split doubles, likewise. */
  highBits: number | null = null;
  /** Rows between doubles of which the differing bits are stored, likewise. */
  lag: number | null = null;
  /** Blocks of texts that are not deflated, since the last one gained nothing by it. */
  private undeflated = 0;
  private bytesPerValue = 0;
  private turn = 0;
  private readonly parts = new Map<string, ChoiceMemory>();

  part(name: string): ChoiceMemory {
    let part = this.parts.get(name);
    if (part === undefined) {
      part = new ChoiceMemory();
      this.parts.set(name, part);
    }
    return part;
  }

  /** What a search has found. */
  keep(way: Way, lengthBytes: number, count: number): void {
    this.way = way;
    this.bytesPerValue = lengthBytes / count;
    this.turn = 0;
  }

  /** Whether the way was as good as the last time; without that, or from time to time, it is forgotten. */
  confirms(lengthBytes: number, count: number): boolean {
    const isGood = lengthBytes <= this.bytesPerValue * count * TOLERANCE + TOLERANCE_BYTES;
    if (!isGood || ++this.turn >= TURNS) this.way = null;
    return isGood;
  }

  /** Whether it is worth trying to deflate the next block. */
  mayDeflate(): boolean {
    if (this.undeflated === 0) return true;
    this.undeflated--;
    return false;
  }

  deflateFailed(): void {
    this.undeflated = TURNS;
  }
}
