import { LIMITS } from '../../base/limits.ts';

/** What an entry takes besides its characters: a string, a slot of a hash map, one of each array. */
const ENTRY_BYTES = 68;

/** The distinct texts of a growing column, with a code for each. Codes stay what they are. */
export class TextDictionary {
  /** By code. */
  readonly texts: string[] = [];
  private readonly codes = new Map<string, number>();
  private heldBytes = 0;
  /** By code: the one that came after it last. */
  private readonly followers: number[] = [];
  private last = 0;

  get isFull(): boolean {
    return this.texts.length >= LIMITS.dictionaryEntries;
  }

  /** Bytes of memory, roughly. */
  get sizeBytes(): number {
    return this.heldBytes;
  }

  /**
   * As {@link codeOf}, of a text that is appended to the column. What is polled comes round in the same order again and
   * again: whether the text is the one that came after its predecessor before is seen quicker than a hash is made.
   */
  codeOfNext(text: string): number {
    const expected = this.followers[this.last];
    if (expected !== undefined && this.texts[expected] === text) {
      this.last = expected;
      return expected;
    }
    const code = this.codeOf(wellFormed(text));
    if (code >= 0) {
      this.followers[this.last] = code;
      this.last = code;
    }
    return code;
  }

  /** Of a well-formed text that may be new; -1 where the dictionary is full. */
  codeOf(text: string): number {
    const known = this.codes.get(text);
    if (known !== undefined) return known;
    if (this.isFull) return -1;
    const code = this.texts.length;
    this.texts.push(text);
    this.followers.push(code);
    this.heldBytes += ENTRY_BYTES + text.length * 2;
    this.codes.set(text, code);
    return code;
  }

  /** Another one, of the first `count` texts alone. */
  beginning(count: number): TextDictionary {
    const kept = new TextDictionary();
    for (let code = 0; code < count; code++) kept.codeOf(this.texts[code]);
    return kept;
  }
}

/** Files hold UTF-8, which has no lone surrogates: memory must not hold what a reopened file cannot. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
