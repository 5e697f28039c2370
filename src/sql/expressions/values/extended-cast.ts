import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { CastTarget } from '../bound-expression.ts';
import { elementConverter } from '../coercion/extended-convert.ts';
import { STATIC_TYPES, type StaticType, typeName } from '../static-type.ts';
import { decodeArray, encodeArray } from './array.ts';
import { arrayItems, formatArray, plainItems } from './array-text.ts';
import { castValue } from './cast.ts';
import { type Decimal, formatDecimal, roundedUnits, trimmedDecimal } from './decimal.ts';
import { checkedInteger } from './integer.ts';
import { canonicalJson } from './json-text.ts';
import { bytesToText, textOf } from './text.ts';
import { castFromTime, castToTime } from './time-cast.ts';
import { type Caster, castFunction } from './typed-cast.ts';
import { decimalReader, decimalText, decimalValue, plainDecimal } from './typed-decimal.ts';
import { canonicalUuid } from './uuid.ts';

type Present = Exclude<SqlValue, null>;

/** A cast from or to a type of {@link isExtended}. TYPE_MISMATCH where no value of the source can be one of the target. */
export function extendedCaster(source: StaticType, target: CastTarget, type: StaticType): Caster {
  switch (source.kind) {
    case 'DECIMAL':
    case 'BIGDECIMAL':
      return castFromDecimal(source, target, type);
    case 'ARRAY':
      return castFromArray(source, target, type);
    case 'TIMESTAMP':
    case 'DATE':
      return castFromTimeTo(source.kind, target, type);
  }
  switch (target) {
    case 'DECIMAL':
    case 'BIGDECIMAL':
      return decimalCaster(decimalReader(source), type);
    case 'JSON':
      return jsonCaster(source, type);
    case 'UUID':
      return castToUuid;
    case 'ARRAY':
      return castToArray(type);
    case 'TIMESTAMP':
    case 'DATE':
      return (value) => castToTime(value, target);
    default:
      return (value) => castValue(value, target);
  }
}

function decimalCaster(read: (value: Present) => Decimal | null, type: StaticType): Caster {
  return (value) => {
    const decimal = read(value);
    if (decimal !== null) return decimalValue(decimal, type);
    throw new HeliosError('NUMERIC_OVERFLOW', `${textOf(value)} is no ${typeName(type)}`);
  };
}

function castFromDecimal(source: StaticType, target: CastTarget, type: StaticType): Caster {
  const read = decimalReader(source) as (value: Present) => Decimal;
  const text = decimalText(source);
  switch (target) {
    case 'DECIMAL':
    case 'BIGDECIMAL':
      return decimalCaster(read, type);
    case 'INTEGER':
      return (value) => {
        const { units, scale } = read(value);
        return checkedInteger(units / 10n ** BigInt(scale), 'the cast');
      };
    case 'REAL':
      return (value) => Number(text(value));
    case 'TEXT':
      return text;
    case 'JSON':
      return (value) => formatDecimal(type.binary === true ? trimmedDecimal(read(value)) : read(value));
    case 'ANY':
    case 'NUMERIC':
      return (value) => plainDecimal(read(value));
    case 'BOOLEAN':
      return (value) => (read(value).units === 0n ? 0n : 1n);
    case 'TIMESTAMP':
      return (value) => {
        const seconds = plainDecimal({ units: roundedUnits(read(value), 6), scale: 6 });
        return castToTime(seconds as Present, 'TIMESTAMP');
      };
    case 'DATE':
      return (value) => castToTime(text(value), target);
    case 'BLOB':
      return (value) => castValue(text(value), target);
    case 'ARRAY':
    case 'UUID':
      throw noCast(source, type);
  }
}

function castFromTimeTo(kind: 'TIMESTAMP' | 'DATE', target: CastTarget, type: StaticType): Caster {
  const source = STATIC_TYPES[kind];
  switch (target) {
    case 'DECIMAL':
    case 'BIGDECIMAL': {
      const scale = kind === 'TIMESTAMP' ? 6 : 0;
      return (value) => decimalValue({ units: value as bigint, scale }, type);
    }
    case 'JSON':
      return (value) => JSON.stringify(castFromTime(value, kind, 'TEXT'));
    case 'ARRAY':
    case 'UUID':
      throw noCast(source, type);
    default:
      return (value) => castFromTime(value, kind, target);
  }
}

function castFromArray(source: StaticType, target: CastTarget, type: StaticType): Caster {
  const from = source.element ?? STATIC_TYPES.ANY;
  switch (target) {
    case 'ARRAY': {
      const to = type.element ?? STATIC_TYPES.ANY;
      const cast = castFunction(from, to.kind as CastTarget, to);
      return (value) => encodeArray(decodeArray(value as string).map(cast));
    }
    case 'JSON': {
      // A text of an array is a JSON text, not the source of one.
      const isText = from.kind === 'TEXT' || from.kind === 'UUID' || from.kind === 'ANY';
      const cast = castFunction(from, 'JSON', type);
      const json = (item: SqlValue) =>
        isText && typeof item === 'string' ? JSON.stringify(item) : (cast(item) ?? 'null');
      return (value) =>
        `[${decodeArray(value as string)
          .map(json)
          .join(',')}]`;
    }
    case 'TEXT':
    case 'ANY':
      return arrayText(from);
    case 'BLOB': {
      const text = arrayText(from);
      return (value) => castValue(text(value), 'BLOB');
    }
    default:
      throw noCast(source, type);
  }
}

function arrayText(element: StaticType): (value: Present) => string {
  const isBoolean = element.kind === 'BOOLEAN';
  const cast = castFunction(element, 'TEXT');
  const text = (item: SqlValue) =>
    isBoolean && item !== null ? (item === 0n ? 'f' : 't') : (cast(item) as string | null);
  return (value) => formatArray(decodeArray(value as string).map(text));
}

function noCast(source: StaticType, type: StaticType): HeliosError {
  return new HeliosError('TYPE_MISMATCH', `a value of type ${typeName(source)} cannot be cast to ${typeName(type)}`);
}

/** Numbers and truth values become themselves; text and blobs must be JSON. */
function jsonCaster(source: StaticType, type: StaticType): Caster {
  if (source.kind === 'BOOLEAN') return (value) => (value === 0n ? 'false' : 'true');
  return (value) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'number') return Number.isFinite(value) ? textOf(value) : 'null';
    return canonicalJson(typeof value === 'string' ? value : bytesToText(value), type.binary);
  };
}

function castToUuid(value: Present): string {
  const text = textOf(value);
  const uuid = canonicalUuid(text);
  if (uuid !== null) return uuid;
  throw new HeliosError('INVALID_VALUE', `${JSON.stringify(text.slice(0, 60))} is not a UUID`, {
    hint: "Write 32 hexadecimal digits: '123e4567-e89b-12d3-a456-426614174000'.",
  });
}

function castToArray(type: StaticType): Caster {
  const element = type.element ?? STATIC_TYPES.ANY;
  const invalid = (value: unknown): never => {
    throw new HeliosError('INVALID_VALUE', `${JSON.stringify(String(value).slice(0, 60))} is not a ${typeName(type)}`, {
      hint: "Write an array as text: '{1,2}' or '[1,2]'.",
    });
  };
  const convert = elementConverter(element, invalid);
  return (value) => {
    const text = textOf(value);
    if (element.kind === 'ANY') return encodeArray(plainItems(text) ?? invalid(text));
    const items = arrayItems(text, element.kind === 'JSON') ?? invalid(text);
    return encodeArray(items.map(convert));
  };
}
