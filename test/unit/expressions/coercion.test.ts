import { describe, expect, test } from 'vitest';
import type { ColumnType, ColumnValue, TypeKind } from '../../../src/engine/column/types.ts';
import { columnCoercer } from '../../../src/sql/expressions/coercion/column.ts';
import { bindParameter } from '../../../src/sql/expressions/coercion/parameter.ts';
import { presenter, vectorPresenter } from '../../../src/sql/expressions/coercion/present.ts';
import { STATIC_TYPES, type StaticType } from '../../../src/sql/expressions/static-type.ts';

function coerceForColumn(
  type: ColumnType,
  columnName: string,
  value: unknown,
  source: StaticType | 'javascript' = STATIC_TYPES.ANY,
): ColumnValue {
  return columnCoercer(type, columnName, source)(value);
}

const NOON = Date.UTC(2024, 1, 29, 12, 0, 0);
const MISMATCH = Symbol('TYPE_MISMATCH');

/** Type, JavaScript value, what the column holds. */
const JAVASCRIPT: readonly (readonly [TypeKind, unknown, unknown])[] = [
  ['INTEGER', 7, 7],
  ['INTEGER', '7', 7],
  ['INTEGER', ' 7.0 ', 7],
  ['INTEGER', 7.0, 7],
  ['INTEGER', -0, 0],
  ['INTEGER', true, 1],
  ['INTEGER', 2n ** 60n, 2n ** 60n],
  ['INTEGER', 5n, 5],
  ['INTEGER', '9223372036854775807', 2n ** 63n - 1n],
  ['INTEGER', null, null],
  ['INTEGER', Number.NaN, null],
  ['INTEGER', 1.5, MISMATCH],
  ['INTEGER', '1.5', MISMATCH],
  ['INTEGER', 'x', MISMATCH],
  ['INTEGER', 1e300, MISMATCH],
  ['INTEGER', undefined, MISMATCH],
  ['REAL', 2.3, 2.3],
  ['REAL', '2.3', 2.3],
  ['REAL', 5n, 5],
  ['REAL', 2n ** 53n + 1n, MISMATCH],
  ['REAL', '2.3x', MISMATCH],
  ['TEXT', 'a', 'a'],
  ['TEXT', 5, '5'],
  ['TEXT', 1.5, '1.5'],
  ['TEXT', 5n, '5'],
  ['TEXT', new Date(NOON), '2024-02-29 12:00:00'],
  ['TEXT', Uint8Array.of(1), MISMATCH],
  ['BLOB', Uint8Array.of(1), Uint8Array.of(1)],
  ['BLOB', 'a', MISMATCH],
  ['BOOLEAN', true, 1],
  ['BOOLEAN', 0, 0],
  ['BOOLEAN', 1n, 1],
  ['BOOLEAN', 't', 1],
  ['BOOLEAN', 'FALSE', 0],
  ['BOOLEAN', 'maybe', MISMATCH],
  ['BOOLEAN', 2, MISMATCH],
  ['TIMESTAMP', new Date(NOON), NOON * 1000],
  ['TIMESTAMP', '2024-02-29 12:00:00', NOON * 1000],
  ['TIMESTAMP', '2024-02-29T12:00:00.000001Z', NOON * 1000 + 1],
  ['TIMESTAMP', '2024-02-29 14:00+02:00', NOON * 1000],
  ['TIMESTAMP', '2024-02-29', (NOON - 43_200_000) * 1000],
  ['TIMESTAMP', NOON / 1000, NOON * 1000],
  ['TIMESTAMP', 1.5, 1_500_000],
  ['TIMESTAMP', '1700000000', 1_700_000_000_000_000],
  ['TIMESTAMP', '9999-12-31 23:59:59.999999', 253402300799999999n],
  ['TIMESTAMP', NOON, MISMATCH],
  ['TIMESTAMP', '2023-02-29', MISMATCH],
  ['TIMESTAMP', 'soon', MISMATCH],
  ['TIMESTAMP', new Date(Number.NaN), MISMATCH],
  ['DATE', '2024-02-29', 19782],
  ['DATE', new Date(NOON), 19782],
  ['DATE', 19782, 19782],
  ['DATE', 'x', MISMATCH],
  ['ANY', 7, 7n],
  ['ANY', 7.5, 7.5],
  ['ANY', 'a', 'a'],
  ['ANY', undefined, MISMATCH],
  ['ANY', [1, 'a'], '[1,"a"]'],
  ['ANY', new Map(), MISMATCH],
  ['JSON', '{"b": 1, "a": [true, null]}', '{"b":1,"a":[true,null]}'],
  ['JSON', { b: 1n, a: [new Date(NOON)] }, '{"b":1,"a":["2024-02-29T12:00:00.000Z"]}'],
  ['JSON', new Map(), MISMATCH],
  ['UUID', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['UUID', '{a0eebc999c0b4ef8bb6d6bb9bd380a11}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['UUID', 'a0eebc99', MISMATCH],
  ['UUID', 5, MISMATCH],
];

describe('JavaScript values into columns', () => {
  test.each(JAVASCRIPT)('%s takes %s', (kind, value, expected) => {
    const coerce = () => coerceForColumn({ kind, declared: kind }, 'c', value, 'javascript');
    if (expected !== MISMATCH) expect(coerce()).toEqual(expected);
    else expect(coerce).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }));
  });

  test.each(['INTEGER', 'REAL', 'TEXT', 'ANY'] as const)('%s takes no integer beyond 64 bits', (kind) => {
    const coerce = () => coerceForColumn({ kind, declared: kind }, 'c', 2n ** 64n, 'javascript');
    expect(coerce).toThrow(expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }));
  });

  test('the message names column, type and value', () => {
    const coerce = () => coerceForColumn({ kind: 'BOOLEAN', declared: 'BOOL' }, 'synced', 'maybe', 'javascript');
    expect(coerce).toThrow("column synced is BOOL and cannot take the text 'maybe'");
  });

  test('bytes are copied', () => {
    const bytes = Uint8Array.of(1);
    const held = coerceForColumn({ kind: 'BLOB', declared: 'BLOB' }, 'c', bytes, 'javascript');
    bytes[0] = 2;
    expect(held).toEqual(Uint8Array.of(1));
  });
});

describe('values of expressions into columns', () => {
  test('a REAL that is whole stays REAL in ANY, and its text has a point', () => {
    expect(coerceForColumn({ kind: 'ANY', declared: '' }, 'c', 7)).toBe(7);
    expect(coerceForColumn({ kind: 'TEXT', declared: 'TEXT' }, 'c', 7)).toBe('7.0');
    expect(coerceForColumn({ kind: 'INTEGER', declared: 'INT' }, 'c', 7)).toBe(7);
  });

  test('a TIMESTAMP stays one; elsewhere it is its text, its seconds or its date', () => {
    const micros = BigInt(NOON) * 1000n;
    const { TIMESTAMP } = STATIC_TYPES;
    const into = (kind: TypeKind) => coerceForColumn({ kind, declared: kind }, 'c', micros, TIMESTAMP);
    expect(into('TIMESTAMP')).toBe(NOON * 1000);
    expect(into('TEXT')).toBe('2024-02-29 12:00:00');
    expect(into('ANY')).toBe('2024-02-29 12:00:00');
    expect(into('INTEGER')).toBe(NOON / 1000);
    expect(into('DATE')).toBe(19782);
    expect(coerceForColumn({ kind: 'TIMESTAMP', declared: 'T' }, 'c', 19782n, STATIC_TYPES.DATE)).toBe(
      (NOON - 43_200_000) * 1000,
    );
  });
});

describe('parameters', () => {
  test.each([
    [1, 1n],
    [1.5, 1.5],
    [-0, 0n],
    [1e20, 1e20],
    [Number.NaN, null],
    [true, 1n],
    ['a', 'a'],
    [null, null],
    [5n, 5n],
    [Uint8Array.of(1), Uint8Array.of(1)],
    [new Date(NOON + 5), '2024-02-29 12:00:00.005'],
  ])('%s', (value, expected) => {
    expect(bindParameter(value, '?1')).toEqual(expected);
  });

  test.each([[undefined], [() => 1], [Symbol('s')], [new Map()], [[() => 1]], [new Date(Number.NaN)]])(
    '%s is refused',
    (value) => {
      expect(() => bindParameter(value, ':x')).toThrow(expect.objectContaining({ code: 'PARAMETER_TYPE' }));
      expect(() => bindParameter(value, ':x')).toThrow(/parameter :x is/);
    },
  );
});

describe('values out', () => {
  test('by type', () => {
    const { INTEGER, BOOLEAN, TIMESTAMP, DATE, ANY, REAL } = STATIC_TYPES;
    expect(presenter(INTEGER, {})(5n)).toBe(5);
    expect(presenter(INTEGER, {})(2n ** 60n)).toBe(2n ** 60n);
    expect(presenter(INTEGER, { integers: 'bigint' })(5)).toBe(5n);
    expect(presenter(BOOLEAN, {})(1n)).toBe(true);
    expect(presenter(BOOLEAN, {})(null)).toBe(null);
    expect(presenter(TIMESTAMP, {})(NOON * 1000 + 999)).toEqual(new Date(NOON));
    expect(presenter(TIMESTAMP, { timestamps: 'text' })(NOON * 1000 + 1)).toBe('2024-02-29 12:00:00.000001');
    expect(presenter(TIMESTAMP, {})(-1n)).toEqual(new Date(-1));
    expect(presenter(DATE, {})(19782n)).toBe('2024-02-29');
    expect(presenter(ANY, {})(5n)).toBe(5);
    expect(presenter(REAL, {})(1.5)).toBe(1.5);
  });

  test('from vectors', () => {
    const vector = { kind: 'number', values: Float64Array.of(5, 0), nulls: Uint8Array.of(0, 1) } as const;
    const at = vectorPresenter(STATIC_TYPES.INTEGER, {});
    expect([at(vector, 0), at(vector, 1)]).toEqual([5, null]);
    expect(vectorPresenter(STATIC_TYPES.BOOLEAN, {})(vector, 0)).toBe(true);
    expect(vectorPresenter(STATIC_TYPES.INTEGER, { integers: 'bigint' })(vector, 0)).toBe(5n);
  });
});
