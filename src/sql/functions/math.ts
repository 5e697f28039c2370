import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import { checkedInteger } from '../expressions/values/integer.ts';
import { integerOf, realOf } from '../expressions/values/numeric.ts';
import { wholeNumber } from '../expressions/values/numeric-text.ts';
import { alias, define, present } from './define.ts';
import type { ScalarFunctionDefinition, VectorImplementation } from './definition.ts';

/** SQLite's math functions know numbers and text that is one; anything else gives NULL. */
function mathArgument(value: SqlValue): bigint | number | null {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return typeof value === 'string' ? wholeNumber(value) : null;
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A function of one REAL; the vector kernel computes the same over number columns. */
function realFunction(name: string, compute: (x: number) => number): ScalarFunctionDefinition {
  const scalar = ([value]: readonly SqlValue[]): SqlValue => {
    const x = mathArgument(value);
    return x === null ? null : numberOrNull(compute(Number(x)));
  };
  return define(name, 1, 'REAL', scalar, { vector: realKernel(compute) });
}

function realKernel(compute: (x: number) => number): VectorImplementation {
  return ([vector], _types, batch) => {
    if (vector.kind !== 'number') return null;
    const values = new Float64Array(batch.rowCount);
    const nulls = new Uint8Array(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      const value = compute(vector.values[row]);
      values[row] = value;
      if (Number.isNaN(value) || (vector.nulls !== null && vector.nulls[row] === 1)) nulls[row] = 1;
    }
    return { kind: 'number', values, nulls };
  };
}

function realFunction2(name: string, compute: (x: number, y: number) => number): ScalarFunctionDefinition {
  return define(name, 2, 'REAL', ([left, right]) => {
    const [x, y] = [mathArgument(left), mathArgument(right)];
    return x === null || y === null ? null : numberOrNull(compute(Number(x), Number(y)));
  });
}

/** floor and its like: an INTEGER stays one. */
function roundingFunction(name: string, compute: (x: number) => number): ScalarFunctionDefinition {
  const scalar = ([value]: readonly SqlValue[]): SqlValue => {
    const x = mathArgument(value);
    return typeof x === 'number' ? numberOrNull(compute(x)) : x;
  };
  const kernel = realKernel(compute);
  return define(name, 1, keepsInteger, scalar, {
    vector: (args, types, batch) => (types[0].kind === 'REAL' ? kernel(args, types, batch) : null),
  });
}

function keepsInteger([type]: readonly StaticType[]): StaticType {
  if (type.kind === 'BOOLEAN') return STATIC_TYPES.INTEGER;
  return type.kind === 'INTEGER' || type.kind === 'REAL' ? type : STATIC_TYPES.ANY;
}

/** Text counts as a REAL, as in SQLite: abs('-5') is 5.0. */
function absolute([value]: readonly SqlValue[]): SqlValue {
  if (typeof value !== 'bigint') return Math.abs(realOf(present(value)));
  return checkedInteger(value < 0n ? -value : value, 'abs()');
}

function absoluteVector(
  [vector]: readonly ColumnVector[],
  types: readonly StaticType[],
  batch: Batch,
): ColumnVector | null {
  const physical = physicalKindOf(types[0]);
  if (vector.kind !== 'number' || (physical !== 'real' && physical !== 'integer')) return null;
  const values = new Float64Array(batch.rowCount);
  for (let i = 0; i < batch.selectedCount; i++) {
    const row = batch.selection === null ? i : batch.selection[i];
    values[row] = Math.abs(vector.values[row]);
  }
  return { kind: 'number', values, nulls: vector.nulls };
}

/** Half away from zero on the shortest decimal that reads back as the number, to at most 30 places. */
function round([value, places]: readonly SqlValue[]): SqlValue {
  const x = realOf(present(value));
  const digits = places === undefined ? 0 : Number(integerOf(present(places)));
  return roundReal(x, Math.min(30, Math.max(0, digits)));
}

function roundReal(x: number, digits: number): number {
  const magnitude = Math.abs(x);
  // A double this large has no fraction to round.
  if (magnitude >= 4503599627370496 || !Number.isFinite(x)) return x;
  if (digits > 15) return x;
  const scale = 10 ** digits;
  const scaled = magnitude * scale;
  const fraction = scaled - Math.floor(scaled);
  // Far from a tie binary rounding says the same as decimal rounding; near one the decimal digits decide.
  const rounded =
    Math.abs(fraction - 0.5) > 1e-4 && scaled < 1e15 ? Math.round(scaled) / scale : roundDecimal(magnitude, digits);
  return x < 0 ? 0 - rounded : rounded;
}

function roundDecimal(magnitude: number, digits: number): number {
  const [mantissa, exponent = '0'] = String(magnitude).split('e');
  const shifted = Number(`${mantissa}e${Number(exponent) + digits}`);
  const whole = Math.floor(shifted);
  const rounded = shifted - whole >= 0.5 ? whole + 1 : whole;
  return Number(`${rounded}e${-digits}`);
}

function sign([value]: readonly SqlValue[]): SqlValue {
  const x = mathArgument(value);
  if (x === null) return null;
  return x > 0 ? 1n : x < 0 ? -1n : 0n;
}

/** log(x) is base 10, log(b, x) base b. */
function logarithm(args: readonly SqlValue[]): SqlValue {
  const numbers = args.map(mathArgument);
  if (numbers.includes(null)) return null;
  const [first, second] = numbers.map(Number);
  if (args.length === 1) return first > 0 ? Math.log10(first) : null;
  const value = first > 0 && first !== 1 && second > 0 ? Math.log(second) / Math.log(first) : Number.NaN;
  return numberOrNull(value);
}

function positiveOnly(compute: (x: number) => number): (x: number) => number {
  return (x) => (x > 0 ? compute(x) : Number.NaN);
}

const ceil = roundingFunction('ceil', Math.ceil);
const power = realFunction2('power', (x, y) => x ** y);

export const MATH_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('abs', 1, keepsInteger, absolute, { vector: absoluteVector }),
  define('round', [1, 2], 'REAL', round),
  define('sign', 1, 'INTEGER', sign),
  ceil,
  alias(ceil, 'ceiling'),
  roundingFunction('floor', Math.floor),
  roundingFunction('trunc', Math.trunc),
  realFunction('sqrt', Math.sqrt),
  power,
  alias(power, 'pow'),
  realFunction2('mod', (x, y) => x % y),
  realFunction2('atan2', Math.atan2),
  realFunction('exp', Math.exp),
  realFunction('ln', positiveOnly(Math.log)),
  realFunction('log10', positiveOnly(Math.log10)),
  realFunction('log2', positiveOnly(Math.log2)),
  define('log', [1, 2], 'REAL', logarithm),
  realFunction('sin', Math.sin),
  realFunction('cos', Math.cos),
  realFunction('tan', Math.tan),
  realFunction('asin', Math.asin),
  realFunction('acos', Math.acos),
  realFunction('atan', Math.atan),
  realFunction('sinh', Math.sinh),
  realFunction('cosh', Math.cosh),
  realFunction('tanh', Math.tanh),
  realFunction('asinh', Math.asinh),
  realFunction('acosh', Math.acosh),
  realFunction('atanh', Math.atanh),
  realFunction('degrees', (x) => x * (180 / Math.PI)),
  realFunction('radians', (x) => x * (Math.PI / 180)),
  define('pi', 0, 'REAL', () => Math.PI),
];
