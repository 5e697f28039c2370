import type { CountedPlan, OperatorCounters, PhysicalPlan, SharedQuery } from '../planner/physical-plan.ts';
import { mapPhysicalInputs } from '../planner/physical-tree.ts';

/** The counters of the operators of one execution. */
export class PlanCounters {
  private readonly counted = new Map<PhysicalPlan, CountedPlan>();
  private readonly shared = new Map<SharedQuery, SharedQuery>();
  private readonly now: () => number;

  /** `now`: milliseconds, from an arbitrary start. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** The plan with a counter above each of its operators; the same one whenever it is asked for. */
  watch(plan: PhysicalPlan): PhysicalPlan {
    const known = this.counted.get(plan);
    if (known !== undefined) return known;
    const input =
      plan.kind === 'common-table'
        ? { ...plan, shared: this.watchShared(plan.shared) }
        : mapPhysicalInputs(plan, (below) => this.watch(below));
    const counters = { rows: 0, opens: 0, timeMs: 0, spilledBytes: 0, reads: null };
    const watched: CountedPlan = { kind: 'counted', columns: plan.columns, input, counters, now: this.now };
    this.counted.set(plan, watched);
    return watched;
  }

  /** The same object for all places that read it: its query runs once. */
  private watchShared(shared: SharedQuery): SharedQuery {
    let watched = this.shared.get(shared);
    if (watched === undefined) {
      watched = { ...shared, query: { ...shared.query, plan: this.watch(shared.query.plan) } };
      this.shared.set(shared, watched);
    }
    return watched;
  }

  /** null: the operator was never built, so it never ran. */
  of(plan: PhysicalPlan): OperatorCounters | null {
    return this.counted.get(plan)?.counters ?? null;
  }
}
