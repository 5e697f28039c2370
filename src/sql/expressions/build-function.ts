import { HeliosError } from '../../base/errors.ts';
import type { Collation } from '../../engine/column/types.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import { findFunction, functionArities } from '../functions/registry.ts';
import type { BoundExpression, CaseBranch } from './bound-expression.ts';
import { asText, bindCase, bindCast, bindLike, plus, united } from './build.ts';
import { collationOf } from './inspect.ts';
import { EXTENDED_TYPES } from './late-parts.ts';
import { isDecimal, typeName as nameOfType, STATIC_TYPES } from './static-type.ts';

/** A call of a scalar function by name, or of one of those that are syntax in disguise (coalesce, iif, like…). */
export function bindFunction(name: string, args: readonly BoundExpression[]): BoundExpression {
  const lowered = name.toLowerCase();
  const form = specialForm(lowered, args);
  if (form !== null) return form;
  const ofDecimal = args.some(({ type }) => isDecimal(type))
    ? EXTENDED_TYPES.get().decimalFunction(lowered, args)
    : null;
  if (ofDecimal !== null) return ofDecimal;
  const definition = findFunction(lowered, args.length);
  if (definition === null) throw functionNotFound(name, args.length);
  return callOf(definition, args);
}

/** A call of a definition that is at hand. */
export function callOf(definition: ScalarFunctionDefinition, args: readonly BoundExpression[]): BoundExpression {
  const passed = passedArguments(definition, args);
  const types = passed.map(({ type }) => type);
  return {
    kind: 'function',
    definition: definition.specialize?.(types) ?? definition,
    arguments: passed,
    collation: firstCollation(args),
    type: definition.resultType(types),
  };
}

/** The arguments as the function takes them: values that need their type become plain ones, or all of one type. */
function passedArguments(
  definition: ScalarFunctionDefinition,
  args: readonly BoundExpression[],
): readonly BoundExpression[] {
  if (definition.arrays !== undefined) return EXTENDED_TYPES.get().arrayArguments(definition.arrays, args);
  if (definition.temporal === 'united') return united(args).operands;
  if (definition.temporal === 'keep') return args;
  return args.map((argument) => {
    if (isDecimal(argument.type))
      return bindCast(argument, definition.decimals ?? (definition.tagged === undefined ? 'TEXT' : 'REAL'));
    return jsonOf(argument, definition) ?? asText(argument);
  });
}

/** An argument that is JSON to a function that takes JSON, by its type; null: it is not. */
function jsonOf(
  argument: BoundExpression,
  { knownJson, takesJsonType }: ScalarFunctionDefinition,
): BoundExpression | null {
  if (knownJson === undefined) return null;
  if (argument.type.kind === 'ARRAY') return callOf(knownJson, [bindCast(argument, 'JSON')]);
  return argument.type.kind === 'JSON' && takesJsonType === true ? callOf(knownJson, [argument]) : null;
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
      return args.length >= 2 ? conditional(args) : null;
    case 'likely':
    case 'unlikely':
      return args.length === 1 ? plus(args[0]) : null;
    case 'likelihood':
      return args.length === 2 ? likelihood(args) : null;
    case 'pg_typeof':
      return args.length === 1 ? typeName(args[0]) : null;
    case 'like':
      return args.length === 2 || args.length === 3 ? bindLike('LIKE', args[1], args[0], args[2] ?? null, false) : null;
    case 'glob':
      return args.length === 2 ? bindLike('GLOB', args[1], args[0], null, false) : null;
    default:
      return null;
  }
}

/** iif(when, result, when, result, …, otherwise): as CASE. */
function conditional(args: readonly BoundExpression[]): BoundExpression {
  const branches: CaseBranch[] = [];
  for (let i = 0; i + 1 < args.length; i += 2) branches.push({ when: args[i], result: args[i + 1] });
  return bindCase(null, branches, args.length % 2 === 1 ? args[args.length - 1] : null);
}

/** Hints to SQLite's planner change no value; what they claim is still checked. */
function likelihood([operand, share]: readonly BoundExpression[]): BoundExpression {
  const isShare = share.kind === 'literal' && typeof share.value === 'number' && share.value >= 0 && share.value <= 1;
  if (isShare) return plus(operand);
  throw new HeliosError(
    'INVALID_VALUE',
    'second argument to likelihood() must be a constant between 0.0 and 1.0, written with a decimal point',
  );
}

/** The name of the type that is known of an expression, otherwise of the value's own. */
function typeName(operand: BoundExpression): BoundExpression {
  if (operand.type.kind === 'ANY') return bindFunction('typeof', [operand]);
  return { kind: 'literal', value: nameOfType(operand.type).toLowerCase(), type: STATIC_TYPES.TEXT };
}

function coalesce(operands: readonly BoundExpression[]): BoundExpression {
  return { kind: 'coalesce', ...united(operands) };
}

/** What a FULL JOIN's USING or NATURAL makes of the sides' columns. */
export function mergedColumn(left: BoundExpression, right: BoundExpression): BoundExpression {
  return { kind: 'coalesce', ...united([left, right]), isMergedColumn: true };
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
    arities === null
      ? `there is no function ${name}()`
      : `${name}() takes ${arities} ${arities === '1' ? 'argument' : 'arguments'}, not ${argumentCount}`;
  return new HeliosError('FUNCTION_NOT_FOUND', message);
}
