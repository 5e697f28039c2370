import { describe, expect, test } from 'vitest';
import { bindFunction, literal, or } from '../../../src/sql/expressions/build.ts';
import {
  affinityOf,
  comparisonCollation,
  conjuncts,
  isConstant,
  isDeterministic,
  mapColumns,
  sameExpression,
  usedColumns,
} from '../../../src/sql/expressions/inspect.ts';
import { STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import { aggregateNames, findFunction, functionNames } from '../../../src/sql/functions/registry.ts';
import { bound, evaluate, type TestColumn } from './bind.ts';

const COLUMNS: readonly TestColumn[] = [
  { name: 'i', type: STATIC_TYPES.INTEGER },
  { name: 'r', type: STATIC_TYPES.REAL },
  { name: 't', type: STATIC_TYPES.TEXT, collation: 'NOCASE' },
  { name: 'a', type: STATIC_TYPES.ANY },
  { name: 'ts', type: STATIC_TYPES.TIMESTAMP },
  { name: 'd', type: STATIC_TYPES.DATE },
];

const over = (sql: string) => bound(sql, COLUMNS);

describe('static types', () => {
  test.each([
    ['i + 1', 'INTEGER'],
    ['i / 2', 'INTEGER'],
    ['i + r', 'REAL'],
    ['r + t', 'REAL'],
    ['i + t', 'ANY'],
    ['i + NULL', 'NULL'],
    ['i || r', 'TEXT'],
    ['i < r', 'INTEGER'],
    ['TRUE', 'INTEGER'],
    ['CASE WHEN i THEN 1 ELSE 2 END', 'INTEGER'],
    ['CASE WHEN i THEN 1 ELSE 2.5 END', 'ANY'],
    ['CASE WHEN i THEN t END', 'TEXT'],
    ['coalesce(NULL, r)', 'REAL'],
    ['CAST(t AS BOOLEAN)', 'BOOLEAN'],
    ['CAST(t AS NUMERIC)', 'ANY'],
    ['round(i)', 'REAL'],
    ['abs(i)', 'INTEGER'],
    ['max(i, 3)', 'INTEGER'],
    ['max(ts, ts)', 'TIMESTAMP'],
    ['ts - ts', 'REAL'],
    ['ts + 60', 'TIMESTAMP'],
    ['d - d', 'INTEGER'],
    ['d + 1', 'DATE'],
    ['now()', 'TIMESTAMP'],
    ['date(ts)', 'TEXT'],
  ])('%s is %s', (sql, kind) => {
    expect(over(sql).type.kind).toBe(kind);
  });

  test('arithmetic on times that has no meaning is refused', () => {
    expect(() => over('ts * 2')).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }));
  });
});

describe('affinity and collation of comparisons', () => {
  test('a literal beside a column is converted once, when bound', () => {
    expect(over("i = '5'")).toMatchObject({ right: { kind: 'literal', value: 5n } });
    expect(over("i = '5.0'")).toMatchObject({ right: { kind: 'literal', value: 5n } });
    expect(over("i = 'x'")).toMatchObject({ right: { kind: 'literal', value: 'x' } });
    expect(over('t = 5')).toMatchObject({ right: { kind: 'literal', value: '5' } });
    expect(over("ts > '2024-01-01'")).toMatchObject({ right: { value: 1_704_067_200_000_000n } });
    expect(over("d IN ('1970-01-02')")).toMatchObject({ items: [{ value: 1n }] });
    expect(over("a = '5'")).toMatchObject({ right: { value: '5' } });
  });

  test('parameters are converted when they arrive', () => {
    expect(over('i = ?1')).toMatchObject({ right: { kind: 'affinity', affinity: 'NUMERIC' } });
    expect(over('a = ?1')).toMatchObject({ right: { kind: 'parameter' } });
  });

  test('only columns, casts and subqueries have an affinity', () => {
    expect([over('i'), over('+i'), over('CAST(i AS TEXT)'), over('i + 1')].map(affinityOf)).toEqual([
      'INTEGER',
      'NONE',
      'TEXT',
      'NONE',
    ]);
  });

  test('explicit collations beat those of columns, left beats right', () => {
    expect(comparisonCollation(over('t'), over("'a'"))).toBe('NOCASE');
    expect(comparisonCollation(over("'a'"), over('t'))).toBe('NOCASE');
    expect(comparisonCollation(over('t'), over("'a' COLLATE RTRIM"))).toBe('RTRIM');
    expect(comparisonCollation(over("t || 'x'"), over("'a'"))).toBe('BINARY');
    expect(comparisonCollation(over("(t COLLATE RTRIM) || 'x'"), over("'a'"))).toBe('RTRIM');
  });
});

describe('looking into expressions', () => {
  test('columns, constants, determinism, conjuncts', () => {
    expect([...usedColumns(over('i + coalesce(r, i)'))]).toEqual([0, 1]);
    expect(['1 + ?1', "strftime('%s', 'now') - 60", 'i', 'random()'].map((sql) => isConstant(over(sql)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isDeterministic(over('random() + i'))).toBe(false);
    expect(conjuncts(over('i AND r AND t')).length).toBe(3);
    expect(conjuncts(over('i AND (r AND t)')).length).toBe(3);
    expect(or([])).toEqual(literal(0n));
  });

  test('sameExpression', () => {
    const same: readonly (readonly [string, string, boolean])[] = [
      ['i + 1', 'i+1', true],
      ['i + 1', 'i + 1.0', false],
      ['i + 1', 'r + 1', false],
      ['i < 1', 'i > 1', false],
      ['(i / 3600) * 3600', '(i/3600)*3600', true],
      ["substr(t, 1) = 'a'", "substr(t, 1) = 'a'", true],
      ['CAST(i AS TEXT)', 'CAST(i AS REAL)', false],
      ['CASE WHEN i THEN 1 END', 'CASE WHEN i THEN 1 ELSE 2 END', false],
      ['t LIKE ?1', 't NOT LIKE ?1', false],
    ];
    for (const [a, b, expected] of same) expect([a, b, sameExpression(over(a), over(b))]).toEqual([a, b, expected]);
  });

  test('mapColumns replaces columns everywhere', () => {
    const moved = mapColumns(over('i + CASE WHEN r > 1 THEN i ELSE 0 END'), (column) => ({
      ...column,
      index: column.index + 10,
    }));
    expect([...usedColumns(moved)].sort()).toEqual([10, 11]);
  });
});

describe('functions', () => {
  test('unknown names and wrong counts of arguments are errors that say so', () => {
    expect(() => bindFunction('nosuch', [])).toThrow('there is no function nosuch()');
    expect(() => bindFunction('substr', [literal('a')])).toThrow('substr() takes 2 to 3 arguments, not 1');
    expect(() => bindFunction('__proto__', [])).toThrow(expect.objectContaining({ code: 'FUNCTION_NOT_FOUND' }));
  });

  test('names are lower case, unique per number of arguments, and found', () => {
    for (const name of functionNames()) expect(name).toBe(name.toLowerCase());
    expect(findFunction('substr', 2)).toBe(findFunction('substr', 3));
    expect(aggregateNames()).toContain('count');
  });

  test('that reads its context says so, for results by text are kept from one execution to the next', () => {
    for (const name of functionNames()) {
      const found = Array.from({ length: 8 }, (_, count) => findFunction(name, count)).filter((each) => each !== null);
      for (const { scalar, deterministic, readsClock } of found) {
        if (scalar.length === 2 && deterministic) expect(readsClock, name).toBe(true);
      }
    }
  });

  test("'now' is the statement's instant", () => {
    expect(evaluate("datetime('now')")).toBe('2024-02-29 12:34:56');
    expect(evaluate('current_timestamp()')).toBe('2024-02-29 12:34:56');
    expect(evaluate("strftime('%s', 'now')")).toBe('1709210096');
    expect(evaluate('unixepoch()')).toBe(1709210096n);
    expect(evaluate("strftime('%f', 'now')")).toBe('56.789');
    expect(evaluate('now()')).toBe(1709210096789000n);
    expect(evaluate("date_trunc('hour', now())")).toBe(1709208000000000n);
    expect(evaluate("extract('dow', '2024-02-29')")).toBe(4n);
    expect(evaluate("time('now', 'subsec')")).toBe('12:34:56.789');
  });

  test('random numbers come from the host', () => {
    expect(evaluate('random()')).toBe((1n << 32n) | 2n);
    expect(evaluate('randomblob(2)')).toEqual(Uint8Array.of(1, 0));
  });

  test('what SQLite 3.40 lacks', () => {
    expect(evaluate("concat('a', NULL, 1)")).toBe('a1');
    expect(evaluate("concat_ws('-', 'a', NULL, 'b')")).toBe('a-b');
    expect(evaluate("octet_length('ä')")).toBe(2n);
    expect(evaluate("unhex('4142')")).toEqual(Uint8Array.of(0x41, 0x42));
    expect(evaluate("unhex('4g')")).toBe(null);
    expect(evaluate("split_part('a,b,c', ',', -1)")).toBe('c');
    expect(evaluate('greatest(1, NULL, 3)')).toBe(3n);
    expect(evaluate('least(NULL, NULL)')).toBe(null);
  });

  test('texts that would fill the memory are refused', () => {
    for (const sql of [
      "replace(printf('%1000000d', 1), ' ', printf('%1000d', 1))",
      'zeroblob(1000000000)',
      `printf('${'%1000000d'.repeat(100)}')`,
    ]) {
      expect(() => evaluate(sql)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    }
  });
});

describe('errors', () => {
  test.each([
    '9223372036854775807 + 1',
    '-9223372036854775808 - 1',
    '9223372036854775807 * 2',
    'abs(-9223372036854775808)',
  ])('%s overflows', (sql) => {
    expect(() => evaluate(sql)).toThrow(expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }));
  });

  test('a pattern full of wildcards is matched without backtracking into earlier ones', () => {
    const text = 'a'.repeat(5000);
    expect(evaluate(`'${text}' LIKE '${'%a'.repeat(50)}b'`)).toBe(0n);
    expect(evaluate(`'${text}' GLOB '${'*a'.repeat(50)}b'`)).toBe(0n);
  });
});
