import { isHeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type * as Ast from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { collationOf, someNode } from '../expressions/inspect.ts';
import { isDecimal, STATIC_TYPES } from '../expressions/static-type.ts';
import type { AggregateDefinition } from '../functions/aggregates/definition.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import { DISTINCT_AGGREGATES } from '../functions/late-parts.ts';
import { findAggregate, findFunction, isAggregateName, isFunctionName } from '../functions/registry.ts';
import { bindExpression } from './bind-expression.ts';
import { at, type Binder, bindError, notSupported, readColumn } from './binder.ts';
import { type AggregateCollector, type ExpressionContext, plainContext } from './expression-context.ts';
import { UNKNOWN_NAMES, WINDOW_BINDING } from './late-parts.ts';
import type { AggregateCall, AggregateOrder } from './logical-plan.ts';
import { foldName } from './names.ts';
import { isRankingName } from './ranking-functions.ts';
import { type Boundary, readAcross } from './scope.ts';

/** As PostgreSQL: the bits fit an INTEGER of 32 bits. */
const MOST_GROUPING_ARGUMENTS = 31;

/** A scalar function, or an aggregate, which becomes the column that the aggregate operator yields for it. */
export function bindFunctionCall(node: Ast.FunctionExpression, context: ExpressionContext): BoundExpression {
  if (node.withinGroup) return bindExpression(withoutGroup(node), context);
  if (node.over !== null) return WINDOW_BINDING.get().bindWindowCall(node, node.over, context);
  if (node.nulls !== undefined) {
    throw bindError(
      'INVALID_STATEMENT',
      `${node.nulls} NULLS is for window functions: ${node.name}() has no OVER`,
      node,
    );
  }
  if (node.arguments.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `${node.name}() has more than ${LIMITS.columns} arguments`, node);
  }
  const name = foldName(node.name);
  if (isRankingName(name))
    throw bindError('GROUPING_ERROR', `misuse of window function ${node.name}(): it needs OVER`, node);
  if (name === 'grouping' || name === 'grouping_id') return bindGroupingCall(node, context);
  const registered = context.binder.catalog.functions;
  const count = node.arguments.length;
  const aggregate = registered?.aggregates.find(name, count) ?? null;
  if (aggregate !== null) return bindAggregate(node, aggregate, context);
  const scalar = registered?.scalars.find(name, count) ?? null;
  if (scalar !== null) return bindRegistered(node, scalar, context);
  return bindBuiltIn(node, name, context);
}

/** A scalar function that a user registered. */
function bindRegistered(
  node: Ast.FunctionExpression,
  definition: ScalarFunctionDefinition,
  context: ExpressionContext,
): BoundExpression {
  if (node.star || node.distinct || node.filter !== null || node.orderBy.length > 0) throw notAnAggregate(node);
  if (context.place === 'CHECK' && !definition.deterministic) {
    const hint = 'Register it with { deterministic: true }, if it always returns the same for the same arguments.';
    throw bindError('INVALID_DEFINITION', `a CHECK cannot call ${node.name}(): it is not deterministic`, node, hint);
  }
  const args = node.arguments.map((argument) => bindExpression(argument, context));
  return at(node, () => build.callOf(definition, args));
}

function bindBuiltIn(node: Ast.FunctionExpression, name: string, context: ExpressionContext): BoundExpression {
  const aggregate = findAggregate(name, node.arguments.length);
  if (aggregate !== null) return bindAggregate(node, aggregate, context);
  if (isAggregateName(name) && findFunction(name, node.arguments.length) === null) {
    const message = `wrong number of arguments to aggregate ${node.name}()`;
    throw bindError('FUNCTION_NOT_FOUND', message, node);
  }
  if (node.star || node.distinct || node.filter !== null || node.orderBy.length > 0) {
    const isScalar = findFunction(name, node.arguments.length) !== null;
    if (isScalar || !isFunctionName(name)) throw unknownAggregate(node);
  }
  const args = node.arguments.map((argument) => bindExpression(argument, context));
  return at(node, () => withNearMiss(name, context.binder, () => build.bindFunction(node.name, args)));
}

const ORDERED_SET_AGGREGATES = ['percentile_cont', 'percentile_disc', 'mode'];

/**
 * `percentile_cont(0.5) WITHIN GROUP (ORDER BY x)` as SQLite's `percentile_cont(x, 0.5)`. The percentile from above is the
 * one of the negated numbers from below, negated.
 */
function withoutGroup(node: Ast.FunctionExpression): Ast.Expression {
  const name = foldName(node.name);
  if (!ORDERED_SET_AGGREGATES.includes(name)) throw notSupported(`${node.name}() WITHIN GROUP`, node);
  if (node.orderBy.length !== 1) {
    throw bindError('INVALID_STATEMENT', `${node.name}() WITHIN GROUP is ordered by one expression`, node);
  }
  const [{ expression, descending }] = node.orderBy;
  const { position, end } = node;
  const negated = (operand: Ast.Expression): Ast.Expression => ({
    kind: 'unary',
    operator: '-',
    operand,
    position,
    end,
  });
  const isFromAbove = descending && name !== 'mode';
  const argument = isFromAbove ? negated(expression) : expression;
  const call = { ...node, withinGroup: false, orderBy: [], arguments: [argument, ...node.arguments] };
  return isFromAbove ? negated(call) : call;
}

/** It becomes a column that the grouping of the SELECT puts an expression in the place of. */
function bindGroupingCall(node: Ast.FunctionExpression, context: ExpressionContext): BoundExpression {
  const { aggregates, binder } = context;
  if (aggregates === null) {
    throw bindError('GROUPING_ERROR', `misuse of ${node.name}(): it cannot stand in ${context.place}`, node);
  }
  if (node.arguments.length === 0 || node.arguments.length > MOST_GROUPING_ARGUMENTS) {
    const message = `${node.name}() takes 1 to ${MOST_GROUPING_ARGUMENTS} arguments`;
    throw bindError('FUNCTION_NOT_FOUND', message, node);
  }
  const inside = plainContext(context, context.scope, `an argument of ${node.name}()`, context.aliases);
  const column = binder.column(node.name, STATIC_TYPES.INTEGER);
  const args = node.arguments.map((argument) => bindExpression(argument, inside));
  aggregates.groupings.push({ column, arguments: args, node });
  return readColumn(column);
}

function notAnAggregate(node: Ast.FunctionExpression) {
  const message = `${node.name}() is not an aggregate: DISTINCT, FILTER, ORDER BY and * need one`;
  return bindError('GROUPING_ERROR', message, node);
}

function unknownAggregate(node: Ast.FunctionExpression) {
  if (isFunctionName(foldName(node.name))) return notAnAggregate(node);
  const near = UNKNOWN_NAMES.get().nearestFunction(node.name);
  return bindError('FUNCTION_NOT_FOUND', `there is no function ${node.name}()${near}`, node);
}

/** Adds the nearest name to the error about a function that nobody knows. */
function withNearMiss<Result>(name: string, binder: Binder, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (!isHeliosError(error, 'FUNCTION_NOT_FOUND')) throw error;
    throw UNKNOWN_NAMES.get().unknownFunction(error, name, binder.catalog.functions);
  }
}

function bindAggregate(
  node: Ast.FunctionExpression,
  definition: AggregateDefinition,
  context: ExpressionContext,
): BoundExpression {
  if (node.distinct) DISTINCT_AGGREGATES.get();
  if (node.distinct && node.arguments.length !== 1 && definition.name !== 'string_agg') {
    throw bindError('GROUPING_ERROR', 'DISTINCT aggregates must have exactly one argument', node);
  }
  const call = bindCall(node, definition, context);
  const depth = outerDepth(call);
  const { owner, crossed } = outwards(context, depth);
  // An aggregate over columns of an enclosing query alone is that query's.
  if (owner !== null) {
    const column = collect(node, bindCall(node, definition, owner), owner, owner.aggregates as AggregateCollector);
    return readAcross(column, crossed);
  }
  const { aggregates } = context;
  if (aggregates === null) {
    throw bindError('GROUPING_ERROR', `misuse of aggregate ${node.name}(): it cannot stand in ${context.place}`, node);
  }
  return collect(node, call, context, aggregates);
}

type UnplacedCall = Omit<AggregateCall, 'column'>;

function bindCall(
  node: Ast.FunctionExpression,
  definition: AggregateDefinition,
  context: ExpressionContext,
): UnplacedCall {
  const inside = plainContext(context, context.scope, "an aggregate's argument", context.aliases);
  const args = aggregateArguments(
    definition,
    node.arguments.map((argument) => bindExpression(argument, inside)),
  );
  return {
    definition,
    arguments: args,
    distinct: node.distinct,
    collation: args.length === 0 ? 'BINARY' : (collationOf(args[0])?.collation ?? 'BINARY'),
    filter: node.filter === null ? null : bindExpression(node.filter, inside),
    orderBy: node.orderBy.map((term) => bindOrder(term, inside)),
  };
}

function collect(
  node: Ast.FunctionExpression,
  call: UnplacedCall,
  context: ExpressionContext,
  aggregates: AggregateCollector,
): BoundExpression {
  const known = aggregates.find(call);
  if (known !== null) return aggregateValue(call.definition, readColumn(known.column));
  const type = at(node, () => call.definition.resultType(call.arguments.map((argument) => argument.type)));
  const column = context.binder.column(node.name, type);
  const { definition, arguments: args, distinct, collation, filter, orderBy } = call;
  aggregates.calls.push({ definition, arguments: args, distinct, collation, filter, orderBy, column });
  return aggregateValue(call.definition, readColumn(column));
}

/** How far out the nearest columns are that a call's arguments read; null: some are its own query's, or there are none. */
function outerDepth(call: UnplacedCall): number | null {
  let nearest = Number.POSITIVE_INFINITY;
  const isLocal = call.arguments.some((argument) =>
    someNode(argument, (node) => {
      if (node.kind === 'outer') nearest = Math.min(nearest, node.depth);
      return node.kind === 'column';
    }),
  );
  return isLocal || nearest === Number.POSITIVE_INFINITY ? null : nearest;
}

interface Outwards {
  readonly owner: ExpressionContext | null;
  readonly crossed: readonly Boundary[];
}

const NOT_OUTWARDS: Outwards = { owner: null, crossed: [] };

/** The enclosing query `depth + 1` steps out, if aggregates may stand where the subquery does, and what lies between. */
function outwards(context: ExpressionContext, depth: number | null): Outwards {
  if (depth === null) return NOT_OUTWARDS;
  const crossed: Boundary[] = [];
  let { scope } = context;
  for (let step = 0; step <= depth; step++) {
    const { boundary } = scope;
    if (boundary === null) return { owner: null, crossed };
    crossed.push(boundary);
    scope = boundary.outer;
  }
  return { owner: scope.grouping, crossed };
}

/** What an aggregate is given: those that build JSON get JSON texts. */
export function aggregateArguments(
  { json, decimals }: AggregateDefinition,
  args: readonly BoundExpression[],
): readonly BoundExpression[] {
  const taken = decimals === 'keep' ? args : args.map((argument) => asReal(argument));
  if (json === undefined) return taken;
  return taken.map((argument, i) => (json.quoted.includes(i) ? build.callOf(json.quote, [argument]) : argument));
}

function asReal(argument: BoundExpression): BoundExpression {
  return isDecimal(argument.type) ? build.castTo(argument, STATIC_TYPES.REAL) : argument;
}

/** What an aggregate's column stands for among the expressions of its SELECT. */
function aggregateValue({ json }: AggregateDefinition, column: BoundExpression): BoundExpression {
  return json === undefined ? column : build.callOf(json.known, [column]);
}

function bindOrder(term: OrderingTerm, context: ExpressionContext): AggregateOrder {
  const { descending, nulls } = term;
  return {
    expression: bindExpression(term.expression, context),
    descending,
    nullsFirst: nulls === null ? !descending : nulls === 'FIRST',
  };
}
