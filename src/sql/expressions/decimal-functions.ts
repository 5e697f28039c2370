import type { SqlValue } from '../../engine/column/types.ts';
import { define } from '../functions/define.ts';
import { decodeDecimal, encodeDecimal } from './values/big-decimal.ts';
import {
  checkedDecimal,
  type Decimal,
  divideDecimals,
  floorUnits,
  powerOfTen,
  remainderOfDecimals,
  roundedUnits,
} from './values/decimal.ts';

export type RoundingMode = 'round' | 'trunc' | 'ceil' | 'floor';

const decode = (value: SqlValue): Decimal => decodeDecimal(value as string);

function binary(name: string, compute: (a: Decimal, b: Decimal) => Decimal | null) {
  return define(name, 2, 'BIGDECIMAL', ([a, b]) => {
    const result = compute(decode(a), decode(b));
    return result === null ? null : encodeDecimal(result);
  });
}

function aligned(a: Decimal, b: Decimal, sign: bigint): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: roundedUnits(a, scale) + sign * roundedUnits(b, scale), scale };
}

/** To so many places; a negative number of them rounds to tens, hundreds… */
function rounding(name: RoundingMode, units: (x: Decimal, scale: number) => bigint) {
  return define(name, 2, 'BIGDECIMAL', ([value, places]) => {
    const x = decode(value);
    const count = Math.max(-1000, Math.min(x.scale, Number(places)));
    if (count >= 0) return encodeDecimal({ units: units(x, count), scale: count });
    const unit = powerOfTen(-count);
    const inUnits: Decimal = { units: x.units, scale: x.scale - count };
    return encodeDecimal({ units: units(inUnits, 0) * unit, scale: 0 });
  });
}

/** Functions of BIGDECIMALs that operators and functions of DECIMALs are built of; nobody calls them by name. */
export const numberFunctions = {
  arithmetic: {
    '+': binary('+', (a, b) => checkedDecimal(aligned(a, b, 1n), 'the sum')),
    '-': binary('-', (a, b) => checkedDecimal(aligned(a, b, -1n), 'the difference')),
    '*': binary('*', (a, b) => checkedDecimal({ units: a.units * b.units, scale: a.scale + b.scale }, 'the product')),
    '/': binary('/', divideDecimals),
    '%': binary('%', remainderOfDecimals),
  },
  negate: define('-', 1, 'BIGDECIMAL', ([value]) => {
    const { units, scale } = decode(value);
    return encodeDecimal({ units: -units, scale });
  }),
  abs: define('abs', 1, 'BIGDECIMAL', ([value]) => {
    const { units, scale } = decode(value);
    return encodeDecimal({ units: units < 0n ? -units : units, scale });
  }),
  sign: define('sign', 1, 'INTEGER', ([value]) => {
    const { units } = decode(value);
    return units > 0n ? 1n : units < 0n ? -1n : 0n;
  }),
  round: rounding('round', roundedUnits),
  trunc: rounding('trunc', (x, scale) => x.units / powerOfTen(x.scale - scale)),
  ceil: rounding('ceil', (x, scale) => -floorUnits({ units: -x.units, scale: x.scale }, scale)),
  floor: rounding('floor', floorUnits),
} as const;
