import { TOKEN_NAMES, Token } from '../lexer/tokens.ts';
import { IDENTIFIER, wordOfKind } from '../lexer/words.ts';

const SHOWN = 8;

const DESCRIBING = 'PRAGMA table_info(name) describes a table';

/** Statements of other databases, and what does the same here. */
export const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['SHOW', 'SELECT * FROM information_schema.tables lists what there is'],
  ['DESCRIBE', DESCRIBING],
  ['DESC', DESCRIBING],
  ['MERGE', 'write INSERT … ON CONFLICT (…) DO UPDATE SET …'],
]);

/** What the grammar asked for at one place and did not find: the second half of a syntax error's message. */
export class ExpectationLog {
  private position = -1;
  private readonly kinds = new Set<number>();
  private readonly texts = new Set<string>();

  note(position: number, kind: number): void {
    this.moveTo(position);
    this.kinds.add(kind);
  }

  noteText(position: number, text: string): void {
    this.moveTo(position);
    this.texts.add(text);
  }

  private moveTo(position: number): void {
    if (position === this.position) return;
    this.position = position;
    this.kinds.clear();
    this.texts.clear();
  }

  /** `, expected FROM, WHERE or …`, or nothing where the list would not help. */
  describe(position: number): string {
    if (position !== this.position) return '';
    const kinds = [...this.kinds];
    const isWord = (kind: number) => wordOfKind(kind) !== null;
    const ordered = [...kinds.filter(isWord), ...kinds.filter((kind) => !isWord(kind))];
    const words = [...this.texts, ...ordered.map(nameOfKind)];
    const shown = words.slice(0, SHOWN);
    if (shown.length === 0) return '';
    const last = shown.length > 1 && shown.length === words.length ? ` or ${shown.pop()}` : '';
    const more = shown.length < words.length && last === '' ? ' …' : '';
    return `, expected ${shown.join(', ')}${last}${more}`;
  }

  /**
   * A sentence where the token looks like one of the expected words, or is a reserved word that wants quotes. `before`: the
   * word in front of it, which was taken for an alias when it is one of those words misspelt.
   */
  hint(position: number, kind: number, text: string, before: string): string | undefined {
    const upper = text.toUpperCase();
    if (position === this.position) {
      const found = (kind >= IDENTIFIER ? this.misspelt(upper) : null) ?? this.misspelt(before.toUpperCase());
      if (found !== null) return `did you mean ${found}?`;
    }
    const wantsName = [...this.texts].some((what) => what.includes('name'));
    if (wantsName && wordOfKind(kind) !== null) return `${upper} is a reserved word: as a name, write "${text}"`;
    return undefined;
  }

  private misspelt(found: string): string | null {
    for (const expected of this.kinds) {
      const word = wordOfKind(expected);
      if (word !== null && isMisspelling(found, word)) return word;
    }
    return null;
  }
}

function nameOfKind(kind: number): string {
  return wordOfKind(kind) ?? TOKEN_NAMES[kind] ?? TOKEN_NAMES[Token.End];
}

/** One letter wrong, missing or too many, or two neighbours swapped. */
function isMisspelling(found: string, wanted: string): boolean {
  if (wanted.length < 3 || Math.abs(found.length - wanted.length) > 1 || found === wanted) return false;
  let front = 0;
  while (front < found.length && found[front] === wanted[front]) front++;
  let back = 0;
  const longest = Math.min(found.length, wanted.length) - front;
  while (back < longest && found[found.length - 1 - back] === wanted[wanted.length - 1 - back]) back++;
  const left = found.slice(front, found.length - back);
  const right = wanted.slice(front, wanted.length - back);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
