import { type StatementShape, shapeOf } from './lexer/statement-shape.ts';
import { TokenList } from './lexer/token-list.ts';

const SLOTS = 512;
/** Longer texts are not remembered here: their holder is to keep what it needs of them. */
const LONGEST_TEXT = 1024;

/**
 * The texts of which one of a shape has come so far. Most statements come once, so this costs next to nothing: a shape takes the
 * place of another one with the same slot.
 */
export class FirstTexts {
  private readonly hashes = new Int32Array(SLOTS);
  private readonly texts: string[] = [];
  private readonly offsets: number[] = [];
  private readonly tokens = new TokenList();

  /** False: the text is too long. */
  note({ sql, hash }: StatementShape, offset: number): boolean {
    if (sql.length > LONGEST_TEXT) return false;
    const slot = hash % SLOTS;
    this.hashes[slot] = hash;
    this.texts[slot] = sql;
    this.offsets[slot] = offset;
    return true;
  }

  /** The shape of the text that had the same hash, good until the next one is asked for; null: there is none. */
  find(hash: number): StatementShape | null {
    const slot = hash % SLOTS;
    if (this.hashes[slot] !== hash || this.texts[slot] === undefined) return null;
    return shapeOf(this.texts[slot], this.offsets[slot], this.tokens);
  }

  clear(): void {
    this.hashes.fill(0);
    this.texts.length = 0;
    this.offsets.length = 0;
  }
}
