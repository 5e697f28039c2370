import { readColumn } from '../binder/binder.ts';
import type { ColumnId, LogicalPlan, PlanColumn } from '../binder/logical-plan.ts';
import type { BoundExpression, OuterExpression } from '../expressions/bound-expression.ts';
import { columnRef, outer } from '../expressions/build.ts';
import { children, hasSubquery, mapExpression } from '../expressions/inspect.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { Decorrelated } from './decorrelate.ts';
import { isSameWhereEqual } from './equivalence.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';
import { isDeterministicPlan, outputColumns, subqueriesOf } from './reads.ts';
import type { RuleContext } from './rule.ts';
import { tieOf } from './tie.ts';

/**
 * A subquery's rows beside each different row of what they are to be compared with: its domain, as T. Neumann and A. Kemper
 * call it ("Unnesting Arbitrary Queries", 2015). The rows are tied to those of `left` by equalities then, whatever their
 * conditions are. One of these must be an equality, so that rows find each other by hashing. null: it cannot be done.
 */
export function besideDomain(input: Decorrelated, left: LogicalPlan, context: RuleContext): Decorrelated | null {
  const { conditions } = input;
  if (conditions.some(hasSubquery) || !conditions.some((condition) => tieOf(condition, context) !== null)) return null;
  if (!isDeterministicPlan(left) || readsAround(left)) return null;
  const read = new Map<ColumnId, OuterExpression>();
  for (const condition of conditions) collectHostColumns(condition, read);
  if (![...read.values()].every(isSameWhereEqual)) return null;
  const columns = new Map<ColumnId, PlanColumn>();
  for (const [id, { name, type, collation, affinity }] of read) {
    columns.set(id, context.newColumn({ name, type, collation, affinity }));
  }
  const projected = [...read.values()].map(({ index, name, type, collation, affinity }) => ({
    ...(columns.get(index) as PlanColumn),
    expression: columnRef(index, name, type, collation, affinity),
  }));
  const domain: LogicalPlan = {
    kind: 'distinct',
    input: { kind: 'project', input: left, columns: projected },
    columns: [...columns.values()],
  };
  const within = (condition: BoundExpression): BoundExpression =>
    mapExpression(condition, (node) => {
      if (node.kind !== 'outer' || node.depth > 0) return node;
      return readColumn(columns.get(node.index) as PlanColumn);
    });
  const ties = [...read.values()].map((host): BoundExpression => {
    const column = readColumn(columns.get(host.index) as PlanColumn);
    const right = outer(0, host.index, host.name, host.type, host.collation, host.affinity);
    return { kind: 'comparison', operator: 'IS', left: column, right, collation: 'BINARY', type: STATIC_TYPES.INTEGER };
  });
  const plan: LogicalPlan = {
    kind: 'join',
    join: 'inner',
    left: input.plan,
    right: domain,
    conditions: conditions.map(within),
  };
  return { ...input, plan, conditions: ties };
}

function collectHostColumns(expression: BoundExpression, into: Map<ColumnId, OuterExpression>): void {
  if (expression.kind === 'outer' && expression.depth === 0) into.set(expression.index, expression);
  for (const child of children(expression)) collectHostColumns(child, into);
}

/** The plan as a table that two places read; as it is where that cannot be, or where reading it again costs nothing. */
export function sharedRows(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'scan' && plan.conditions.length === 0) return plan;
  if (!isDeterministicPlan(plan) || readsAround(plan)) return plan;
  const columns = outputColumns(plan);
  const table = { name: 'outer rows', query: { plan, columns }, isMaterialized: true };
  return { kind: 'common-table', table, columns };
}

/** True when a plan reads rows of any query around it, or holds what might: it cannot stand elsewhere as it is. */
function readsAround(plan: LogicalPlan): boolean {
  if (plan.kind === 'apply' || plan.kind === 'working-table') return true;
  return expressionsOf(plan).some(isOuter) || inputsOf(plan).some(readsAround);
}

function isOuter(expression: BoundExpression): boolean {
  if (expression.kind === 'outer' || subqueriesOf(expression).length > 0) return true;
  return children(expression).some(isOuter);
}
