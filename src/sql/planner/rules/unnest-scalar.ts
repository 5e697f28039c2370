import { readColumn } from '../../binder/binder.ts';
import type { AggregateCall, AggregateNode, ColumnId, JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression, ScalarSubqueryExpression } from '../../expressions/bound-expression.ts';
import { callOf, literal } from '../../expressions/build.ts';
import { hasSubquery, mapColumns } from '../../expressions/inspect.ts';
import { LATE_SUM } from '../../functions/aggregates/sum.ts';
import { findAggregate } from '../../functions/registry.ts';
import { canRaise, planCanRaise } from '../can-raise.ts';
import { type Decorrelated, decorrelate, groupedBy, yieldsFirstRow } from '../decorrelate.ts';
import { besideDomain, sharedRows } from '../domain.ts';
import { hoistedExpression, hoistedPlan, planReadsHost, readsHost } from '../hoist.ts';
import { expressionsOf } from '../plan-tree.ts';
import { isDeterministicPlan, subqueryOf } from '../reads.ts';
import type { RuleContext } from '../rule.ts';
import { cheapestWay, isBetterRunPerRow } from '../run-cost.ts';

interface JoinedScalar {
  readonly join: JoinNode;
  readonly value: BoundExpression;
}

/** A correlated scalar subquery as a column of a join; null where it stays a subquery. */
export function joinedScalar(
  node: ScalarSubqueryExpression,
  left: LogicalPlan,
  context: RuleContext,
): JoinedScalar | null {
  const subquery = subqueryOf(node);
  if (subquery === null || !subquery.correlated || !isDeterministicPlan(subquery.query.plan)) return null;
  const column = readColumn(subquery.query.columns[node.column]);
  const plan = context.prepared(subquery.query.plan);
  return joinedAggregate(plan, column, left, context) ?? joinedFirstRow(plan, column, left, context);
}

/**
 * `(SELECT sum(x) … WHERE inner = outer)`: the subquery grouped by the inner sides, outer joined. Groups that are not
 * there have what the aggregates say of no rows; what is computed of them is computed above the join.
 */
function joinedAggregate(
  plan: LogicalPlan,
  column: BoundExpression,
  left: LogicalPlan,
  context: RuleContext,
): JoinedScalar | null {
  const found = aggregateBelow(plan, column);
  const joined = found === null ? null : joinedGroups(found.aggregate, left, context);
  return joined === null || found === null ? null : { join: joined.join, value: joined.overGroups(found.value) };
}

/** A correlated aggregate without keys as an outer join, and what turns expressions over its calls into such over the join. */
export function joinedGroups(
  written: AggregateNode,
  left: LogicalPlan,
  context: RuleContext,
): { readonly join: JoinNode; readonly overGroups: (value: BoundExpression) => BoundExpression } | null {
  if (written.keys.length > 0 || written.bare.length > 0 || expressionsOf(written).some(isOfHost)) return null;
  const { aggregate, sums } = withLateSums(written, context);
  // What is computed of the aggregates may raise: that is done for the same rows as before.
  if (planCanRaise(aggregate)) return null;
  const input = decorrelate(aggregate.input, 'rows', context);
  if (input === null || input.computed.size > 0 || input.conditions.length === 0) return null;
  const way = cheapestWay(left, input.plan, input.conditions, context);
  if (way === 'per-row') return null;
  const kept = sharedRows(left);
  const beside = way === 'domain' ? groupedByDomain(aggregate, input, kept, context) : null;
  const whole = beside === null ? groupedBy(aggregate, input, context) : null;
  const grouped = beside ?? whole ?? groupedByDomain(aggregate, input, kept, context);
  if (grouped === null || planReadsHost(grouped.plan)) return null;
  const empty = new Map(aggregate.calls.map((call) => [call.column.id, valueOfNoRows(call)]));
  const conditions = grouped.conditions.map((condition) => hoistedExpression(condition));
  if (conditions.some((condition) => hasSubquery(condition) || canRaise(condition))) return null;
  const host = whole === null ? kept : left;
  const join: JoinNode = { kind: 'join', join: 'left', left: host, right: hoistedPlan(grouped.plan), conditions };
  const overGroups = (value: BoundExpression): BoundExpression =>
    mapColumns(hoistedExpression(value), (read) => sums.get(read.index) ?? empty.get(read.index)?.(read) ?? read);
  return { join, overGroups };
}

/**
 * Sums of INTEGERs overflow, and that is an error of those groups alone that some row asks for: it is raised above the
 * join, where the sum is read. By the columns of such calls, what reads them there.
 */
function withLateSums(
  aggregate: AggregateNode,
  context: RuleContext,
): { readonly aggregate: AggregateNode; readonly sums: ReadonlyMap<ColumnId, BoundExpression> } {
  const sums = new Map<ColumnId, BoundExpression>();
  const calls = aggregate.calls.flatMap((call): AggregateCall[] => {
    const { definition, arguments: args, column } = call;
    const isSum = definition.name === 'sum' && findAggregate('sum', 1) === definition;
    if (!isSum || args[0].type.kind !== 'INTEGER') return [call];
    const sum = { ...call, column: context.newColumn(column), definition: LATE_SUM.sumInRange };
    const count = { ...call, column: context.newColumn(column), definition: findAggregate('count', 1) ?? definition };
    sums.set(column.id, callOf(LATE_SUM.checkedSum, [readColumn(sum.column), readColumn(count.column)]));
    return [sum, count];
  });
  return { aggregate: sums.size === 0 ? aggregate : { ...aggregate, calls }, sums };
}

function groupedByDomain(aggregate: AggregateNode, input: Decorrelated, left: LogicalPlan, context: RuleContext) {
  const beside = besideDomain(input, left, context);
  return beside === null ? null : groupedBy(aggregate, beside, context);
}

function isOfHost(expression: BoundExpression): boolean {
  return readsHost(expression);
}

/** The aggregate whose one row the subquery yields, and the column as an expression over it. */
function aggregateBelow(
  plan: LogicalPlan,
  column: BoundExpression,
): { readonly aggregate: AggregateNode; readonly value: BoundExpression } | null {
  switch (plan.kind) {
    case 'aggregate':
      return { aggregate: plan, value: column };
    case 'project': {
      const computed = new Map(plan.columns.map(({ id, expression }) => [id, expression]));
      return aggregateBelow(
        plan.input,
        mapColumns(column, (read) => computed.get(read.index) ?? read),
      );
    }
    case 'sort':
      return aggregateBelow(plan.input, column);
    case 'limit':
      return yieldsFirstRow(plan) ? aggregateBelow(plan.input, column) : null;
    default:
      return null;
  }
}

/** What reads a call's column where the group may be missing. */
function valueOfNoRows(call: AggregateCall): (column: BoundExpression) => BoundExpression {
  const argumentTypes = call.arguments.map(({ type }) => type);
  const state = call.definition.create({ argumentTypes, collation: call.collation });
  state.ensureGroups(1);
  const value = state.result(0);
  if (value === null) return (column) => column;
  return (column) => ({ kind: 'coalesce', operands: [column, literal(value, column.type)], type: column.type });
}

/** Any other subquery yields its first row. */
function joinedFirstRow(
  plan: LogicalPlan,
  value: BoundExpression,
  left: LogicalPlan,
  context: RuleContext,
): JoinedScalar | null {
  if (planCanRaise(plan)) return null;
  const found = decorrelate(plan, 'first', context);
  if (found === null || found.computed.size > 0 || found.conditions.length === 0) return null;
  if (isBetterRunPerRow(left, found.plan, found.conditions, context)) return null;
  const conditions = found.conditions.map((condition) => hoistedExpression(condition));
  if (conditions.some((condition) => hasSubquery(condition) || canRaise(condition))) return null;
  // Without an equality each row would be compared with all rows, where a run of the subquery stops at the first.
  if (!conditions.some((condition) => condition.kind === 'comparison' && condition.operator === '=')) return null;
  return { join: { kind: 'join', join: 'single', left, right: hoistedPlan(found.plan), conditions }, value };
}
