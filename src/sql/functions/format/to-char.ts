import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { microsOfSeconds } from '../../expressions/values/extended-affinity.ts';
import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import { textOf } from '../../expressions/values/text.ts';
import { civilInstant, timestampOf } from '../datetime/fields.ts';
import { timeFromChar } from '../datetime/from-char.ts';
import { timeToChar } from '../datetime/to-char.ts';
import { define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { numberToChar } from './number-picture.ts';

/** A format longer than this is no format. */
const LONGEST_FORMAT = 1000;

function formatOf(name: string, value: SqlValue): string {
  const format = textOf(present(value));
  if (format.length <= LONGEST_FORMAT) return format;
  throw new HeliosError('LIMIT_EXCEEDED', `${name}() takes a format of at most ${LONGEST_FORMAT} characters`);
}

/** Of a time (a TIMESTAMP, a DATE, a text that is one) or a number. */
function toChar([value, format]: readonly SqlValue[]): SqlValue {
  const given = present(value);
  const pattern = formatOf('to_char', format);
  if (typeof given === 'number' || typeof given === 'bigint') return numberToChar(given, pattern);
  const time = civilInstant(given);
  if (time !== null) return timeToChar(time, pattern);
  const number = typeof given === 'string' ? wholeNumber(given) : null;
  if (number !== null) return numberToChar(number, pattern);
  throw new HeliosError(
    'INVALID_VALUE',
    `to_char() takes a number, a TIMESTAMP or a DATE, not ${JSON.stringify(textOf(given))}`,
  );
}

/** Seconds since 1970. */
function toTimestamp([value]: readonly SqlValue[]): SqlValue {
  const given = present(value);
  const seconds = typeof given === 'string' ? wholeNumber(given) : given;
  const micros = typeof seconds === 'number' || typeof seconds === 'bigint' ? microsOfSeconds(seconds) : null;
  if (micros !== null) return micros;
  throw new HeliosError('INVALID_VALUE', `to_timestamp(): ${textOf(given)} are no seconds of the years 0 to 9999`);
}

function readTimestamp([value, format]: readonly SqlValue[]): SqlValue {
  const pattern = formatOf('to_timestamp', format);
  return timestampOf(timeFromChar('to_timestamp', textOf(present(value)), pattern));
}

function readDate([value, format]: readonly SqlValue[]): SqlValue {
  const pattern = formatOf('to_date', format);
  return BigInt(timeFromChar('to_date', textOf(present(value)), pattern).days);
}

export const TO_CHAR_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('to_char', 2, 'TEXT', toChar),
  define('to_timestamp', 1, 'TIMESTAMP', toTimestamp),
  define('to_timestamp', 2, 'TIMESTAMP', readTimestamp),
  define('to_date', 2, 'DATE', readDate),
];
