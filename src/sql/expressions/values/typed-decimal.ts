import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { type StaticType, typeName } from '../static-type.ts';
import { decodeDecimal, encodeDecimal } from './big-decimal.ts';
import {
  type Decimal,
  decimalOfNumber,
  decimalPrefix,
  exactUnits,
  formatDecimal,
  powerOfTen,
  roundedUnits,
  trimmedDecimal,
} from './decimal.ts';
import { MAX_INTEGER, MIN_INTEGER } from './integer.ts';
import { bytesToText } from './text.ts';

type Present = Exclude<SqlValue, null>;

/** Reads values of a type as decimals; null for what is infinite. Text and blobs count as the number that they begin with. */
export function decimalReader(type: StaticType): (value: Present) => Decimal | null {
  const { kind, scale = 0 } = type;
  if (kind === 'DECIMAL') return (units) => ({ units: units as bigint, scale });
  if (kind === 'BIGDECIMAL') return (text) => decodeDecimal(text as string);
  return decimalOfValue;
}

function decimalOfValue(value: Present): Decimal | null {
  switch (typeof value) {
    case 'bigint':
      return { units: value, scale: 0 };
    case 'number':
      return decimalOfNumber(value);
    case 'string':
      return decimalPrefix(value);
    default:
      return decimalPrefix(bytesToText(value));
  }
}

/** A decimal as a value of the type, rounded half away from zero to its places. NUMERIC_OVERFLOW where it has too many digits. */
export function decimalValue(decimal: Decimal, type: StaticType): bigint | string {
  const { scale } = type;
  return scale === undefined ? encodeDecimal(decimal) : fitting(roundedUnits(decimal, scale), type);
}

/** As {@link decimalValue}, without rounding: null where places would be lost. */
export function exactDecimalValue(decimal: Decimal, type: StaticType): bigint | string | null {
  const { scale } = type;
  if (scale === undefined) return encodeDecimal(decimal);
  const units = exactUnits(decimal, scale);
  return units === null ? null : fitting(units, type);
}

function fitting(units: bigint, type: StaticType): bigint | string {
  const { kind, precision, scale = 0 } = type;
  const digits = precision ?? LIMITS.decimalDigits;
  if ((units < 0n ? -units : units) >= powerOfTen(digits)) {
    throw new HeliosError(
      'NUMERIC_OVERFLOW',
      `${shortDecimal({ units, scale })} has more than the ${digits - scale} digits before the point that ${typeName(type)} holds`,
    );
  }
  return kind === 'DECIMAL' ? units : encodeDecimal({ units, scale });
}

function shortDecimal(decimal: Decimal): string {
  const text = formatDecimal(decimal);
  return text.length > 60 ? `a number of ${text.length} characters` : text;
}

/** The text of values of a decimal type: all places of the scale, or as many as the value has where there is none. */
export function decimalText(type: StaticType): (value: Present) => string {
  const read = decimalReader(type);
  const { scale } = type;
  return (value) => {
    const decimal = read(value) as Decimal;
    if (scale === undefined) return formatDecimal(trimmedDecimal(decimal));
    return formatDecimal(decimal.scale === scale ? decimal : { units: roundedUnits(decimal, scale), scale });
  };
}

/** A decimal where values speak for themselves: an INTEGER or a REAL that is equal to it, else its text. */
export function plainDecimal(decimal: Decimal): SqlValue {
  const trimmed = trimmedDecimal(decimal);
  if (trimmed.scale === 0 && trimmed.units <= MAX_INTEGER && trimmed.units >= MIN_INTEGER) return trimmed.units;
  const text = formatDecimal(trimmed);
  const number = Number(text);
  const back = decimalOfNumber(number);
  return back !== null && back.scale === trimmed.scale && back.units === trimmed.units ? number : text;
}
