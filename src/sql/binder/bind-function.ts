import { LIMITS } from '../../base/limits.ts';
import type * as Ast from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { collationOf } from '../expressions/inspect.ts';
import type { AggregateDefinition } from '../functions/aggregates/definition.ts';
import { findAggregate, findFunction, functionNames } from '../functions/registry.ts';
import { bindExpression } from './bind-expression.ts';
import { at, bindError, notSupported, readColumn } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import type { AggregateOrder } from './logical-plan.ts';
import { foldName } from './names.ts';
import { didYouMean } from './near-miss.ts';

/** A scalar function, or an aggregate, which becomes the column that the aggregate operator yields for it. */
export function bindFunctionCall(node: Ast.FunctionExpression, context: ExpressionContext): BoundExpression {
  if (node.over !== null) throw notSupported(`the window function ${node.name}() OVER`, node);
  if (node.withinGroup) throw notSupported(`${node.name}() WITHIN GROUP`, node);
  if (node.arguments.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `${node.name}() has more than ${LIMITS.columns} arguments`, node);
  }
  const name = foldName(node.name);
  const aggregate = findAggregate(name, node.arguments.length);
  if (aggregate !== null) return bindAggregate(node, aggregate, context);
  if (node.star || node.distinct || node.filter !== null || node.orderBy.length > 0) {
    if (findFunction(name, node.arguments.length) !== null || !functionNames().includes(name))
      throw unknownAggregate(node);
  }
  const args = node.arguments.map((argument) => bindExpression(argument, context));
  return at(node, () => build.bindFunction(name, args));
}

function unknownAggregate(node: Ast.FunctionExpression) {
  const known = functionNames().includes(foldName(node.name));
  if (known)
    return bindError(
      'GROUPING_ERROR',
      `${node.name}() is not an aggregate: DISTINCT, FILTER, ORDER BY and * need one`,
      node,
    );
  return bindError(
    'FUNCTION_NOT_FOUND',
    `no such function "${node.name}"${didYouMean(node.name, functionNames())}`,
    node,
  );
}

function bindAggregate(
  node: Ast.FunctionExpression,
  definition: AggregateDefinition,
  context: ExpressionContext,
): BoundExpression {
  const { aggregates } = context;
  if (aggregates === null) {
    throw bindError('GROUPING_ERROR', `misuse of aggregate ${node.name}(): it cannot stand in ${context.place}`, node);
  }
  if (
    node.distinct &&
    node.arguments.length !== 1 &&
    definition.name !== 'group_concat' &&
    definition.name !== 'string_agg'
  ) {
    throw bindError('GROUPING_ERROR', 'DISTINCT aggregates must have exactly one argument', node);
  }
  const inside = { ...context, aggregates: null, place: "an aggregate's argument" };
  const call = {
    definition,
    arguments: node.arguments.map((argument) => bindExpression(argument, inside)),
    distinct: node.distinct,
    filter: node.filter === null ? null : bindExpression(node.filter, inside),
    orderBy: node.orderBy.map((term) => bindOrder(term, inside)),
  };
  const known = aggregates.find(call);
  if (known !== null) return readColumn(known.column);
  const type = at(node, () => definition.resultType(call.arguments.map((argument) => argument.type)));
  const collation = call.arguments.length === 0 ? undefined : collationOf(call.arguments[0])?.collation;
  const column = context.binder.column(node.name, type, collation);
  aggregates.calls.push({ ...call, column });
  return readColumn(column);
}

function bindOrder(term: OrderingTerm, context: ExpressionContext): AggregateOrder {
  const { descending, nulls } = term;
  return {
    expression: bindExpression(term.expression, context),
    descending,
    nullsFirst: nulls === null ? !descending : nulls === 'FIRST',
  };
}
