import type { SqlValue } from '../../../engine/column/types.ts';
import type {
  ComparisonExpression,
  ComparisonOperator,
  InListExpression,
  LikeExpression,
} from '../bound-expression.ts';
import { compareValues } from '../values/compare.ts';
import { globMatcher, likeMatcher, type Matcher } from '../values/pattern.ts';
import { textOf } from '../values/text.ts';
import { ValueSet } from '../values/value-set.ts';
import type { ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';

export function compileComparison(expression: ComparisonExpression): ScalarEvaluator {
  const left = compileScalar(expression.left);
  const right = compileScalar(expression.right);
  const { operator, collation } = expression;
  if (operator === 'IS' || operator === 'IS NOT') {
    const equal = operator === 'IS';
    return (row, context) =>
      (compareValues(left(row, context), right(row, context), collation) === 0) === equal ? 1n : 0n;
  }
  const holds = orderTest(operator);
  return (row, context) => {
    const a = left(row, context);
    const b = right(row, context);
    if (a === null || b === null) return null;
    return holds(compareValues(a, b, collation)) ? 1n : 0n;
  };
}

const ORDER_TESTS: { readonly [Operator in Exclude<ComparisonOperator, 'IS' | 'IS NOT'>]: (order: number) => boolean } =
  {
    '=': (order) => order === 0,
    '<>': (order) => order !== 0,
    '<': (order) => order < 0,
    '<=': (order) => order <= 0,
    '>': (order) => order > 0,
    '>=': (order) => order >= 0,
  };

/** What the sign of a comparison says about the operator. */
export function orderTest(operator: Exclude<ComparisonOperator, 'IS' | 'IS NOT'>): (order: number) => boolean {
  return ORDER_TESTS[operator];
}

export function compileInList(expression: InListExpression): ScalarEvaluator {
  const operand = compileScalar(expression.operand);
  const items = expression.items.map(compileScalar);
  const { collation, negated } = expression;
  if (expression.items.every(({ kind }) => kind === 'literal')) {
    const set = literalSet(expression);
    return (row, context) => truthValue(set.contains(operand(row, context)), negated);
  }
  return (row, context) => {
    const value = operand(row, context);
    if (value === null) return null;
    let unknown = false;
    for (const item of items) {
      const candidate = item(row, context);
      if (candidate === null) unknown = true;
      else if (compareValues(value, candidate, collation) === 0) return negated ? 0n : 1n;
    }
    return truthValue(unknown ? null : false, negated);
  };
}

/** The items of a list of literals. */
export function literalSet(expression: InListExpression): ValueSet {
  const set = new ValueSet(expression.collation);
  for (const item of expression.items) if (item.kind === 'literal') set.add(item.value);
  return set;
}

export function truthValue(truth: boolean | null, negated: boolean): SqlValue {
  if (truth === null) return null;
  return truth !== negated ? 1n : 0n;
}

export function compileLike(expression: LikeExpression): ScalarEvaluator {
  const operand = compileScalar(expression.operand);
  const matcher = compileMatcher(expression);
  const { negated } = expression;
  return (row, context) => {
    const matches = matcher(row, context);
    const value = operand(row, context);
    if (value === null || matches === null) return null;
    return matches(textOf(value)) !== negated ? 1n : 0n;
  };
}

type MatcherEvaluator = (...args: Parameters<ScalarEvaluator>) => Matcher | null;

/** The pattern's matcher for a row, null when pattern or escape is NULL. The last pattern's matcher is kept. */
function compileMatcher(expression: LikeExpression): MatcherEvaluator {
  const pattern = compileScalar(expression.pattern);
  const escapeCharacter = expression.escape === null ? null : compileScalar(expression.escape);
  const { operator } = expression;
  let lastPattern: string | null = null;
  let lastEscape: string | null = null;
  let lastMatcher: Matcher | null = null;
  return (row, context) => {
    const patternValue = pattern(row, context);
    const escapeValue = escapeCharacter === null ? null : escapeCharacter(row, context);
    if (patternValue === null || (escapeCharacter !== null && escapeValue === null)) return null;
    const patternText = textOf(patternValue);
    const escapeText = escapeValue === null ? null : textOf(escapeValue);
    if (lastMatcher !== null && patternText === lastPattern && escapeText === lastEscape) return lastMatcher;
    lastMatcher = operator === 'LIKE' ? likeMatcher(patternText, escapeText) : globMatcher(patternText);
    lastPattern = patternText;
    lastEscape = escapeText;
    return lastMatcher;
  };
}
