import type { AggregateCall, LogicalPlan } from '../binder/logical-plan.ts';
import { isLogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression, FunctionExpression } from '../expressions/bound-expression.ts';
import { someNode } from '../expressions/inspect.ts';
import { findAggregate, findFunction } from '../functions/registry.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';

/**
 * Whether an evaluation may end in an error: integer overflow, a text that is no date, a function's complaint. What can
 * raise is never moved to where it would see rows that other conditions, joins or groupings had kept from it.
 */
export function canRaise(expression: BoundExpression): boolean {
  return someNode(expression, raisesItself);
}

/** Functions that have a value for any arguments. Of any other, an error must be expected. */
const TOTAL_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'char char_length concat concat_ws date datetime glob greatest hex ifnull iif instr julianday least length like ' +
    'lower ltrim max min nullif octet_length quote replace round rtrim sign strftime substr substring time trim typeof ' +
    'unicode unixepoch upper'
  ).split(' '),
);

/** Aggregates that have a value for any rows. */
const TOTAL_AGGREGATES: ReadonlySet<string> = new Set(
  'count min max avg total group_concat string_agg bool_and bool_or'.split(' '),
);

const TOTAL_CASTS: ReadonlySet<string> = new Set('INTEGER REAL TEXT BLOB NUMERIC ANY'.split(' '));

function raisesItself(expression: BoundExpression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'parameter':
    case 'outer':
    case 'bitwise':
    case 'concat':
    case 'comparison':
    case 'and':
    case 'or':
    case 'not':
    case 'is-null':
    case 'is-truth':
    case 'in-list':
    case 'case':
    case 'coalesce':
    case 'affinity':
    case 'collate':
      return false;
    case 'unary':
      return expression.operator === '-' && expression.type.kind !== 'REAL';
    case 'arithmetic':
      return arithmeticRaises(expression);
    case 'like':
      return expression.escape !== null && expression.escape.kind !== 'literal';
    case 'cast':
      return !TOTAL_CASTS.has(expression.target);
    case 'function':
      return !TOTAL_FUNCTIONS.has(expression.definition.name) || !isBuiltIn(expression);
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return !isLogicalSubquery(expression.subquery) || planCanRaise(expression.subquery.query.plan);
    default:
      return true;
  }
}

/** False of functions that users have registered: nothing is known of them. */
export function isBuiltIn({ definition, arguments: args }: FunctionExpression): boolean {
  return findFunction(definition.name, args.length) === definition;
}

/** REAL never overflows, and a division only by what may be -1. */
function arithmeticRaises(expression: Extract<BoundExpression, { kind: 'arithmetic' }>): boolean {
  const { operator, left, right } = expression;
  if (left.type.kind === 'REAL' || right.type.kind === 'REAL') return false;
  if (operator !== '/' && operator !== '%') return true;
  return right.kind !== 'literal' || typeof right.value !== 'bigint' || right.value === -1n;
}

/** Whether any expression of a plan may raise. */
export function planCanRaise(plan: LogicalPlan): boolean {
  if (plan.kind === 'aggregate' && plan.calls.some(callCanRaise)) return true;
  if (plan.kind === 'window' || plan.kind === 'table-function') return true;
  if (plan.kind === 'common-table') return planCanRaise(plan.table.query.plan);
  return expressionsOf(plan).some(canRaise) || inputsOf(plan).some(planCanRaise);
}

function callCanRaise({ definition, arguments: args }: AggregateCall): boolean {
  if (definition.isTotal) return false;
  if (findAggregate(definition.name, args.length) !== definition) return true;
  if (TOTAL_AGGREGATES.has(definition.name)) return false;
  return !(definition.name === 'sum' && args[0].type.kind === 'REAL');
}
