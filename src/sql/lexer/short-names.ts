/** A slice of more characters keeps all of its text in memory. */
const LONGEST_NAME = 12;
/** A power of two. */
const SLOTS = 512;

const names: string[] = new Array<string>(SLOTS).fill('');

/**
 * The characters from `start` to `end` as a string: mostly the very one that stood for them last time, so that names are
 * compared without a look at their characters, and looked up in maps without a hash of them.
 */
export function shortName(sql: string, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST_NAME) return sql.slice(start, end);
  const middle = sql.charCodeAt(start + (length >> 1));
  const slot = (sql.charCodeAt(start) * 7 + middle * 31 + sql.charCodeAt(end - 1) * 127 + length) & (SLOTS - 1);
  const known = names[slot];
  if (known.length === length && sql.startsWith(known, start)) return known;
  const name = sql.slice(start, end);
  names[slot] = name;
  return name;
}
