import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { define } from '../functions/define.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import { findFunction } from '../functions/registry.ts';
import type { Affinity } from './affinity-kind.ts';
import type { BoundExpression, ComparisonOperator } from './bound-expression.ts';
import { asText, castTo, columnRef, literal } from './build.ts';
import { comparable } from './build-comparison.ts';
import { callOf } from './build-function.ts';
import { elementConverter } from './coercion/extended-convert.ts';
import { orderTest } from './evaluate/scalar-comparison.ts';
import { comparisonCollation } from './inspect.ts';
import { arrayOf, commonType, isDecimal, STATIC_TYPES, type StaticType, sameType, typeName } from './static-type.ts';
import { applyAffinity } from './values/affinity.ts';
import { decodeArray } from './values/array.ts';
import { compareValues } from './values/compare.ts';
import { MAX_INTEGER } from './values/integer.ts';

const { ANY, BIGDECIMAL, REAL } = STATIC_TYPES;

/** A function of arrays that stands for syntax: `[]` the constructor, `[i]` the subscript, and the operators. */
export function arrayCall(name: string, args: readonly BoundExpression[]): BoundExpression {
  return callOf(findFunction(name, args.length) as ScalarFunctionDefinition, args);
}

export function subscript(array: BoundExpression, index: BoundExpression): BoundExpression {
  checkHasElements(array);
  return arrayCall('[i]', [array, index]);
}

/** `from` and `to` count from 1; null: the first one, the last one. */
export function slice(array: BoundExpression, from: BoundExpression | null, to: BoundExpression | null) {
  checkHasElements(array);
  return arrayCall('[i:j]', [array, from ?? literal(1n), to ?? literal(MAX_INTEGER)]);
}

function checkHasElements(array: BoundExpression): void {
  if (array.type.kind !== 'ARRAY' && array.type.kind !== 'NULL') {
    throw new HeliosError('TYPE_MISMATCH', `a value of type ${typeName(array.type)} has no elements`, {
      hint: 'Subscripts are for arrays: CAST(… AS INTEGER[]). For JSON use -> and ->>.',
    });
  }
}

/** `&&`, `@>` and `<@`, on arrays and (but for `&&`) on JSON. */
export function bindContainment(
  operator: '&&' | '@>' | '<@',
  left: BoundExpression,
  right: BoundExpression,
): BoundExpression {
  const kinds = [left.type.kind, right.type.kind];
  if (kinds.includes('ARRAY')) return arrayCall(operator, [left, right]);
  if (operator !== '&&' && kinds.includes('JSON')) {
    const [whole, part] = operator === '@>' ? [left, right] : [right, left];
    return arrayCall('@> json', [whole, part].map(asJsonb));
  }
  throw new HeliosError('TYPE_MISMATCH', `${operator} takes arrays or JSON, not ${kinds.join(' and ')}`, {
    hint: 'Cast a side: CAST(… AS INTEGER[]), CAST(… AS JSONB).',
  });
}

function asJsonb(operand: BoundExpression): BoundExpression {
  return castTo(operand, { kind: 'JSON', binary: true });
}

/** `||` where a side is an array or both are JSON; null for text. */
export function concatenation(left: BoundExpression, right: BoundExpression): BoundExpression | null {
  const [leftIsArray, rightIsArray] = [isArrayIn(left, right), isArrayIn(right, left)];
  if (left.type.kind === 'ARRAY' || right.type.kind === 'ARRAY') {
    if (leftIsArray && rightIsArray) return arrayCall('array_cat', [left, right]);
    return leftIsArray ? arrayCall('array_append', [left, right]) : arrayCall('array_prepend', [left, right]);
  }
  const areJson = left.type.kind === 'JSON' && right.type.kind === 'JSON';
  return areJson ? arrayCall('|| json', [left, right].map(asJsonb)) : null;
}

/** Beside an array, NULL is no array, and a literal text that is written like one is one. */
function isArrayIn(operand: BoundExpression, other: BoundExpression): boolean {
  if (operand.type.kind === 'ARRAY' || other.type.kind !== 'ARRAY') return operand.type.kind === 'ARRAY';
  if (operand.type.kind === 'NULL') return true;
  return operand.kind === 'literal' && typeof operand.value === 'string' && /^\s*[{[]/.test(operand.value);
}

/**
 * Arguments of a function of arrays: `shape` says of each what it is, the last letter of all that follow. a = an array,
 * e = an element, T = an array as its elements' texts, anything else as it is. Arrays and elements get one element type.
 */
export function arrayArguments(shape: string, args: readonly BoundExpression[]): readonly BoundExpression[] {
  const letters = args.map((_, i) => shape[Math.min(i, shape.length - 1)]);
  const element = elementType(args, letters);
  return args.map((argument, i) => {
    switch (letters[i]) {
      case 'a':
        return asArray(argument, element);
      case 'e':
        return asElement(argument, element);
      case 'T':
        return asArray(asArray(argument, element), STATIC_TYPES.TEXT);
      default:
        return asText(argument);
    }
  });
}

function elementType(args: readonly BoundExpression[], letters: readonly string[]): StaticType {
  const arrays = args
    .filter(({ type }, i) => letters[i] !== 'e' && type.kind === 'ARRAY')
    .map(({ type }) => type.element ?? ANY);
  const elements = args.filter((_, i) => letters[i] === 'e');
  // A literal text says what the others are: ARRAY[1, '2'] holds integers.
  const typed = elements.filter((operand) => !(operand.kind === 'literal' && operand.type.kind === 'TEXT'));
  const types = [...arrays, ...typed.map(({ type }) => type)];
  if (types.every(({ kind }) => kind === 'NULL')) return commonElement([...types, ...elements.map(({ type }) => type)]);
  return commonElement(types);
}

/** INTEGERs beside REALs are REALs: an array holds one type. */
function commonElement(types: readonly StaticType[]): StaticType {
  const known = types.filter(({ kind }) => kind !== 'ANY' && kind !== 'NULL');
  if (known.length === 0) return ANY;
  const isNumber = known.every(({ kind }) => kind === 'INTEGER' || kind === 'REAL' || kind === 'BOOLEAN');
  const common = isNumber && known.some(({ kind }) => kind === 'REAL') ? REAL : commonType(known);
  if (common.kind === 'ANY') {
    const names = [...new Set(known.map(typeName))].join(' and ');
    throw new HeliosError('TYPE_MISMATCH', `an array cannot hold values of the types ${names}`, {
      hint: 'Cast its elements to one type.',
    });
  }
  if (common.kind !== 'ARRAY') return common;
  throw new HeliosError('NOT_SUPPORTED', 'arrays of arrays are not supported', { hint: 'A JSON column holds them.' });
}

function asArray(operand: BoundExpression, element: StaticType): BoundExpression {
  const { kind } = operand.type;
  if (kind === 'ARRAY' && sameType(operand.type.element ?? ANY, element)) return operand;
  if (kind === 'NULL') return operand;
  if (kind === 'ARRAY' || kind === 'TEXT' || kind === 'ANY' || kind === 'JSON')
    return castTo(operand, arrayOf(element));
  throw new HeliosError('TYPE_MISMATCH', `a value of type ${typeName(operand.type)} is no array`);
}

function asElement(operand: BoundExpression, element: StaticType): BoundExpression {
  if (element.kind === 'ANY') return operand;
  if (operand.kind !== 'literal' || typeof operand.value !== 'string') return castTo(operand, element);
  if (element.kind === 'TEXT') return operand;
  const convert = elementConverter(element, (value) => {
    throw new HeliosError(
      'INVALID_VALUE',
      `${JSON.stringify(String(value))} is not a value of type ${typeName(element)}`,
    );
  });
  return literal(convert(operand.value), element);
}

/** `operand op ANY (array)`, `operand op ALL (array)`: as over the rows of a subquery. */
export function bindArrayComparison(
  operator: ComparisonOperator,
  quantifier: 'ANY' | 'ALL',
  operand: BoundExpression,
  array: BoundExpression,
): BoundExpression {
  const typed = asArray(array, array.type.element ?? elementBeside(operand.type));
  const element = columnRef(0, 'element', typed.type.element ?? ANY, 'BINARY', 'NONE');
  const [left, right] = comparable(operand, element);
  const affinity: Affinity = right.kind === 'affinity' ? right.affinity : 'NONE';
  const elements =
    right.kind === 'affinity' || sameType(right.type, element.type) ? typed : castTo(typed, arrayOf(right.type));
  return {
    kind: 'function',
    definition: comparisonWithArray(operator, quantifier, affinity),
    arguments: [left, elements],
    collation: comparisonCollation(operand, element),
    type: STATIC_TYPES.INTEGER,
  };
}

/** What a text or a parameter beside the operand is an array of. Numbers are as they come. */
function elementBeside(type: StaticType): StaticType {
  if (isDecimal(type)) return BIGDECIMAL;
  const { kind } = type;
  return kind === 'NULL' || kind === 'INTEGER' || kind === 'REAL' || kind === 'BOOLEAN' || kind === 'ARRAY'
    ? ANY
    : type;
}

const comparisons = new Map<string, ScalarFunctionDefinition>();

/** One definition for each way to compare, so that equal calls are equal expressions. */
function comparisonWithArray(operator: ComparisonOperator, quantifier: 'ANY' | 'ALL', affinity: Affinity) {
  const name = `${operator} ${quantifier} ${affinity}`;
  const known = comparisons.get(name);
  if (known !== undefined) return known;
  const isAny = quantifier === 'ANY';
  const holds = operator === 'IS' || operator === 'IS NOT' ? null : orderTest(operator);
  let lastText: SqlValue = null;
  let lastElements: readonly SqlValue[] = [];
  const definition = define(
    name,
    2,
    'INTEGER',
    ([value, array], _context, collation) => {
      if (array === null || holds === null) return null;
      if (array !== lastText) {
        lastElements = decodeArray(array as string).map((element) => applyAffinity(element, affinity));
        lastText = array;
      }
      let isUnknown = false;
      for (const element of lastElements) {
        if (value === null || element === null) isUnknown = true;
        else if (holds(compareValues(value, element, collation)) === isAny) return isAny ? 1n : 0n;
      }
      return isUnknown ? null : isAny ? 0n : 1n;
    },
    { nullPropagating: false, temporal: 'keep' },
  );
  comparisons.set(name, definition);
  return definition;
}
