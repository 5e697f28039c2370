import { unreachable } from '../../../base/assert.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { outerRow } from '../context.ts';
import { applyAffinity } from '../values/affinity.ts';
import { castFunction } from '../values/typed-cast.ts';
import type { ScalarEvaluator } from './evaluator.ts';
import { compileArithmetic, compileBitwise, compileConcat, compileUnary } from './scalar-arithmetic.ts';
import { compileComparison, compileInList, compileLike } from './scalar-comparison.ts';
import { compileFunction } from './scalar-function.ts';
import { compileCase, compileCoalesce, compileIsTruth, compileLogical, compileNot } from './scalar-logic.ts';
import { compileExists, compileInSubquery, compileScalarSubquery } from './scalar-subquery.ts';

/** Compiles to closures that compute one row. Compile once, call often; closures may be shared by executions. */
export function compileScalar(expression: BoundExpression): ScalarEvaluator {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'column': {
      const { index } = expression;
      return (row) => row.column(index);
    }
    case 'parameter': {
      const { index } = expression;
      return (_row, context) => context.parameters[index];
    }
    case 'outer': {
      const { depth, index } = expression;
      return (_row, context) => outerRow(context, depth).column(index);
    }
    case 'collate':
      return compileScalar(expression.operand);
    case 'cast':
      return compileConversion(
        expression.operand,
        castFunction(expression.operand.type, expression.target, expression.type),
      );
    case 'affinity': {
      const { affinity } = expression;
      return compileConversion(expression.operand, (value) => applyAffinity(value, affinity));
    }
    case 'is-null':
      return compileIsNull(compileScalar(expression.operand), expression.negated);
    default:
      return compileOperator(expression);
  }
}

type Operator = Exclude<
  BoundExpression,
  { kind: 'literal' | 'column' | 'parameter' | 'outer' | 'collate' | 'cast' | 'affinity' | 'is-null' }
>;

function compileOperator(expression: Operator): ScalarEvaluator {
  switch (expression.kind) {
    case 'unary':
      return compileUnary(expression);
    case 'arithmetic':
      return compileArithmetic(expression);
    case 'bitwise':
      return compileBitwise(expression);
    case 'concat':
      return compileConcat(expression);
    case 'comparison':
      return compileComparison(expression);
    case 'in-list':
      return compileInList(expression);
    case 'like':
      return compileLike(expression);
    case 'and':
    case 'or':
      return compileLogical(expression);
    case 'not':
      return compileNot(expression);
    case 'is-truth':
      return compileIsTruth(expression);
    case 'case':
      return compileCase(expression, compileScalar);
    case 'coalesce':
      return compileCoalesce(expression, compileScalar);
    case 'function':
      return compileFunction(expression);
    case 'scalar-subquery':
      return compileScalarSubquery(expression);
    case 'exists':
      return compileExists(expression);
    case 'in-subquery':
      return compileInSubquery(expression);
    default:
      return unreachable(expression, 'expression');
  }
}

function compileConversion(
  operand: BoundExpression,
  convert: (value: ReturnType<ScalarEvaluator>) => ReturnType<ScalarEvaluator>,
): ScalarEvaluator {
  const evaluate = compileScalar(operand);
  return (row, context) => convert(evaluate(row, context));
}

function compileIsNull(operand: ScalarEvaluator, negated: boolean): ScalarEvaluator {
  return (row, context) => ((operand(row, context) === null) !== negated ? 1n : 0n);
}
