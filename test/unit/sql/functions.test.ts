import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const session = memorySession();

function answer(expression: string): unknown {
  return query(session, `SELECT ${expression}`)[0][0];
}

function codeOf(expression: string): string {
  try {
    return `no error: ${String(answer(expression))}`;
  } catch (error) {
    return isHeliosError(error) ? error.code : `not ours: ${String(error)}`;
  }
}

/** Longer than any machine takes for work linear in a few million characters, shorter than any quadratic work on them. */
const SOON_MS = 2000;

function timed(expression: string): number {
  const start = performance.now();
  answer(expression);
  return performance.now() - start;
}

describe('what a function returns is bounded', () => {
  const LONGEST = 64 * 1024 * 1024;

  test.each([
    `repeat('a', ${LONGEST + 1})`,
    `lpad('a', ${LONGEST + 1})`,
    `rpad('a', ${LONGEST + 1}, 'xy')`,
    `printf('%${LONGEST + 1}s', 'a')`,
    `printf('%.${LONGEST + 1}d', 1)`,
    `printf('%.${LONGEST + 1}f', 1)`,
    `printf('%*d', 2147483647, 1)`,
    `printf('%.99999999c', 'a')`,
    `zeroblob(${LONGEST + 1})`,
    `randomblob(${LONGEST + 1})`,
    `hex(zeroblob(${LONGEST / 2 + 1}))`,
    `quote(zeroblob(${LONGEST / 2}))`,
    `encode(zeroblob(${LONGEST / 4 + 1}), 'hex')`,
    "replace(printf('%.5000c', 'a'), 'a', printf('%.20000c', 'b'))",
    `repeat('a', ${LONGEST}) || 'a'`,
    "concat(repeat('a', 40000000), repeat('a', 40000000))",
    "printf('%.300000c', 'a') LIKE '%' || printf('%.50000c', 'a') || 'b%_'",
    "to_char(1, printf('%.1001c', '9'))",
  ])('%s', (expression) => {
    expect(codeOf(expression)).toBe('LIMIT_EXCEEDED');
  });

  test('at the limit', () => {
    expect(answer(`length(repeat('a', ${LONGEST}))`)).toBe(LONGEST);
    expect(answer(`length(hex(zeroblob(1000000)))`)).toBe(2_000_000);
    expect(answer(`length(printf('%1000000d', 7))`)).toBe(1_000_000);
    expect(answer("printf('%.*g|%!.99999999f', 2147483647, 0.01, 0.5)")).toBe('0.01|0.5');
  });
});

describe('hostile arguments take linear time', () => {
  const long = "printf('%.1000000c', 'a')";
  const needle = "('b' || printf('%.300000c', 'a'))";

  test.each([
    `instr(${long}, ${needle})`,
    `length(replace(${long}, ${needle}, 'x'))`,
    `split_part(${long}, ${needle}, 2)`,
    "instr(zeroblob(1000000), CAST(zeroblob(300000) || x'01' AS BLOB))",
    `length(trim(${long}, 'b'))`,
    `length(unhex(${long}, 'xyz'))`,
    `length(translate(${long}, 'a', 'b'))`,
    `printf('%.100d %.300f', 1, 1e-300)`,
    `length(unistr(${long}))`,
    `to_char(123, printf('%.1000c', '9'))`,
    `round(1e-300, 30)`,
    `${long} LIKE '%' || ${needle} || '%x%'`,
    `${long} GLOB '*' || ${needle} || '*'`,
    `${long} LIKE '%aaaaaaaaaaaaaaaaaaab%' ESCAPE '!'`,
  ])('%s', (expression) => {
    expect(timed(expression)).toBeLessThan(SOON_MS);
  });
});

describe('arguments outside of the domain', () => {
  test.each([
    ["split_part('a', ',', 0)", 'INVALID_VALUE'],
    ['chr(0)', 'INVALID_VALUE'],
    ['chr(55296)', 'INVALID_VALUE'],
    ["overlay('abc', 'x', 0)", 'INVALID_VALUE'],
    ["unistr('\\u12')", 'INVALID_VALUE'],
    ["encode('a', 'morse')", 'INVALID_VALUE'],
    ["decode('abc', 'hex')", 'INVALID_VALUE'],
    ["decode('abc', 'base64')", 'INVALID_VALUE'],
    ["decode('a\\b', 'escape')", 'INVALID_VALUE'],
    ['factorial(-1)', 'INVALID_VALUE'],
    ['factorial(21)', 'NUMERIC_OVERFLOW'],
    ['lcm(9223372036854775807, 2)', 'NUMERIC_OVERFLOW'],
    ['width_bucket(1, 2, 2, 3)', 'INVALID_VALUE'],
    ['width_bucket(1, 2, 3, 0)', 'INVALID_VALUE'],
    ['make_date(2024, 2, 30)', 'INVALID_VALUE'],
    ['make_timestamp(2024, 2, 29, 24, 0, 0)', 'INVALID_VALUE'],
    ["to_date('31 Foo', 'DD Mon')", 'INVALID_VALUE'],
    ["to_date('2024', 'TZ')", 'NOT_SUPPORTED'],
    ['to_timestamp(1e15)', 'INVALID_VALUE'],
    ["to_char('abc', '9')", 'INVALID_VALUE'],
    ['to_char(1e999, 9)', 'INVALID_VALUE'],
    ["date_trunc('fortnight', '2024-01-01')", 'INVALID_VALUE'],
    ["extract(fortnight FROM '2024-01-01')", 'INVALID_VALUE'],
    ['likelihood(1, 2.0)', 'INVALID_VALUE'],
    ['abs(-9223372036854775808)', 'NUMERIC_OVERFLOW'],
    ['abs()', 'FUNCTION_NOT_FOUND'],
    ['substring(1)', 'FUNCTION_NOT_FOUND'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(expression)).toBe(code);
  });

  test('NULL goes through', () => {
    for (const expression of [
      'repeat(NULL, 2)',
      'lpad(NULL, 2)',
      "encode(NULL, 'hex')",
      'md5(NULL)',
      'left(NULL, 1)',
    ]) {
      expect(answer(expression)).toBe(null);
    }
    expect(answer("replace('abc', '', NULL)")).toBe('abc');
  });

  test('the message names the function and how many arguments it takes, or the nearest name', () => {
    expect(() => answer("lpad('a')")).toThrow('lpad() takes 2 to 3 arguments, not 1');
    expect(() => answer("initcup('a')")).toThrow('there is no function initcup(); did you mean "initcap"?');
  });
});

test('UUIDs are random and of version 4', () => {
  const uuids = [answer('gen_random_uuid()'), answer('gen_random_uuid()')];
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuids[0]).not.toBe(uuids[1]);
});

test('digests of texts longer than a block', () => {
  expect(answer("md5(repeat('a', 1000))")).toBe('cabe45dcc9ae5b66ba86600cca6b8ba8');
  expect(answer("encode(sha256(repeat('a', 1000)), 'hex')")).toBe(
    '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3',
  );
});

describe('what depends on the clock decides nothing that is stored', () => {
  const own = memorySession();
  query(own, "CREATE TABLE c (a REAL CHECK (a < julianday(b)), b TEXT, d TEXT DEFAULT (date('now')))");
  query(own, 'CREATE TABLE g (a TEXT, m TEXT, b TEXT GENERATED ALWAYS AS (datetime(a, m)) STORED)');

  test.each([
    ["INSERT INTO c (a, b) VALUES (1, 'now')", 'non-deterministic use of julianday() in a CHECK constraint'],
    ["INSERT INTO g VALUES ('2024-01-01', 'localtime')", 'non-deterministic use of datetime() in a generated column'],
    ["INSERT INTO g VALUES ('now', '+1 day')", 'non-deterministic use of datetime() in a generated column'],
  ])('%s', (sql, message) => {
    expect(() => query(own, sql)).toThrow(message);
  });

  test('other times, defaults and RETURNING may be', () => {
    expect(
      query(own, "INSERT INTO c (a, b) VALUES (1, '2024-01-01') RETURNING date('now') IS NOT NULL, d IS NOT NULL"),
    ).toEqual([[1, 1]]);
    expect(query(own, "INSERT INTO g VALUES ('2024-01-01', '+1 day') RETURNING b")).toEqual([['2024-01-02 00:00:00']]);
  });
});
