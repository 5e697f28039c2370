import { HeliosError } from '../../base/errors.ts';
import type { Collation } from '../../engine/column/types.ts';
import { findFunction, functionArities } from '../functions/registry.ts';
import type { BoundExpression } from './bound-expression.ts';
import { bindCase, bindLike, plus, timeAsText } from './build.ts';
import { collationOf } from './inspect.ts';
import { commonType } from './static-type.ts';

/** A call of a scalar function by name, or of one of those that are syntax in disguise (coalesce, iif, like…). */
export function bindFunction(name: string, args: readonly BoundExpression[]): BoundExpression {
  const lowered = name.toLowerCase();
  const form = specialForm(lowered, args);
  if (form !== null) return form;
  const definition = findFunction(lowered, args.length);
  if (definition === null) throw functionNotFound(name, args.length);
  const passed = definition.temporal === 'keep' ? args : args.map(timeAsText);
  return {
    kind: 'function',
    definition,
    arguments: passed,
    collation: firstCollation(args),
    type: definition.resultType(passed.map(({ type }) => type)),
  };
}

/** Functions that evaluate only some of their arguments, or stand for an operator. */
function specialForm(name: string, args: readonly BoundExpression[]): BoundExpression | null {
  switch (name) {
    case 'coalesce':
      return args.length >= 2 ? coalesce(args) : null;
    case 'ifnull':
      return args.length === 2 ? coalesce(args) : null;
    case 'iif':
    case 'if':
      return args.length === 2 || args.length === 3
        ? bindCase(null, [{ when: args[0], result: args[1] }], args[2] ?? null)
        : null;
    case 'likely':
    case 'unlikely':
      return args.length === 1 ? plus(args[0]) : null;
    case 'likelihood':
      return args.length === 2 ? plus(args[0]) : null;
    case 'like':
      return args.length === 2 || args.length === 3 ? bindLike('LIKE', args[1], args[0], args[2] ?? null, false) : null;
    case 'glob':
      return args.length === 2 ? bindLike('GLOB', args[1], args[0], null, false) : null;
    default:
      return null;
  }
}

function coalesce(operands: readonly BoundExpression[]): BoundExpression {
  return { kind: 'coalesce', operands, type: commonType(operands.map(({ type }) => type)) };
}

function firstCollation(args: readonly BoundExpression[]): Collation {
  for (const arg of args) {
    const found = collationOf(arg);
    if (found !== null) return found.collation;
  }
  return 'BINARY';
}

function functionNotFound(name: string, argumentCount: number): HeliosError {
  const arities = functionArities(name.toLowerCase());
  const message =
    arities === null ? `there is no function ${name}()` : `${name}() takes ${arities} arguments, not ${argumentCount}`;
  return new HeliosError('FUNCTION_NOT_FOUND', message);
}
