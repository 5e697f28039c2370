import type { LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression, InListExpression } from '../../expressions/bound-expression.ts';
import { and, or } from '../../expressions/build.ts';
import { conjuncts, isConstant, isDeterministic, mapExpression, sameExpression } from '../../expressions/inspect.ts';
import { canRaise } from '../can-raise.ts';
import { mapNodeExpressions, mapPlan } from '../plan-tree.ts';
import type { Rule } from '../rule.ts';

/** Conditions that all operands of an OR may share are looked for among this many. */
const MOST_FACTORS = 32;

/** `x = 1 OR x = 2` as `x IN (1, 2)`; `(a AND b) OR (a AND c)` as `a AND (b OR c)`: what joins and indexes can use. */
export const normalizePredicates = {
  name: 'normalize-predicates',
  needs: ['or', 'conjunction'],
  apply: (plan) => mapPlan(plan, (node) => withSplitConditions(mapNodeExpressions(node, normalized))),
} as const satisfies Rule;

function withSplitConditions(plan: LogicalPlan): LogicalPlan {
  if (plan.kind !== 'filter' && plan.kind !== 'scan' && plan.kind !== 'join') return plan;
  const { conditions } = plan;
  return conditions.some(({ kind }) => kind === 'and') ? { ...plan, conditions: conditions.flatMap(conjuncts) } : plan;
}

function normalized(expression: BoundExpression): BoundExpression {
  return mapExpression(expression, (node) => (node.kind === 'or' ? withLists(withoutCommonFactors(node)) : node));
}

/** Equalities of one column with constants, as one list; it stands where the first of them stood. */
export function withLists(node: BoundExpression): BoundExpression {
  if (node.kind !== 'or') return node;
  const lists = new Map<string, { readonly at: number; readonly list: InListExpression; readonly isOld: boolean }>();
  const operands: BoundExpression[] = [];
  for (const operand of node.operands) {
    const list = listOf(operand);
    const key = list === null ? null : listKey(list);
    const known = key === null ? undefined : lists.get(key);
    if (list === null || key === null) operands.push(operand);
    else if (known === undefined) lists.set(key, { at: operands.push(operand) - 1, list, isOld: true });
    else {
      const joined = { ...known.list, items: [...known.list.items, ...list.items] };
      lists.set(key, { at: known.at, list: joined, isOld: false });
    }
  }
  if (operands.length === node.operands.length) return node;
  for (const { at, list, isOld } of lists.values()) if (!isOld) operands[at] = list;
  return or(operands);
}

/** An equality with a constant, or a list of constants. */
function listOf(condition: BoundExpression): InListExpression | null {
  if (condition.kind === 'in-list') return condition.negated || !condition.items.every(isItem) ? null : condition;
  if (condition.kind !== 'comparison' || condition.operator !== '=') return null;
  const { left, right, collation, type } = condition;
  if (isItem(right)) return { kind: 'in-list', operand: left, items: [right], collation, negated: false, type };
  return isItem(left) ? { kind: 'in-list', operand: right, items: [left], collation, negated: false, type } : null;
}

function isItem(expression: BoundExpression): boolean {
  return isConstant(expression) && !canRaise(expression);
}

/** Names the column and how it is compared; null for other operands. */
function listKey({ operand, collation }: InListExpression): string | null {
  if (operand.kind === 'column') return `${operand.index} ${collation}`;
  if (operand.kind !== 'affinity' || operand.operand.kind !== 'column') return null;
  return `${operand.operand.index} ${collation} ${operand.affinity}`;
}

/** Conditions that stand in every operand of an OR, in front of it. */
function withoutCommonFactors(node: BoundExpression): BoundExpression {
  if (node.kind !== 'or') return node;
  const [first, ...others] = node.operands.map(conjuncts);
  if (first.length > MOST_FACTORS || others.some((other) => other.length > MOST_FACTORS)) return node;
  const common = first.filter(
    (factor) => isDeterministic(factor) && others.every((other) => other.some((item) => sameExpression(item, factor))),
  );
  if (common.length === 0 || canRaise(node)) return node;
  const rest = [first, ...others].map((operand) =>
    operand.filter((item) => !common.some((factor) => sameExpression(item, factor))),
  );
  // An operand that is nothing but the common conditions makes the others needless.
  if (rest.some((operand) => operand.length === 0)) return and(common);
  return and([...common, withLists(or(rest.map(and)))]);
}
