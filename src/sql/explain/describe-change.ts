import type { OperatorCounters, QueryPlan } from '../planner/physical-plan.ts';
import type { ChangePlan, DeletePlan } from '../planner/plan-statement.ts';
import type { PlanCounters } from './plan-counters.ts';
import { describePlan, type PlanDescription } from './plan-description.ts';

/** INSERT, UPDATE or DELETE, above the plan that finds its rows. `total`: what the whole statement did. */
export function describeChange(
  change: ChangePlan,
  counters: PlanCounters | null,
  total: OperatorCounters | null,
): PlanDescription {
  const title = `${change.kind.toUpperCase()} ${change.target.table.name}`;
  const others = change.kind === 'delete' ? change.others.map((other) => describeChange(other, counters, null)) : [];
  return { title, details: [], counters: total, inputs: [describeSource(change, counters), ...others] };
}

function describeSource(change: ChangePlan, counters: PlanCounters | null): PlanDescription {
  if (change.kind !== 'insert') return describePlan(change.query.plan, counters);
  const { source } = change;
  if (source.kind === 'query') return describePlan(source.query.plan, counters);
  return { title: `VALUES (rows ${source.rows.length})`, details: [], counters: null, inputs: [] };
}

/** The change with counters in the plan that finds its rows. */
export function watchChange(change: ChangePlan, counters: PlanCounters): ChangePlan {
  if (change.kind !== 'insert') {
    return change.kind === 'delete'
      ? watchDelete(change, counters)
      : { ...change, query: watched(change.query, counters) };
  }
  const { source } = change;
  if (source.kind === 'rows') return change;
  return { ...change, source: { kind: 'query', query: watched(source.query, counters) } };
}

function watchDelete(change: DeletePlan, counters: PlanCounters): DeletePlan {
  const others = change.others.map((other) => watchDelete(other, counters));
  return { ...change, query: watched(change.query, counters), others };
}

function watched(query: QueryPlan, counters: PlanCounters): QueryPlan {
  return { ...query, plan: counters.watch(query.plan) };
}
