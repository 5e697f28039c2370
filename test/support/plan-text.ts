import type { LogicalPlan, PlanColumn } from '../../src/sql/binder/logical-plan.ts';
import type { LogicalSubquery } from '../../src/sql/binder/logical-subquery.ts';
import type { BoundExpression } from '../../src/sql/expressions/bound-expression.ts';
import { inputsOf } from '../../src/sql/planner/plan-tree.ts';

/** A logical plan as indented lines, an operator each. */
export function planText(plan: LogicalPlan, depth = 0): string {
  const line = `${'  '.repeat(depth)}${nodeText(plan)}`;
  return [line, ...inputsOf(plan).map((input) => planText(input, depth + 1))].join('\n');
}

function nodeText(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan': {
      const alias = plan.alias === plan.table.name ? plan.alias : `${plan.table.name} ${plan.alias}`;
      return `scan ${alias}${conditionsText(plan.conditions)}`;
    }
    case 'values':
      return `values ${plan.rows.map((row) => `(${row.map(expressionText).join(', ')})`).join(' ')}`.trimEnd();
    case 'filter':
      return `filter${conditionsText(plan.conditions)}`;
    case 'project':
      return `project ${plan.columns.map(({ expression }) => expressionText(expression)).join(', ')}`;
    case 'join':
      return `${plan.join} join${conditionsText(plan.conditions)}`;
    case 'aggregate': {
      const calls = plan.calls.map(
        (call) => `${call.definition.name}(${call.arguments.map(expressionText).join(', ')})`,
      );
      const keys = plan.keys.map((key) => expressionText(key.expression));
      return `aggregate ${[...calls, ...names(plan.bare)].join(', ')} by ${keys.join(', ')}`.trimEnd();
    }
    case 'distinct':
      return `distinct ${names(plan.columns).join(', ')}`;
    case 'sort':
      return `sort ${plan.terms.map((term) => `${term.column.name}${term.descending ? ' desc' : ''}`).join(', ')}`;
    case 'limit':
      return `limit ${[plan.limit, plan.offset].map((part) => (part === null ? '-' : expressionText(part))).join(' ')}`;
    case 'set-operation':
      return `${plan.operator.toLowerCase()}${plan.all ? ' all' : ''}`;
    case 'window':
      return `window ${plan.calls.map((call) => (typeof call.function === 'string' ? call.function : call.function.name)).join(', ')}`;
    default:
      return plan.kind;
  }
}

function names(columns: readonly PlanColumn[]): readonly string[] {
  return columns.map((column) => column.name);
}

function conditionsText(conditions: readonly BoundExpression[]): string {
  return conditions.length === 0 ? '' : ` [${conditions.map(expressionText).join(' and ')}]`;
}

/** An expression, fully bracketed. */
export function expressionText(node: BoundExpression): string {
  const text = expressionText;
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string' ? `'${node.value}'` : String(node.value);
    case 'column':
      return node.name;
    case 'outer':
      return `outer${node.depth}.${node.name}`;
    case 'parameter':
      return `?${node.index + 1}`;
    case 'comparison':
    case 'arithmetic':
    case 'bitwise':
      return `(${text(node.left)} ${node.operator} ${text(node.right)})`;
    case 'concat':
      return `(${text(node.left)} || ${text(node.right)})`;
    case 'and':
    case 'or':
      return `(${node.operands.map(text).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${text(node.operand)}`;
    case 'is-null':
      return `${text(node.operand)} is ${node.negated ? 'not ' : ''}null`;
    case 'is-truth':
      return `${text(node.operand)} is ${node.negated ? 'not ' : ''}${node.truth}`;
    case 'in-list':
      return `${text(node.operand)} ${node.negated ? 'not ' : ''}in (${node.items.map(text).join(', ')})`;
    case 'like':
      return `${text(node.operand)} ${node.negated ? 'not ' : ''}${node.operator.toLowerCase()} ${text(node.pattern)}`;
    case 'case': {
      const branches = node.branches.map(({ when, result }) => `when ${text(when)} then ${text(result)}`).join(' ');
      return `case ${branches}${node.otherwise === null ? '' : ` else ${text(node.otherwise)}`} end`;
    }
    case 'unary':
      return `${node.operator}${text(node.operand)}`;
    case 'coalesce':
      return `coalesce(${node.operands.map(text).join(', ')})`;
    case 'cast':
      return `cast(${text(node.operand)} as ${node.target})`;
    case 'affinity':
      return `${node.affinity.toLowerCase()}(${text(node.operand)})`;
    case 'collate':
      return `${text(node.operand)} collate ${node.collation}`;
    case 'function':
      return `${node.definition.name}(${node.arguments.map(text).join(', ')})`;
    case 'scalar-subquery':
      return `{${planText((node.subquery as LogicalSubquery).query.plan).replaceAll(/\n */g, ' < ')}}`;
    case 'exists':
      return `${node.negated ? 'not ' : ''}exists {${planText((node.subquery as LogicalSubquery).query.plan).replaceAll(/\n */g, ' < ')}}`;
    case 'in-subquery':
      return `${node.operands.map(text).join(', ')} ${node.negated ? 'not ' : ''}in {${planText((node.subquery as LogicalSubquery).query.plan).replaceAll(/\n */g, ' < ')}}`;
    default:
      return (node as { kind: string }).kind;
  }
}
