import { unreachable } from '../../base/assert.ts';
import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import type * as Ast from '../ast/expressions.ts';
import type { ArithmeticOperator, BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import { raiseFunction } from '../functions/raise.ts';
import { bindFunctionCall } from './bind-function.ts';
import { bindBetweenOf, bindComparisonOf, bindInListOf, bindIsOf } from './bind-row.ts';
import { bindCastTo, collationNamed } from './bind-type.ts';
import { at, bindError, notSupported, placedAt } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';
import { RELATIONAL_BINDING, TYPE_BINDING } from './late-parts.ts';
import { schemaNamed } from './schema-names.ts';
import { resolveName, unknownColumn } from './scope.ts';

/**
 * Resolves the names of an expression and makes its conversions explicit. Errors carry the node's position. There is no closure
 * in it: every call, even for a literal, would make an object of the variables that it holds.
 */
export function bindExpression(node: Ast.Expression, context: ExpressionContext): BoundExpression {
  switch (node.kind) {
    case 'literal':
      context.binder.literals?.use(node.position);
      return node.literalType === 'boolean'
        ? build.literal(node.value, STATIC_TYPES.INTEGER)
        : build.literal(node.value, undefined, node.numeral);
    case 'current-time':
      return build.bindFunction(node.what.toLowerCase(), []);
    case 'parameter':
      return build.parameter(node.index - 1);
    case 'column':
      return bindColumn(node, context);
    case 'unary':
      return bindUnary(node, bindExpression(node.operand, context));
    case 'binary':
      return bindBinary(node, context);
    case 'comparison':
      return bindComparisonOf(node, context);
    case 'logical': {
      const operands = bindEach(node.operands, context);
      return node.operator === 'AND' ? build.and(operands) : build.or(operands);
    }
    case 'not':
      return build.not(bindExpression(node.operand, context));
    case 'is':
      return bindIsOf(node, context);
    case 'null-test':
      return build.isNull(bindExpression(node.operand, context), node.negated);
    case 'truth-test':
      return build.isTruth(bindExpression(node.operand, context), node.value, node.negated);
    case 'between':
      return bindBetweenOf(node, context);
    case 'in-list':
      return bindInListOf(node, context);
    case 'in-subquery':
      return RELATIONAL_BINDING.get().bindInSubqueryOf(node, context);
    case 'exists':
      return RELATIONAL_BINDING.get().bindExists(node, context);
    case 'subquery':
      return RELATIONAL_BINDING.get().bindScalarSubquery(node, context);
    case 'quantified':
      return RELATIONAL_BINDING.get().bindQuantified(node, context);
    case 'match':
      return bindMatch(node, context);
    case 'case':
      return bindCaseOf(node, context);
    case 'cast':
      return bindCast(node, context);
    case 'collate':
      return build.collate(bindExpression(node.operand, context), collationNamed(node.collation, node));
    case 'function':
      return bindFunctionCall(node, context);
    case 'row':
      return bindSingleRow(node, context);
    case 'array':
    case 'subscript':
    case 'slice':
    case 'in-array':
      return TYPE_BINDING.get().bindArray(node, context);
    case 'raise':
      return bindRaise(node, context);
    default:
      return unreachable(node, 'expression');
  }
}

/** The expressions, in their order. */
export function bindEach(nodes: readonly Ast.Expression[], context: ExpressionContext): BoundExpression[] {
  const bound = new Array<BoundExpression>(nodes.length);
  for (let i = 0; i < nodes.length; i++) bound[i] = bindExpression(nodes[i], context);
  return bound;
}

function bindCaseOf(node: Ast.CaseExpression, context: ExpressionContext): BoundExpression {
  return at(node, () => bindCase(node, context));
}

function bindCast(node: Ast.CastExpression, context: ExpressionContext): BoundExpression {
  return at(node, () => bindCastTo(bindExpression(node.operand, context), node.type));
}

/** A row of one item is the item; a longer one may only stand where rows are compared. */
function bindSingleRow(node: Ast.RowExpression, context: ExpressionContext): BoundExpression {
  const { items } = node;
  if (items.length === 1) return bindExpression(items[0], context);
  throw bindError('INVALID_STATEMENT', `a row of ${items.length} values stands where one value is expected`, node);
}

function bindRaise(node: Ast.RaiseExpression, context: ExpressionContext): BoundExpression {
  if (!context.binder.insideTrigger) {
    throw bindError('INVALID_STATEMENT', 'RAISE() may only be used within a trigger-program', node);
  }
  const message = node.message === null ? [] : [bindExpression(node.message, context)];
  return build.callOf(raiseFunction(node.action.toLowerCase() as ConflictPolicy), message);
}

function bindColumn(node: Ast.ColumnExpression, context: ExpressionContext): BoundExpression {
  const schema = node.schema === null ? null : schemaNamed(node.schema);
  if (node.schema !== null && schema === null) {
    throw bindError('COLUMN_NOT_FOUND', `no such column "${node.schema}.${node.table}.${node.name}"`, node);
  }
  const resolution = resolveName(context.scope, node.table, node.name, node, schema);
  if (resolution?.kind === 'column') {
    context.binder.references?.column(node, resolution.origin);
    return resolution.expression;
  }
  if (resolution !== null && context.aliases) {
    return bindExpression(resolution.expression, { ...context, aliases: false });
  }
  if (node.doubleQuoted) return build.literal(node.name);
  throw unknownColumn(context.scope, node.table, node.name, node);
}

function bindUnary(node: Ast.UnaryExpression, operand: BoundExpression): BoundExpression {
  try {
    switch (node.operator) {
      case '-':
        return build.negate(operand);
      case '+':
        return build.plus(operand);
      case '~':
        return build.bitNot(operand);
    }
  } catch (error) {
    throw placedAt(node, error);
  }
}

function bindArithmetic(
  node: Ast.BinaryExpression,
  operator: ArithmeticOperator,
  context: ExpressionContext,
): BoundExpression {
  if ((operator === '+' || operator === '-') && (isInterval(node.right) || isInterval(node.left))) {
    return TYPE_BINDING.get().bindTimeShift(node, context);
  }
  let left = bindExpression(node.left, context);
  let right = bindExpression(node.right, context);
  const { literals } = context.binder;
  if (literals !== null) {
    const { type } = left;
    left = literals.beside(node.left, left, right.type, context);
    right = literals.beside(node.right, right, type, context);
  }
  try {
    return build.bindArithmetic(operator, left, right);
  } catch (error) {
    throw placedAt(node, error);
  }
}

function bindBinary(node: Ast.BinaryExpression, context: ExpressionContext): BoundExpression {
  const { operator } = node;
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return bindArithmetic(node, operator, context);
    default:
      return bindSeldomBinary(node, context);
  }
}

function bindSeldomBinary(node: Ast.BinaryExpression, context: ExpressionContext): BoundExpression {
  const { operator } = node;
  switch (operator) {
    case '&':
    case '|':
    case '<<':
    case '>>': {
      const left = bindExpression(node.left, context);
      const right = bindExpression(node.right, context);
      return at(node, () => build.bindBitwise(operator, left, right));
    }
    case '||':
      return at(node, () => build.bindConcat(bindExpression(node.left, context), bindExpression(node.right, context)));
    case '~':
    case '~*':
    case '!~':
    case '!~*': {
      const operands = [bindExpression(node.left, context), bindExpression(node.right, context)];
      if (operator.endsWith('*')) operands.push(build.literal('i'));
      const isMatch = build.bindFunction('regexp_like', operands);
      return operator.startsWith('!') ? build.not(isMatch) : isMatch;
    }
    case '->':
    case '->>':
      return build.bindFunction(operator, [bindExpression(node.left, context), bindExpression(node.right, context)]);
    case '&&':
    case '@>':
    case '<@':
      return TYPE_BINDING.get().bindContainmentOf(node, operator, context);
    default:
      throw bindError('NOT_SUPPORTED', `operator ${operator} is not supported`, {
        position: node.operatorPosition,
        end: node.end,
      });
  }
}

function bindMatch(node: Ast.MatchExpression, context: ExpressionContext): BoundExpression {
  const { operator } = node;
  if (operator === 'MATCH') throw notSupported('operator MATCH', node);
  const operand = bindExpression(node.operand, context);
  const pattern = bindExpression(node.pattern, context);
  if (operator === 'REGEXP') {
    if (node.escape !== null) throw bindError('INVALID_STATEMENT', 'REGEXP takes no ESCAPE', node.escape);
    const isMatch = build.bindFunction('regexp', [pattern, operand]);
    return node.negated ? build.not(isMatch) : isMatch;
  }
  const escaping = node.escape === null ? null : bindExpression(node.escape, context);
  return at(node, () => build.bindLike(operator, operand, pattern, escaping, node.negated));
}

function bindCase(node: Ast.CaseExpression, context: ExpressionContext): BoundExpression {
  const bind = (child: Ast.Expression) => bindExpression(child, context);
  const { operand } = node;
  const isRow = operand !== null && (operand.kind === 'row' || operand.kind === 'subquery');
  const branches = node.branches.map((branch) => ({
    when: isRow ? RELATIONAL_BINDING.get().bindRowEquality(operand, branch.when, context) : bind(branch.when),
    result: bind(branch.then),
  }));
  return build.bindCase(
    operand === null || isRow ? null : bind(operand),
    branches,
    node.otherwise === null ? null : bind(node.otherwise),
  );
}
