import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { checkedInteger, exactInteger } from '../../expressions/values/integer.ts';
import { integerOf, realOf } from '../../expressions/values/numeric.ts';
import { define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { mathArgument, numberOrNull } from './arguments.ts';

/** The whole part of a quotient; NULL by zero, as with `/`. */
function quotient([left, right]: readonly SqlValue[]): SqlValue {
  const [x, y] = [mathArgument(left), mathArgument(right)];
  if (x === null || y === null || Number(y) === 0) return null;
  if (typeof x === 'bigint' && typeof y === 'bigint') return checkedInteger(x / y, 'div()');
  return numberOrNull(Math.trunc(Number(x) / Number(y)));
}

function commonDivisor(x: bigint, y: bigint): bigint {
  let [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function gcd([left, right]: readonly SqlValue[]): SqlValue {
  return checkedInteger(commonDivisor(integerOf(present(left)), integerOf(present(right))), 'gcd()');
}

function lcm([left, right]: readonly SqlValue[]): SqlValue {
  const [x, y] = [integerOf(present(left)), integerOf(present(right))];
  if (x === 0n || y === 0n) return 0n;
  const multiple = (x / commonDivisor(x, y)) * y;
  return checkedInteger(multiple < 0n ? -multiple : multiple, 'lcm()');
}

function factorial([value]: readonly SqlValue[]): SqlValue {
  const n = integerOf(present(value));
  if (n < 0n) throw new HeliosError('INVALID_VALUE', `factorial() takes whole numbers from 0, not ${n}`);
  let product = 1n;
  for (let i = 2n; i <= n; i++) product = checkedInteger(product * i, 'factorial()');
  return product;
}

/** Which of `count` buckets of like size between two bounds a number falls into; 0 before, count + 1 behind them. */
function widthBucket(args: readonly SqlValue[]): SqlValue {
  const [x, low, high] = args.slice(0, 3).map((arg) => realOf(present(arg)));
  const count = integerOf(present(args[3]));
  if (count < 1n) throw new HeliosError('INVALID_VALUE', `width_bucket() takes a count of at least 1, not ${count}`);
  if (low === high || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw new HeliosError('INVALID_VALUE', 'width_bucket() takes two finite bounds that differ');
  }
  const share = (x - low) / (high - low);
  if (share < 0) return 0n;
  if (share >= 1) return checkedInteger(count + 1n, 'width_bucket()');
  return (exactInteger(Math.floor(share * Number(count))) ?? count) + 1n;
}

/** Whether a number is finite: false for infinities, NULL for what is no number. */
function isFiniteNumber([value]: readonly SqlValue[]): SqlValue {
  const x = mathArgument(value);
  return x === null ? null : Number.isFinite(Number(x)) ? 1n : 0n;
}

/** PostgreSQL's functions with whole results. */
export const WHOLE_NUMBER_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('div', 2, 'ANY', quotient),
  define('gcd', 2, 'INTEGER', gcd),
  define('lcm', 2, 'INTEGER', lcm),
  define('factorial', 1, 'INTEGER', factorial),
  define('width_bucket', 4, 'INTEGER', widthBucket),
  define('isfinite', 1, 'INTEGER', isFiniteNumber),
];
