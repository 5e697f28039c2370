import { readColumn } from '../../binder/binder.ts';
import type { AggregateNode, LogicalPlan, ProjectedColumn, ProjectNode } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import {
  affinityOf,
  children,
  collationOf,
  hasSubquery,
  isConstant,
  isDeterministic,
  mapChildren,
  sameExpression,
} from '../../expressions/inspect.ts';
import { expressionsOf, mapNodeExpressions, mapPlan } from '../plan-tree.ts';
import { outputColumns, readColumns } from '../reads.ts';
import type { Rule, RuleContext } from '../rule.ts';

/** Expressions of one node beyond this number are not compared with each other. */
const MOST_COMPARED = 200;

/**
 * What a projection, or the arguments of a grouping, compute more than once for every row is computed once, below. What
 * only some rows reach (branches of CASE, later operands of AND, OR and coalesce) is left where it is.
 */
export const shareSubexpressions = {
  name: 'share-subexpressions',
  needs: ['repeated-computation'],
  apply: (plan, context) =>
    mapPlan(plan, (node) => (node.kind === 'project' || node.kind === 'aggregate' ? shared(node, context) : node)),
} as const satisfies Rule;

interface Found {
  readonly expression: BoundExpression;
  count: number;
}

function shared(plan: ProjectNode | AggregateNode, context: RuleContext): LogicalPlan {
  const found: Found[] = [];
  for (const expression of expressionsOf(plan)) collect(expression, found);
  const common = found.filter(({ count }) => count > 1);
  if (common.length === 0) return plan;
  const columns = common.map(({ expression }): ProjectedColumn => {
    const collation = collationOf(expression)?.collation ?? 'BINARY';
    const like = { name: '', type: expression.type, collation, affinity: affinityOf(expression) };
    return { ...context.newColumn(like), expression };
  });
  const replaced = mapNodeExpressions(plan, (expression) => withColumns(expression, columns)) as typeof plan;
  const read = readColumns(...expressionsOf(replaced));
  for (const { id } of plan.kind === 'aggregate' ? plan.bare : []) read.add(id);
  const passed = outputColumns(plan.input).filter(({ id }) => read.has(id));
  const below = [...passed.map((column) => ({ ...column, expression: readColumn(column) })), ...columns];
  return { ...replaced, input: { kind: 'project', input: plan.input, columns: below } };
}

/** Counts what is computed for every row; the operands of what is there already are counted with it. */
function collect(expression: BoundExpression, found: Found[]): void {
  if (isWorthIt(expression)) {
    const known = found.find((other) => sameExpression(other.expression, expression));
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (found.length < MOST_COMPARED) found.push({ expression, count: 1 });
  }
  for (const child of unconditional(expression)) collect(child, found);
}

function isWorthIt(expression: BoundExpression): boolean {
  switch (expression.kind) {
    case 'function':
      // A column would not say that its text is JSON.
      if (expression.definition.tagged !== undefined) return false;
      return isShareable(expression);
    case 'arithmetic':
    case 'concat':
    case 'cast':
    case 'like':
    case 'case':
    case 'bitwise':
      return isShareable(expression);
    default:
      return false;
  }
}

function isShareable(expression: BoundExpression): boolean {
  return isDeterministic(expression) && !hasSubquery(expression) && !isConstant(expression);
}

/** The operands that are evaluated whatever the others are. */
function unconditional(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'case':
      return [expression.branches[0].when];
    case 'and':
    case 'or':
    case 'coalesce':
      return [expression.operands[0]];
    case 'in-list':
      return [expression.operand];
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return [];
    default:
      return children(expression);
  }
}

function withColumns(expression: BoundExpression, columns: readonly ProjectedColumn[]): BoundExpression {
  const column = isWorthIt(expression) && columns.find((candidate) => sameExpression(candidate.expression, expression));
  if (column) return readColumn(column);
  return mapChildren(expression, (child) => withColumns(child, columns));
}
