import { Catalog } from '../../../src/engine/catalog/catalog.ts';
import type { Collation, SqlValue } from '../../../src/engine/column/types.ts';
import { CommitLog } from '../../../src/engine/transaction/commit-log.ts';
import type * as Ast from '../../../src/sql/ast/expressions.ts';
import type { Affinity } from '../../../src/sql/expressions/affinity-kind.ts';
import { ArrayRow } from '../../../src/sql/expressions/batch.ts';
import type { BoundExpression, CastTarget } from '../../../src/sql/expressions/bound-expression.ts';
import * as build from '../../../src/sql/expressions/build.ts';
import type { EvaluationContext } from '../../../src/sql/expressions/context.ts';
import { compileScalar } from '../../../src/sql/expressions/evaluate/scalar.ts';
import type { StaticType } from '../../../src/sql/expressions/static-type.ts';
import { STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import { parseExpression } from '../../../src/sql/parser/parse.ts';

/** A column that test expressions may name. */
export interface TestColumn {
  readonly name: string;
  readonly type: StaticType;
  readonly collation?: Collation;
  readonly affinity?: Affinity;
}

/** Binds the text of an expression over columns, without tables, subqueries or rows. */
export function bound(sql: string, columns: readonly TestColumn[] = []): BoundExpression {
  return bind(parseExpression(sql), columns);
}

function bind(node: Ast.Expression, columns: readonly TestColumn[]): BoundExpression {
  const of = (child: Ast.Expression): BoundExpression => bind(child, columns);
  switch (node.kind) {
    case 'literal':
      return build.literal(node.value);
    case 'parameter':
      return build.parameter(node.index - 1);
    case 'column': {
      const index = columns.findIndex(({ name }) => name === node.name);
      if (index < 0) throw new Error(`the test has no column ${node.name}`);
      const { name, type, collation, affinity } = columns[index];
      return build.columnRef(index, name, type, collation, affinity);
    }
    case 'unary':
      return { '-': build.negate, '+': build.plus, '~': build.bitNot }[node.operator](of(node.operand));
    case 'binary':
      return binary(node.operator, of(node.left), of(node.right));
    case 'comparison':
      return build.bindComparison(node.operator, of(node.left), of(node.right));
    case 'logical':
      return (node.operator === 'AND' ? build.and : build.or)(node.operands.map(of));
    case 'not':
      return build.not(of(node.operand));
    case 'is':
      return build.bindIs(of(node.left), of(node.right), node.negated);
    case 'null-test':
      return build.isNull(of(node.operand), node.negated);
    case 'truth-test':
      return build.isTruth(of(node.operand), node.value, node.negated);
    case 'between':
      return build.bindBetween(of(node.operand), of(node.low), of(node.high), node.negated);
    case 'in-list':
      return build.bindIn(of(node.operand), node.items.map(of), node.negated);
    case 'case': {
      const branches = node.branches.map(({ when, then }) => ({ when: of(when), result: of(then) }));
      const otherwise = node.otherwise === null ? null : of(node.otherwise);
      return build.bindCase(node.operand === null ? null : of(node.operand), branches, otherwise);
    }
    case 'cast':
      return build.bindCast(of(node.operand), node.type.name.toUpperCase() as CastTarget);
    case 'collate':
      return build.collate(of(node.operand), node.collation.toUpperCase() as Collation);
    case 'function':
      return build.bindFunction(node.name, node.arguments.map(of));
    case 'match':
      return match(node, of);
    default:
      throw new Error(`test expressions have no ${node.kind}`);
  }
}

function match(node: Ast.MatchExpression, of: (child: Ast.Expression) => BoundExpression): BoundExpression {
  const { operator } = node;
  if (operator === 'REGEXP' || operator === 'MATCH') throw new Error(`test expressions have no ${operator}`);
  const escapeCharacter = node.escape === null ? null : of(node.escape);
  return build.bindLike(operator, of(node.operand), of(node.pattern), escapeCharacter, node.negated);
}

function binary(operator: Ast.BinaryOperator, left: BoundExpression, right: BoundExpression): BoundExpression {
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return build.bindArithmetic(operator, left, right);
    case '&':
    case '|':
    case '<<':
    case '>>':
      return build.bindBitwise(operator, left, right);
    case '||':
      return build.bindConcat(left, right);
    default:
      throw new Error(`test expressions have no ${operator}`);
  }
}

/** A context whose clock stands at 2024-02-29 12:34:56.789 and whose random numbers count from 1. */
export function testContext(parameters: readonly SqlValue[] = []): EvaluationContext {
  let next = 1;
  const fail = (): never => {
    throw new Error('test expressions have no subqueries');
  };
  return {
    parameters,
    nowMicros: Date.UTC(2024, 1, 29, 12, 34, 56, 789) * 1000,
    random: { u32: () => next++ },
    session: {
      lastInsertRowid: 7,
      changes: 3,
      totalChanges: 11,
      engine: { catalog: new Catalog(), commitLog: new CommitLog() },
    },
    at: { transaction: 0 },
    outer: null,
    subqueries: { scalar: fail, exists: fail, contains: fail },
  };
}

/** The value of an expression without columns. */
export function evaluate(sql: string, parameters: readonly SqlValue[] = []): SqlValue {
  return compileScalar(bound(sql))(new ArrayRow([]), testContext(parameters));
}

export { STATIC_TYPES };
