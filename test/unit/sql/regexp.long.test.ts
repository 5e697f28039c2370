import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { allMatches, matches, regexpOf } from '../../../src/sql/functions/regexp/regexp.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

function spans(pattern: string, text: string, flags = ''): string {
  return Array.from(allMatches(regexpOf(pattern, flags), text, 0), (match) => `${match[0]}-${match[1]}`).join(',');
}

function codeOf(pattern: string, flags = ''): string {
  try {
    regexpOf(pattern, flags);
    return 'no error';
  } catch (error) {
    return isHeliosError(error) ? error.code : `not ours: ${String(error)}`;
  }
}

class Patterns {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.u32() % items.length];
  }

  pattern(depth: number): string {
    const kind = this.random.u32() % (depth <= 0 ? 4 : 10);
    const inner = (): string => this.pattern(depth - 1);
    if (kind < 2) return this.pick(['a', 'b', 'c']);
    if (kind === 2) return '.';
    if (kind === 3) return this.pick(['[ab]', '[^a]', '\\d', '\\w', '[b-c]', '\\s']);
    if (kind < 6) return inner() + inner();
    if (kind === 6) return `(?:${inner()}|${inner()})`;
    if (kind === 7) return `(${inner()})`;
    if (kind === 9) return this.pick(['^', '$', '\\b', '\\B']);
    return this.repeated(inner) + this.pick(['*', '+', '?', '{2}', '{1,2}', '{0,3}', '*?', '+?', '??', '{1,}']);
  }

  /** Loops over nothing are where matchers differ. */
  private repeated(inner: () => string): string {
    for (;;) {
      const body = `(?:${inner()})`;
      if (!/[$]|(?<!\[)\^|\\[bB]/.test(body) && !new RegExp(`^${body}$`, 'su').test('')) return body;
    }
  }

  text(): string {
    return Array.from({ length: this.random.u32() % 12 }, () => this.pick(['a', 'b', 'c', '1', ' ', '\n'])).join('');
  }
}

test('random patterns match where JavaScript has them match', () => {
  const patterns = new Patterns(20240501);
  for (let i = 0; i < 4000; i++) {
    const [pattern, text] = [patterns.pattern(4), patterns.text()];
    if (!isPattern(pattern)) continue;
    const expected = Array.from(
      text.matchAll(new RegExp(pattern, 'gsu')),
      (m) => `${m.index}-${m.index + m[0].length}`,
    );
    expect([pattern, text, spans(pattern, text)]).toEqual([pattern, text, expected.join(',')]);
    expect([pattern, text, matches(regexpOf(pattern, ''), text)]).toEqual([pattern, text, expected.length > 0]);
  }
});

/** JavaScript refuses a quantifier behind an assertion. */
function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'su') !== null;
  } catch {
    return false;
  }
}

describe('flags', () => {
  test.each([
    ['A', 'xa', 'i', '1-2'],
    ['[a-c]', 'B', 'i', '0-1'],
    ['[^a]', 'A', 'i', ''],
    ['Ä', 'ä', 'i', '0-1'],
    ['^b$', 'a\nb\nc', '', ''],
    ['^b$', 'a\nb\nc', 'n', '2-3'],
    ['^b$', 'a\nb\nc', 'm', '2-3'],
    ['a.b', 'a\nb', '', '0-3'],
    ['a.b', 'a\nb', 'n', ''],
    ['a[^x]b', 'a\nb', 'n', ''],
    ['\\Ab', 'a\nb', 'n', ''],
    ['a b # c', 'ab', 'x', '0-2'],
    ['(?i)a(?c)b', 'AbAB', '', '0-2'],
    ['(?i:a)b', 'Ab AB', '', '0-2'],
    ['a(?#comment)b', 'ab', '', '0-2'],
    ['(?<name>a)(?P<other>b)', 'ab', '', '0-2'],
  ])('%s in %j with %j', (pattern, text, flags, expected) => {
    expect(spans(pattern, text, flags)).toBe(expected);
  });
});

describe('what is refused', () => {
  test.each([
    ['(a)\\1', '', 'NOT_SUPPORTED'],
    ['\\k<name>', '', 'NOT_SUPPORTED'],
    ['a(?=b)', '', 'NOT_SUPPORTED'],
    ['a(?!b)', '', 'NOT_SUPPORTED'],
    ['(?<=a)b', '', 'NOT_SUPPORTED'],
    ['(?<!a)b', '', 'NOT_SUPPORTED'],
    ['(?>a)b', '', 'NOT_SUPPORTED'],
    ['a++', '', 'NOT_SUPPORTED'],
    ['(a', '', 'INVALID_VALUE'],
    ['a)', '', 'INVALID_VALUE'],
    ['[a', '', 'INVALID_VALUE'],
    ['[b-a]', '', 'INVALID_VALUE'],
    ['[[:letters:]]', '', 'INVALID_VALUE'],
    ['*a', '', 'INVALID_VALUE'],
    ['a**', '', 'INVALID_VALUE'],
    ['a{3,2}', '', 'INVALID_VALUE'],
    ['a\\', '', 'INVALID_VALUE'],
    ['\\q', '', 'INVALID_VALUE'],
    ['\\u{110000}', '', 'INVALID_VALUE'],
    ['(?y)a', '', 'INVALID_VALUE'],
    ['a', 'q', 'INVALID_VALUE'],
    ['a{1001}', '', 'LIMIT_EXCEEDED'],
    ['(?:a{1000}){1000}', '', 'LIMIT_EXCEEDED'],
    ['(?:(?:(?:(?:){1000}){1000}){1000}){1000}', '', 'LIMIT_EXCEEDED'],
    ['('.repeat(101) + ')'.repeat(101), '', 'LIMIT_EXCEEDED'],
    ['a'.repeat(10_001), '', 'LIMIT_EXCEEDED'],
    ['('.repeat(100) + ')'.repeat(100), '', 'no error'],
    ['a'.repeat(10_000), '', 'no error'],
    ['a{1000}', '', 'no error'],
  ])('%s %s is %s', (pattern, flags, code) => {
    expect(codeOf(pattern, flags)).toBe(code);
  });

  test('the message tells the place', () => {
    expect(() => regexpOf('ab[c', '')).toThrow('has a [ without a ], at character 3');
  });
});

describe('patterns that backtracking matchers choke on', () => {
  const long = 'a'.repeat(200_000);

  test.each([
    ['(a*)*b', long],
    ['(a|a)*c', `${long}b`],
    ['(a|aa)+c', `${long}b`],
    ['(a?){30}a{30}b', long.slice(0, 50_000)],
    ['.*.*.*=', long],
  ])('%s', (pattern, text) => {
    const start = performance.now();
    expect(matches(regexpOf(pattern, ''), text)).toBe(false);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('many matches that each look to the end of the text stop at the limit of steps', () => {
    expect(() => spans('a+b|a', long)).toThrow('takes too long for this text');
  });
});

describe('in SQL', () => {
  const session = memorySession();

  test('over a table, with a pattern of each row', () => {
    query(
      session,
      "CREATE TABLE t AS SELECT column1 AS x, column2 AS p FROM (VALUES ('abc', 'b'), ('abc', '^b'), (NULL, 'a'))",
    );
    expect(query(session, 'SELECT x REGEXP p, x ~ p, x !~* p FROM t')).toEqual([
      [1, 1, 0],
      [0, 0, 1],
      [null, null, null],
    ]);
    expect(query(session, "SELECT count(*) FROM t WHERE x ~ '^a' AND x NOT REGEXP 'x'")).toEqual([[2]]);
  });

  test('arrays of groups', () => {
    expect(query(session, "SELECT regexp_match('foobarbequebaz', '(bar)(beque)(x)?')")).toEqual([
      [['bar', 'beque', null]],
    ]);
    expect(query(session, "SELECT regexp_split_to_array('a1b22c', '[0-9]+'), regexp_match('a', 'b')")).toEqual([
      [['a', 'b', 'c'], null],
    ]);
  });

  test('tables of matches and of what lies between', () => {
    const sql = (call: string): unknown[][] => query(session, `SELECT * FROM ${call}`);
    expect(sql("regexp_matches('foobarbaz', 'b(.)(.)', 'g')")).toEqual([[['a', 'r']], [['a', 'z']]]);
    expect(sql("regexp_matches('foobarbaz', 'b..')")).toEqual([[['bar']]]);
    expect(sql("regexp_matches('foo', 'x', 'g')")).toEqual([]);
    expect(sql("regexp_matches(NULL, 'x')")).toEqual([]);
    expect(sql("regexp_split_to_table('a1b22c', '[0-9]+') AS parts(part)")).toEqual([['a'], ['b'], ['c']]);
    expect(
      query(session, "SELECT m[1], regexp_count('b1', '[a-z]') FROM regexp_matches('a1b2', '[a-z]', 'g') AS t(m)"),
    ).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  test.each([
    ["regexp_count('a', 'a', 1, 'g')", 'INVALID_VALUE'],
    ["regexp_substr('a', 'a', 0)", 'INVALID_VALUE'],
    ["regexp_instr('a', 'a', 1, 0)", 'INVALID_VALUE'],
    ["'a' REGEXP 'b' ESCAPE 'c'", 'INVALID_STATEMENT'],
    ["'a' MATCH 'b'", 'NOT_SUPPORTED'],
    ["regexp_replace(printf('%.100000c', 'a'), 'a', printf('%.1000c', 'b'), 'g')", 'LIMIT_EXCEEDED'],
  ])('%s is %s', (expression, code) => {
    let found = 'no error';
    try {
      query(session, `SELECT ${expression}`);
    } catch (error) {
      found = isHeliosError(error) ? error.code : String(error);
    }
    expect(found).toBe(code);
  });
});
