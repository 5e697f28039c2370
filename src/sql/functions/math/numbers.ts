import type { SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { Batch } from '../../expressions/batch.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { checkedInteger } from '../../expressions/values/integer.ts';
import { integerOf, realOf } from '../../expressions/values/numeric.ts';
import { decimalDigits } from '../../expressions/values/real-text.ts';
import { alias, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { mathArgument, numberOrNull, realKernel } from './arguments.ts';

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

/** A double this large has no fraction to round. */
const WHOLE_FROM = 4503599627370496;

/** Half away from zero: SQLite's func.c, roundFunc. Digits behind the point are those that printf's "%!.*f" shows. */
function round([value, places]: readonly SqlValue[]): SqlValue {
  const x = realOf(present(value));
  const digits = places === undefined ? 0 : Math.min(30, Math.max(0, Number(integerOf(present(places)))));
  if (Math.abs(x) > WHOLE_FROM || Number.isNaN(x)) return x;
  if (digits === 0) return Math.trunc(x < 0 ? x - 0.5 : x + 0.5) + 0;
  const magnitude = Math.abs(x);
  const scaled = magnitude * 10 ** digits;
  const fraction = scaled - Math.floor(scaled);
  // Far from a tie binary rounding says the same as decimal rounding; near one the digits decide.
  const isClear = digits <= 15 && scaled < 1e15 && Math.abs(fraction - 0.5) > 1e-4;
  const rounded = isClear ? Math.round(scaled) / 10 ** digits : roundDecimal(magnitude, digits);
  return x < 0 ? 0 - rounded : rounded;
}

function roundDecimal(magnitude: number, places: number): number {
  const { digits, point } = decimalDigits(magnitude, -places, 20);
  const shown = point + places;
  return shown <= 0 ? 0 : Number(`${digits.slice(0, shown)}e${point - Math.min(shown, digits.length)}`);
}

function sign([value]: readonly SqlValue[]): SqlValue {
  const x = mathArgument(value);
  if (x === null) return null;
  return x > 0 ? 1n : x < 0 ? -1n : 0n;
}

/** trunc(x, n): to n digits behind the point, or -n before it. */
function truncateTo([value, places]: readonly SqlValue[]): SqlValue {
  const x = mathArgument(value);
  if (x === null) return null;
  const digits = Math.max(-400, Math.min(30, Number(integerOf(present(places)))));
  if (typeof x === 'bigint') {
    if (digits >= 0) return x;
    const scale = 10n ** BigInt(-digits);
    return (x / scale) * scale;
  }
  const [mantissa, exponent = '0'] = String(x).split('e');
  const shifted = Math.trunc(Number(`${mantissa}e${Number(exponent) + digits}`));
  if (!Number.isFinite(shifted)) return x;
  const [whole, power = '0'] = String(shifted).split('e');
  return Number(`${whole}e${Number(power) - digits}`);
}

const ceil = roundingFunction('ceil', Math.ceil);

/** On whole and other numbers alike. */
export const NUMBER_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('abs', 1, keepsInteger, absolute, { vector: absoluteVector }),
  define('round', [1, 2], 'REAL', round),
  define('sign', 1, 'INTEGER', sign),
  ceil,
  alias(ceil, 'ceiling'),
  roundingFunction('floor', Math.floor),
  roundingFunction('trunc', Math.trunc),
  define('trunc', 2, keepsInteger, truncateTo),
];
