import { describe, expect, test } from 'vitest';
import { columnCoercer } from '../../../src/sql/expressions/coercion/column.ts';
import { decodeArray, encodeArray } from '../../../src/sql/expressions/values/array.ts';
import { arrayItems, formatArray } from '../../../src/sql/expressions/values/array-text.ts';
import { decodeDecimal, encodeDecimal } from '../../../src/sql/expressions/values/big-decimal.ts';
import { compareText, compareValues } from '../../../src/sql/expressions/values/compare.ts';
import {
  divideDecimals,
  formatDecimal,
  parseDecimal,
  roundedUnits,
  trimmedDecimal,
} from '../../../src/sql/expressions/values/decimal.ts';
import { canonicalJson } from '../../../src/sql/expressions/values/json-text.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const decimal = (text: string) => parseDecimal(text)!;

describe('decimals', () => {
  test.each([
    ['1.50', '1.50'],
    ['-.5', '-0.5'],
    [' 7. ', '7'],
    ['1e3', '1000'],
    ['15e-4', '0.0015'],
    ['-0.0', '0.0'],
  ])('%s is %s', (text, expected) => {
    expect(formatDecimal(decimal(text))).toBe(expected);
  });

  test.each(['', 'x', '1x', '0x10', '1e', '.', '--1', '1e9999', '9'.repeat(1001)])('%s is none', (text) => {
    expect(parseDecimal(text)).toBe(null);
  });

  test.each([
    ['1.005', 2, 101n],
    ['-1.005', 2, -101n],
    ['1.0049', 2, 100n],
    ['7', 3, 7000n],
  ])('%s rounded to %i places', (text, scale, expected) => {
    expect(roundedUnits(decimal(text), scale)).toBe(expected);
  });

  test.each([
    ['10', '3', '3.3333333333333333'],
    ['1', '3', '0.33333333333333333333'],
    ['2', '3', '0.66666666666666666667'],
    ['-10.00', '4', '-2.5'],
    ['1', '1000000', '0.000001'],
  ])('%s / %s', (a, b, expected) => {
    expect(formatDecimal(trimmedDecimal(divideDecimals(decimal(a), decimal(b))!))).toBe(expected);
  });

  test('encoded, they sort as numbers do', () => {
    const texts =
      '-1e30 -100.5 -100 -99.99 -1.5 -1 -0.5 -0.001 0 0.001 0.01 0.5 0.55 1 1.5 9 10 10.01 99 100 1e30'.split(' ');
    const encoded = texts.map((text) => encodeDecimal(decimal(text)));
    expect([...encoded].sort(compareText)).toEqual(encoded);
    expect(encoded.map((text) => formatDecimal(decodeDecimal(text)))).toEqual(
      texts.map((text) => formatDecimal(decimal(text))),
    );
    expect(encodeDecimal(decimal('1.50'))).toBe(encodeDecimal(decimal('1.5')));
  });
});

describe('arrays', () => {
  test('come back as they were, and sort by their elements', () => {
    const random = new SeededRandom(7);
    const pools = [
      [null, 0n, 1n, -1n, 9n, 10n, -10n, 2n ** 63n - 1n, -(2n ** 63n), 123n, -99n],
      [null, 0, 1.5, -1.5, 1e300, -1e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [null, '', 'a', 'ab', 'b', '\0', '\0\x01', '\0\0', 'a\0', 'ä', '😀', '\uffff'],
    ];
    for (let round = 0; round < 3000; round++) {
      const pool = pools[round % pools.length];
      const [a, b] = [0, 1].map(() => Array.from({ length: random.u32() % 4 }, () => pool[random.u32() % pool.length]));
      expect(decodeArray(encodeArray(a))).toEqual(a);
      expect(Math.sign(compareText(encodeArray(a), encodeArray(b)))).toBe(order(a, b));
    }
  });

  function order(a: readonly (null | bigint | number | string)[], b: typeof a): number {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      if (a[i] === b[i]) continue;
      if (a[i] === null || b[i] === null) return a[i] === null ? 1 : -1;
      return Math.sign(compareValues(a[i], b[i]));
    }
    return Math.sign(a.length - b.length);
  }

  test('blobs and NULLs', () => {
    const elements = [Uint8Array.of(0, 255), null, Uint8Array.of()];
    expect(decodeArray(encodeArray(elements))).toEqual(elements);
  });

  test.each([
    ['{}', []],
    ['{1, 2 ,NULL}', ['1', '2', null]],
    ['{"a b",c d ,"NULL","x\\"y",\\{}', ['a b', 'c d', 'NULL', 'x"y', '{']],
    ['[1,"a",null,true]', ['1', 'a', null, 'true']],
    [' [ ] ', []],
  ])('%s is read', (text, expected) => {
    expect(arrayItems(text, false)).toEqual(expected);
  });

  test.each(['1', '{1', '{1,}', '{,1}', '{"a}', '{a"b"}', '{{1}}', '{"a"b}', '', '{a\\}'])('%s is none', (text) => {
    expect(arrayItems(text, false)).toBe(null);
  });

  test('as text', () => {
    expect(formatArray(['1', null, 'a b', '', 'null', 'x"y\\'])).toBe('{1,NULL,"a b","","null","x\\"y\\\\"}');
  });
});

describe('JSON', () => {
  test.each([
    [' { "b" : 1.50 , "a" : [ true , null , "\\u0041\\n" ] } ', '{"b":1.50,"a":[true,null,"A\\n"]}'],
    ['"x"', '"x"'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"__proto__":{}}', '{"__proto__":{}}'],
    ['[]', '[]'],
    ['-0.5e10', '-0.5e10'],
  ])('%s', (text, expected) => {
    expect(canonicalJson(text)).toBe(expected);
  });

  test('JSONB sorts keys and writes equal numbers alike', () => {
    expect(canonicalJson('{"bb":1.50,"a":{"d":1e2,"c":0.0}}', true)).toBe('{"a":{"c":0,"d":100},"bb":1.5}');
  });

  test.each([
    ['', 0],
    ['{"a":', 5],
    ['{"a" 1}', 5],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{a:1}', 1],
    ['"a', 2],
    ['"\\x"', 2],
    ['01', 1],
    ['nul', 0],
    ['1 2', 2],
    ["'a'", 0],
  ])('%s is malformed at offset %i', (text, offset) => {
    const message = `malformed JSON at offset ${offset}`;
    expect(() => canonicalJson(text)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    expect(() => canonicalJson(text)).toThrow(message);
  });

  test('is read to its limit of nesting, and no deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(canonicalJson(nested(1000))).toBe(nested(1000));
    expect(() => canonicalJson(nested(1001))).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  });
});

describe('columns of a DECIMAL', () => {
  const coerce = columnCoercer(
    { kind: 'DECIMAL', precision: 5, scale: 2, declared: 'DECIMAL(5,2)' },
    't.d',
    'javascript',
  );

  test.each([
    [0.1, 10],
    ['0.1', 10],
    [7n, 700],
    [-999.99, -99999],
    [null, null],
    [Number.NaN, null],
    ['1e1', 1000],
  ])('%s fits', (value, units) => {
    expect(coerce(value)).toBe(units);
  });

  test.each([
    [1.005, 'TYPE_MISMATCH'],
    ['1.005', 'TYPE_MISMATCH'],
    ['x', 'TYPE_MISMATCH'],
    [Number.POSITIVE_INFINITY, 'TYPE_MISMATCH'],
    [1000, 'NUMERIC_OVERFLOW'],
    [10n ** 30n, 'NUMERIC_OVERFLOW'],
  ])('%s does not', (value, code) => {
    expect(() => coerce(value)).toThrow(expect.objectContaining({ code }));
    expect(() => coerce(value)).toThrow('t.d');
  });
});
