import { unreachable } from '../../base/assert.ts';
import type {
  CaseExpression,
  ColumnExpression,
  Expression,
  FunctionExpression,
  LiteralExpression,
  MatchExpression,
  RaiseExpression,
} from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { FrameBound, WindowDefinition, WindowReference } from '../ast/windows.ts';
import { isKeyword } from '../lexer/words.ts';
import { printQuery } from './print-query.ts';

/**
 * An expression as SQL that parses back to the same tree. Operands are in parentheses wherever they are operators
 * themselves, so that nobody has to know what binds tighter.
 */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'current-time':
      return expression.what;
    case 'parameter':
      return expression.name === null ? `?${expression.index}` : `:${expression.name}`;
    case 'column':
      return printColumn(expression);
    case 'unary':
      return `${expression.operator}${printOperand(expression.operand)}`;
    case 'not':
      return `NOT ${printOperand(expression.operand)}`;
    case 'binary':
    case 'comparison':
      return printInfix(expression.left, expression.operator, expression.right);
    case 'logical':
      return expression.operands.map(printOperand).join(` ${expression.operator} `);
    case 'cast':
      return `CAST(${printExpression(expression.operand)} AS ${expression.type.declared})`;
    case 'collate':
      return `${printOperand(expression.operand)} COLLATE ${printName(expression.collation)}`;
    case 'function':
      return printFunction(expression);
    case 'case':
      return printCase(expression);
    case 'row':
      return `ROW(${printList(expression.items)})`;
    case 'array':
      return `ARRAY[${printList(expression.items)}]`;
    case 'subscript':
      return `(${printExpression(expression.operand)})[${printIndex(expression.index)}]`;
    case 'slice':
      return `(${printExpression(expression.operand)})[${printIndex(expression.from)}:${printIndex(expression.to)}]`;
    case 'raise':
      return printRaise(expression);
    default:
      return printPredicate(expression);
  }
}

type Predicate = Extract<
  Expression,
  {
    kind:
      | 'is'
      | 'null-test'
      | 'truth-test'
      | 'between'
      | 'in-list'
      | 'in-subquery'
      | 'in-array'
      | 'match'
      | 'exists'
      | 'subquery'
      | 'quantified';
  }
>;

function printPredicate(expression: Predicate): string {
  switch (expression.kind) {
    case 'is':
      return printInfix(expression.left, expression.negated ? 'IS NOT' : 'IS', expression.right);
    case 'null-test':
      return `${printOperand(expression.operand)} IS ${expression.negated ? 'NOT NULL' : 'NULL'}`;
    case 'truth-test':
      return `${printOperand(expression.operand)} IS ${not(expression.negated)}${expression.value ? 'TRUE' : 'FALSE'}`;
    case 'between': {
      const range = `${printOperand(expression.low)} AND ${printOperand(expression.high)}`;
      return `${printOperand(expression.operand)} ${not(expression.negated)}BETWEEN ${range}`;
    }
    case 'in-list':
      return `${printOperand(expression.operand)} ${not(expression.negated)}IN (${printList(expression.items)})`;
    case 'in-subquery':
      return `${printOperand(expression.operand)} ${not(expression.negated)}IN (${printQuery(expression.query)})`;
    case 'in-array':
      return `${printOperand(expression.operand)} ${not(expression.negated)}IN ${printExpression(expression.array)}`;
    case 'match':
      return printMatch(expression);
    case 'exists':
      return `EXISTS (${printQuery(expression.query)})`;
    case 'subquery':
      return `(${printQuery(expression.query)})`;
    case 'quantified': {
      const inner = expression.query === null ? printExpression(expression.array!) : printQuery(expression.query);
      const operator = not(expression.negated) + expression.operator;
      return `${printOperand(expression.operand)} ${operator} ${expression.quantifier} (${inner})`;
    }
    default:
      return unreachable(expression, 'expression');
  }
}

function not(negated: boolean): string {
  return negated ? 'NOT ' : '';
}

export function printList(expressions: readonly Expression[]): string {
  return expressions.map(printExpression).join(', ');
}

function printInfix(left: Expression, operator: string, right: Expression): string {
  return `${printOperand(left)} ${operator} ${printOperand(right)}`;
}

/** In parentheses unless nothing can come apart. */
function printOperand(expression: Expression): string {
  const text = printExpression(expression);
  switch (expression.kind) {
    case 'column':
    case 'parameter':
    case 'current-time':
    case 'function':
    case 'cast':
    case 'case':
    case 'row':
    case 'array':
    case 'subquery':
    case 'exists':
      return text;
    case 'literal':
      return text.startsWith('-') ? `(${text})` : text;
    default:
      return `(${text})`;
  }
}

function printLiteral({ literalType, value }: LiteralExpression): string {
  if (value === null) return 'NULL';
  if (literalType === 'boolean') return value === 0n ? 'FALSE' : 'TRUE';
  if (typeof value === 'string') return `'${value.split("'").join("''")}'`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return printReal(value);
  let digits = '';
  for (const byte of value) digits += byte.toString(16).padStart(2, '0');
  return `x'${digits}'`;
}

function printReal(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function printColumn({ schema, table, name, doubleQuoted }: ColumnExpression): string {
  const own = doubleQuoted ? quoteName(name) : printName(name);
  if (table === null) return own;
  return schema === null ? `${printName(table)}.${own}` : `${printName(schema)}.${printName(table)}.${own}`;
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name, in quotes unless it is a plain word and no keyword. */
export function printName(name: string): string {
  return PLAIN_NAME.test(name) && !isKeyword(name) ? name : quoteName(name);
}

function quoteName(name: string): string {
  return `"${name.split('"').join('""')}"`;
}

function printFunction(expression: FunctionExpression): string {
  const { name, star, distinct, orderBy, withinGroup, filter, nulls, over } = expression;
  let inner = star ? '*' : `${distinct ? 'DISTINCT ' : ''}${printList(expression.arguments)}`;
  if (orderBy.length > 0 && !withinGroup) inner += ` ORDER BY ${printOrder(orderBy)}`;
  let text = `${printName(name)}(${inner})`;
  if (withinGroup) text += ` WITHIN GROUP (ORDER BY ${printOrder(orderBy)})`;
  if (filter !== null) text += ` FILTER (WHERE ${printExpression(filter)})`;
  if (nulls !== undefined) text += ` ${nulls} NULLS`;
  if (over !== null) text += ` OVER ${printWindow(over)}`;
  return text;
}

export function printOrder(terms: readonly OrderingTerm[]): string {
  return terms.map(printOrderingTerm).join(', ');
}

function printOrderingTerm({ expression, descending, nulls }: OrderingTerm): string {
  const order = `${printExpression(expression)}${descending ? ' DESC' : ''}`;
  return nulls === null ? order : `${order} NULLS ${nulls}`;
}

function printWindow(window: WindowReference): string {
  return window.kind === 'identifier' ? printName(window.name) : printWindowDefinition(window);
}

export function printWindowDefinition({ base, partitionBy, orderBy, frame }: WindowDefinition): string {
  const parts: string[] = [];
  if (base !== null) parts.push(printName(base));
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${printList(partitionBy)}`);
  if (orderBy.length > 0) parts.push(`ORDER BY ${printOrder(orderBy)}`);
  if (frame !== null) {
    const exclude = frame.exclude === 'NO OTHERS' ? '' : ` EXCLUDE ${frame.exclude}`;
    parts.push(`${frame.unit} BETWEEN ${printBound(frame.start)} AND ${printBound(frame.finish)}${exclude}`);
  }
  return `(${parts.join(' ')})`;
}

function printBound({ bound, offset }: FrameBound): string {
  return offset === null ? bound : `${printExpression(offset)} ${bound}`;
}

/** The lexer takes `[` for a subscript where a digit, a parenthesis or a colon follows. */
function printIndex(index: Expression | null): string {
  if (index === null) return '';
  const text = printExpression(index);
  return index.kind === 'literal' ? text : `(${text})`;
}

function printCase({ operand, branches, otherwise }: CaseExpression): string {
  let text = operand === null ? 'CASE' : `CASE ${printExpression(operand)}`;
  for (const { when, then } of branches) text += ` WHEN ${printExpression(when)} THEN ${printExpression(then)}`;
  return otherwise === null ? `${text} END` : `${text} ELSE ${printExpression(otherwise)} END`;
}

function printMatch({ operator, operand, pattern, escape: escapedBy, negated }: MatchExpression): string {
  const match = `${printOperand(operand)} ${not(negated)}${operator} ${printOperand(pattern)}`;
  return escapedBy === null ? match : `${match} ESCAPE ${printOperand(escapedBy)}`;
}

function printRaise({ action, message }: RaiseExpression): string {
  return message === null ? `RAISE(${action})` : `RAISE(${action}, ${printExpression(message)})`;
}
