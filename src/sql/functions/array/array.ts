import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { arrayOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { decodeArray, encodeArray } from '../../expressions/values/array.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { textOf } from '../../expressions/values/text.ts';
import { valueKey } from '../../expressions/values/value-key.ts';
import { alias, checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition, ScalarImplementation } from '../definition.ts';

type Elements = readonly SqlValue[];
type ResultType = (types: readonly StaticType[]) => StaticType;

/** The elements of an array's value; none of NULL. */
function elementsOf(value: SqlValue): Elements {
  return value === null ? [] : decodeArray(value as string);
}

/** `arguments_`: how each argument is taken, see {@link ScalarFunctionDefinition.arrays}. */
function arrayFunction(
  name: string,
  arity: number | readonly [number, number],
  arrays: string,
  result: StaticType['kind'] | ResultType,
  scalar: ScalarImplementation,
  nullPropagating = true,
): ScalarFunctionDefinition {
  return define(name, arity, result, scalar, { arrays, nullPropagating });
}

const firstType: ResultType = ([type]) => type;
const secondType: ResultType = ([, type]) => type;
const constructed: ResultType = (types) => arrayOf(types.find(({ kind }) => kind !== 'NULL') ?? STATIC_TYPES.ANY);
const elementType: ResultType = ([type]) => type.element ?? STATIC_TYPES.ANY;

const keyOf = (value: SqlValue) => valueKey(value, 'BINARY');

function containsAll(whole: Elements, part: Elements): boolean {
  const keys = new Set(whole.filter((element) => element !== null).map(keyOf));
  return part.every((element) => element !== null && keys.has(keyOf(element)));
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** Places, from 1, of the elements that are the value, NULL being one. */
function positions(array: SqlValue, value: SqlValue, from = 1): number[] {
  const wanted = keyOf(value);
  const found: number[] = [];
  elementsOf(array).forEach((element, i) => {
    if (i + 1 >= from && keyOf(element) === wanted) found.push(i + 1);
  });
  return found;
}

function position([array, value, start]: readonly SqlValue[]): SqlValue {
  if (array === null || start === null) return null;
  const from = start === undefined ? 1 : Number(integerOf(start));
  const [first] = positions(array, value, from);
  return first === undefined ? null : BigInt(first);
}

function joined([array, separator, forNull]: readonly SqlValue[]): SqlValue {
  if (array === null || separator === null) return null;
  const kept = forNull ?? null;
  const texts = elementsOf(array).flatMap((element) =>
    element !== null ? [textOf(element)] : kept === null ? [] : [textOf(kept)],
  );
  const between = textOf(separator);
  checkTextLength(
    texts.reduce((sum, text) => sum + text.length + between.length, 0),
    'array_to_string',
  );
  return texts.join(between);
}

function split([text, separator, forNull]: readonly SqlValue[]): SqlValue {
  if (text === null) return null;
  const whole = textOf(text);
  const nullText = forNull === undefined || forNull === null ? null : textOf(forNull);
  const parts = separator === null ? [...whole] : whole === '' ? [] : splitBy(whole, textOf(separator));
  return encodeArray(parts.map((part) => (part === nullText ? null : part)));
}

function splitBy(whole: string, separator: string): string[] {
  return separator === '' ? [whole] : whole.split(separator);
}

function onlyDimension(dimension: SqlValue): boolean {
  return integerOf(present(dimension)) === 1n;
}

const contains = arrayFunction('@>', 2, 'aa', 'INTEGER', ([a, b]) => truth(containsAll(elementsOf(a), elementsOf(b))));
const append = arrayFunction(
  'array_append',
  2,
  'ae',
  firstType,
  ([array, value]) => encodeArray([...elementsOf(array), value]),
  false,
);

const concatenate = arrayFunction(
  'array_cat',
  2,
  'aa',
  ([a, b]) => (a.kind === 'ARRAY' ? a : b),
  ([a, b]) => (a === null && b === null ? null : encodeArray([...elementsOf(a), ...elementsOf(b)])),
  false,
);

const has = arrayFunction('array_contains', 2, 'ae', 'INTEGER', ([array, value]) =>
  truth(positions(array, value).length > 0),
);
const length = arrayFunction('array_length', 2, 'ai', 'INTEGER', ([array, dimension]) => {
  const count = elementsOf(array).length;
  return count > 0 && onlyDimension(dimension) ? BigInt(count) : null;
});

const NO_ELEMENTS = 10_000_000;

/** An array of so many equal elements. */
function filled([value, count]: readonly SqlValue[]): SqlValue {
  if (count === null) return null;
  const size = Number(integerOf(count));
  if (size > NO_ELEMENTS) throw new HeliosError('LIMIT_EXCEEDED', `array_fill() makes at most ${NO_ELEMENTS} elements`);
  return encodeArray(new Array<SqlValue>(Math.max(0, size)).fill(value));
}

/** Functions and operators of arrays. `[]`, `[i]` and `[i:j]` are what the constructor, the subscript and the slice are called inside. */
export const ARRAY_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  arrayFunction('[]', [0, Number.POSITIVE_INFINITY], 'e', constructed, encodeArray, false),
  arrayFunction('[i]', 2, 'ai', elementType, ([array, index]) => {
    const at = Number(integerOf(present(index)));
    return elementsOf(array)[at - 1] ?? null;
  }),
  arrayFunction('[i:j]', 3, 'aii', firstType, ([array, from, to]) => {
    const [first, last] = [from, to].map((bound) => Number(integerOf(present(bound))));
    return encodeArray(elementsOf(array).slice(Math.max(first, 1) - 1, Math.max(last, 0)));
  }),
  contains,
  arrayFunction('<@', 2, 'aa', 'INTEGER', ([a, b]) => truth(containsAll(elementsOf(b), elementsOf(a)))),
  arrayFunction('&&', 2, 'aa', 'INTEGER', ([a, b]) => {
    const keys = new Set(elementsOf(a).map(keyOf));
    return truth(elementsOf(b).some((element) => element !== null && keys.has(keyOf(element))));
  }),
  arrayFunction('cardinality', 1, 'a', 'INTEGER', ([array]) => BigInt(elementsOf(array).length)),
  define('array_length', 1, 'INTEGER', ([array]) => BigInt(elementsOf(array).length), { arrays: 'a' }),
  length,
  alias(length, 'array_upper'),
  arrayFunction('array_lower', 2, 'ai', 'INTEGER', ([array, dimension]) =>
    elementsOf(array).length > 0 && onlyDimension(dimension) ? 1n : null,
  ),
  arrayFunction('array_ndims', 1, 'a', 'INTEGER', ([array]) => (elementsOf(array).length > 0 ? 1n : null)),
  append,
  arrayFunction(
    'array_prepend',
    2,
    'ea',
    secondType,
    ([value, array]) => encodeArray([value, ...elementsOf(array)]),
    false,
  ),
  concatenate,
  has,
  alias(has, 'list_contains'),
  arrayFunction('array_position', [2, 3], 'aei', 'INTEGER', position, false),
  arrayFunction(
    'array_positions',
    2,
    'ae',
    () => arrayOf(STATIC_TYPES.INTEGER),
    ([array, value]) => (array === null ? null : encodeArray(positions(array, value).map(BigInt))),
    false,
  ),
  arrayFunction(
    'array_remove',
    2,
    'ae',
    firstType,
    ([array, value]) => {
      if (array === null) return null;
      const removed = keyOf(value);
      return encodeArray(elementsOf(array).filter((element) => keyOf(element) !== removed));
    },
    false,
  ),
  arrayFunction(
    'array_replace',
    3,
    'aee',
    firstType,
    ([array, from, to]) => {
      if (array === null) return null;
      const replaced = keyOf(from);
      return encodeArray(elementsOf(array).map((element) => (keyOf(element) === replaced ? to : element)));
    },
    false,
  ),
  arrayFunction('array_fill', 2, 'ei', constructed, filled, false),
  arrayFunction('array_to_string', [2, 3], 'Tt', 'TEXT', joined, false),
  define('string_to_array', [2, 3], () => arrayOf(STATIC_TYPES.TEXT), split, { nullPropagating: false }),
];
