/** The engine's own search, whose worst case is text times pattern, is let loose on short patterns, or on so many steps. */
const NATIVE_PATTERN = 64;
const NATIVE_STEPS = 10_000_000;

/** Finds one pattern in one text after another position, in time linear in both. */
export type TextSearch = (from: number) => number;

/**
 * The position of the pattern at or behind `from`, or -1, as `String.indexOf`. Short searches are the engine's; long ones
 * are D. E. Knuth, J. H. Morris and V. R. Pratt, "Fast Pattern Matching in Strings", SIAM J. Comput. 6 (1977).
 */
export function textSearch(text: string, pattern: string): TextSearch {
  if (isNative(text, pattern)) return (from) => text.indexOf(pattern, from);
  const codes = Uint16Array.from({ length: pattern.length }, (_, i) => pattern.charCodeAt(i));
  const borders = bordersOf(codes);
  return (from) => find(codes, borders, from, text.length, (at) => text.charCodeAt(at));
}

/** As {@link textSearch}, for one search. */
export function indexOfText(text: string, pattern: string, from: number): number {
  return isNative(text, pattern) ? text.indexOf(pattern, from) : textSearch(text, pattern)(from);
}

function isNative(text: string, pattern: string): boolean {
  return pattern.length <= NATIVE_PATTERN || text.length * pattern.length <= NATIVE_STEPS;
}

/** As {@link textSearch} for bytes, once. */
export function indexOfBytes(bytes: Uint8Array, pattern: Uint8Array): number {
  return find(pattern, bordersOf(pattern), 0, bytes.length, (at) => bytes[at]);
}

/** How long the longest border of each beginning of the pattern is. */
function bordersOf(codes: Uint16Array | Uint8Array): Int32Array {
  const borders = new Int32Array(codes.length);
  let border = 0;
  for (let i = 1; i < codes.length; i++) {
    while (border > 0 && codes[i] !== codes[border]) border = borders[border - 1];
    if (codes[i] === codes[border]) border++;
    borders[i] = border;
  }
  return borders;
}

function find(
  codes: Uint16Array | Uint8Array,
  borders: Int32Array,
  from: number,
  end: number,
  codeAt: (at: number) => number,
): number {
  if (codes.length === 0) return from <= end ? from : -1;
  let matched = 0;
  for (let at = from; at < end; at++) {
    const code = codeAt(at);
    while (matched > 0 && code !== codes[matched]) matched = borders[matched - 1];
    if (code === codes[matched]) matched++;
    if (matched === codes.length) return at - matched + 1;
  }
  return -1;
}
