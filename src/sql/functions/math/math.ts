import type { SqlValue } from '../../../engine/column/types.ts';
import { realOf } from '../../expressions/values/numeric.ts';
import { alias, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { mathArgument, numberOrNull, realKernel } from './arguments.ts';

/** A function of one REAL; the vector kernel computes the same over number columns. */
function realFunction(name: string, compute: (x: number) => number): ScalarFunctionDefinition {
  const scalar = ([value]: readonly SqlValue[]): SqlValue => {
    const x = mathArgument(value);
    return x === null ? null : numberOrNull(compute(Number(x)));
  };
  return define(name, 1, 'REAL', scalar, { vector: realKernel(compute), decimals: 'REAL' });
}

function realFunction2(name: string, compute: (x: number, y: number) => number): ScalarFunctionDefinition {
  return define(name, 2, 'REAL', ([left, right]) => {
    const [x, y] = [mathArgument(left), mathArgument(right)];
    return x === null || y === null ? null : numberOrNull(compute(Number(x), Number(y)));
  });
}

/** log(x) is base 10, log(b, x) base b, for bases above 1. */
function logarithm([first, second]: readonly SqlValue[]): SqlValue {
  const x = mathArgument(first);
  if (x === null || x <= 0) return null;
  if (second === undefined) return Math.log10(Number(x));
  const [base, value] = [Math.log(Number(x)), realOf(present(second))];
  return base > 0 && value > 0 ? numberOrNull(Math.log(value) / base) : null;
}

function positiveOnly(compute: (x: number) => number): (x: number) => number {
  return (x) => (x > 0 ? compute(x) : Number.NaN);
}

/** C's pow: 1 to any power, and -1 to an infinite one, is 1. */
function raise(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;
}

const power = realFunction2('power', raise);

export const MATH_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  realFunction('sqrt', Math.sqrt),
  realFunction('cbrt', Math.cbrt),
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
