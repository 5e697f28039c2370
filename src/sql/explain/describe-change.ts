import type { OperatorCounters } from '../planner/physical-plan.ts';
import type { ChangePlan } from '../planner/plan-statement.ts';
import type { PlanCounters } from './plan-counters.ts';
import { describePlan, type PlanDescription } from './plan-description.ts';

/** INSERT, UPDATE or DELETE, above the plan that finds its rows. `total`: what the whole statement did. */
export function describeChange(
  change: ChangePlan,
  counters: PlanCounters | null,
  total: OperatorCounters | null,
): PlanDescription {
  const title = `${change.kind.toUpperCase()} ${change.target.table.name}`;
  return { title, details: [], counters: total, inputs: [describeSource(change, counters)] };
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
    return { ...change, query: { ...change.query, plan: counters.watch(change.query.plan) } };
  }
  const { source } = change;
  if (source.kind === 'rows') return change;
  const query = { ...source.query, plan: counters.watch(source.query.plan) };
  return { ...change, source: { kind: 'query', query } };
}
