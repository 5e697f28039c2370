import { FIRST_WORD } from './tokens.ts';

/** Words that are never names unless quoted: SQLite's list without its fallbacks. */
const RESERVED = [
  ...['ADD', 'ALL', 'ALTER', 'AND', 'AS', 'AUTOINCREMENT', 'BETWEEN', 'CASE', 'CHECK', 'COLLATE', 'COMMIT'],
  ...['CONSTRAINT', 'CREATE', 'DEFAULT', 'DEFERRABLE', 'DELETE', 'DISTINCT', 'DROP', 'ELSE', 'ESCAPE', 'EXCEPT'],
  ...['EXISTS', 'FOREIGN', 'FROM', 'GROUP', 'HAVING', 'IN', 'INDEX', 'INSERT', 'INTERSECT', 'INTO', 'IS', 'ISNULL'],
  ...['JOIN', 'LIMIT', 'NOT', 'NOTHING', 'NOTNULL', 'NULL', 'ON', 'OR', 'ORDER', 'PRIMARY', 'REFERENCES'],
  ...['RETURNING', 'SELECT', 'SET', 'TABLE', 'THEN', 'TO', 'TRANSACTION', 'UNION', 'UNIQUE', 'UPDATE', 'USING'],
  ...['VALUES', 'WHEN', 'WHERE'],
] as const;

/** Names everywhere but as an alias without AS, where they begin the next clause. */
const NO_BARE_ALIAS = [
  ...['CROSS', 'FULL', 'INNER', 'LEFT', 'NATURAL', 'OUTER', 'RIGHT', 'INDEXED'],
  ...['FETCH', 'QUALIFY', 'LIKE', 'ILIKE', 'GLOB', 'REGEXP', 'MATCH', 'WITH'],
] as const;

/** Words that mean something in one place and are names everywhere else. */
const NAMES = [
  ...['ABORT', 'ACTION', 'AFTER', 'ALWAYS', 'ANALYZE', 'ANY', 'ARRAY', 'ASC', 'ASOF', 'ATTACH', 'BEFORE', 'BEGIN'],
  ...['BY', 'CASCADE', 'CAST', 'COLUMN', 'CONCURRENTLY', 'CONFLICT', 'CUBE', 'CURRENT', 'CURRENT_DATE'],
  ...['CURRENT_TIME', 'CURRENT_TIMESTAMP', 'DATE', 'DEFERRED', 'DESC', 'DETACH', 'DO', 'EACH', 'END', 'EXCLUDE'],
  ...['EXCLUSIVE', 'EXPLAIN', 'EXTRACT', 'FAIL', 'FALSE', 'FILTER', 'FIRST', 'FOLLOWING', 'FOR', 'FORMAT'],
  ...['GENERATED', 'GROUPING', 'GROUPS', 'IDENTITY', 'IF', 'IGNORE', 'IMMEDIATE', 'INCREMENTALLY', 'INITIALLY'],
  ...['INSTEAD', 'ISOLATION', 'KEY', 'LAST', 'LATERAL', 'LEVEL', 'MATERIALIZED', 'NEXT', 'NO', 'NULLS', 'OF'],
  ...['OFFSET', 'ONLY', 'ORDINALITY', 'OTHERS', 'OVER', 'PARTITION', 'PLAN', 'PRAGMA', 'PRECEDING', 'QUERY', 'RAISE'],
  ...[
    'RANGE',
    'READ',
    'RECURSIVE',
    'REFRESH',
    'REINDEX',
    'RELEASE',
    'RENAME',
    'REPLACE',
    'RESPECT',
    'RESTRICT',
    'ROLLBACK',
  ],
  ...['ROLLUP', 'ROW', 'ROWS', 'SAVEPOINT', 'SCN', 'SETS', 'SNAPSHOT', 'SOME', 'START', 'STORED', 'STRICT'],
  ...['TEMP', 'TEMPORARY', 'TIES', 'TIMESTAMP', 'TRIGGER', 'TRUE', 'TRUNCATE', 'UNBOUNDED', 'VACUUM'],
  ...['VIEW', 'VIRTUAL', 'WINDOW', 'WITHIN', 'WITHOUT', 'WORK', 'WRITE'],
] as const;

const WORDS = [...RESERVED, ...NO_BARE_ALIAS, ...NAMES] as const;

export type WordName = (typeof WORDS)[number];

/** Token kinds of the keywords, by name. */
export const Word = Object.fromEntries(WORDS.map((word, i) => [word, FIRST_WORD + i])) as Readonly<
  Record<WordName, number>
>;

/** Kinds from here on can be names; below lie punctuation, literals and reserved words. */
export const FIRST_NAME = FIRST_WORD + RESERVED.length;
/** Kinds from here on can be an alias without AS. */
export const FIRST_BARE_ALIAS = FIRST_NAME + NO_BARE_ALIAS.length;
/** Names that are no keywords. */
export const IDENTIFIER = FIRST_WORD + WORDS.length;
/** "name", [name], `name`. */
export const QUOTED_IDENTIFIER = IDENTIFIER + 1;

const TABLE_SIZE = 1024;
const LONGEST_WORD = Math.max(...WORDS.map((word) => word.length));

/** Open addressing: a slot holds 1 + the word's number. */
const slots = buildSlots();

function buildSlots(): Uint16Array {
  const table = new Uint16Array(TABLE_SIZE);
  for (let i = 0; i < WORDS.length; i++) {
    let hash = 0;
    for (let c = 0; c < WORDS[i].length; c++) hash = (Math.imul(hash, 31) + (WORDS[i].charCodeAt(c) | 32)) | 0;
    let slot = hash & (TABLE_SIZE - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (TABLE_SIZE - 1);
    table[slot] = i + 1;
  }
  return table;
}

/**
 * The kind of the word `sql[start, end)`: a keyword's, or IDENTIFIER. `hash` is 31-polynomial over the characters with
 * bit 5 set, which folds ASCII case; what it maps together by mistake (`_` and DEL, say) the comparison tells apart.
 */
export function wordKind(sql: string, start: number, end: number, hash: number): number {
  if (end - start > LONGEST_WORD) return IDENTIFIER;
  for (let slot = hash & (TABLE_SIZE - 1); slots[slot] !== 0; slot = (slot + 1) & (TABLE_SIZE - 1)) {
    const i = slots[slot] - 1;
    if (WORDS[i].length === end - start && isSameWord(sql, start, WORDS[i])) return FIRST_WORD + i;
  }
  return IDENTIFIER;
}

function isSameWord(sql: string, start: number, upper: string): boolean {
  for (let i = 0; i < upper.length; i++) {
    const found = sql.charCodeAt(start + i);
    const wanted = upper.charCodeAt(i);
    if (found !== wanted && (found !== wanted + 32 || wanted === 95)) return false;
  }
  return true;
}

/** The keyword of a kind, or null for the other kinds. */
export function wordOfKind(kind: number): string | null {
  return WORDS[kind - FIRST_WORD] ?? null;
}

/** True for a name that is a keyword, reserved or not, in any case of letters. */
export function isKeyword(name: string): boolean {
  return Object.hasOwn(Word, name.toUpperCase());
}
