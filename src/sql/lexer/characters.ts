/** Bits of the class of an ASCII character. Everything beyond ASCII is part of a word, as in SQLite. */
export const SPACE = 1;
export const DIGIT = 2;
export const HEX = 4;
/** May begin a word. */
export const WORD_START = 8;
/** May continue a word. */
export const WORD_PART = 16;

const classes = buildClasses();

function buildClasses(): Uint8Array {
  const table = new Uint8Array(128);
  const mark = (characters: string, bits: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] |= bits;
  };
  mark(' \t\n\f\r', SPACE);
  mark('0123456789', DIGIT | HEX | WORD_PART);
  mark('abcdefABCDEF', HEX);
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', WORD_START | WORD_PART);
  mark('$', WORD_PART);
  return table;
}

/** The class bits of a UTF-16 code unit; NaN, which lies beyond the end of a text, has none. */
export function classOf(code: number): number {
  return code < 128 ? classes[code] : code >= 128 ? (code === 0xfeff ? SPACE : WORD_START | WORD_PART) : 0;
}
