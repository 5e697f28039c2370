import type { LogicalPlan, PlanColumn, Query, SharedTable } from '../binder/logical-plan.ts';
import { countReferences } from './count-references.ts';
import type { Estimator } from './estimate.ts';
import { featuresOf } from './plan-features.ts';
import { outputColumns } from './reads.ts';
import type { Rule } from './rule.ts';
import { RULES } from './rules/registry.ts';
import type { DisabledSwitches } from './switches.ts';

/** Rewrites logical plans by the rules that are not switched off. One object per statement. */
export class Optimizer {
  private readonly estimator: Estimator;
  private readonly disabled: DisabledSwitches;
  /** The binder counts its columns from 0 up: below are the optimizer's. */
  private lastColumnId = 0;
  private readonly references = new Map<SharedTable, number>();
  /** Plans whose references to WITH tables are not counted yet: few statements have any. */
  private uncounted: LogicalPlan[] = [];

  constructor(estimator: Estimator, disabled: DisabledSwitches) {
    this.estimator = estimator;
    this.disabled = disabled;
  }

  /** The query with every plan below it rewritten, but for those of subqueries in expressions. */
  optimize(query: Query): Query {
    this.uncounted.push(query.plan);
    return { plan: this.applied(query.plan, query.columns, RULES.length), columns: query.columns };
  }

  /** The plan after the first so many rules. */
  private applied(start: LogicalPlan, columns: readonly PlanColumn[], ruleCount: number): LogicalPlan {
    const required = new Set(columns.map((column) => column.id));
    let plan = start;
    let features = featuresOf(plan);
    // By rule: the plan that it has made.
    const made = new Map<Rule, LogicalPlan>();
    for (let i = 0; i < ruleCount; i++) {
      const rule: Rule = RULES[i];
      if (this.disabled.has(RULES[i].name) || made.get(rule) === plan) continue;
      if (rule.needs !== undefined && !rule.needs.some((feature) => features.has(feature))) continue;
      const before = plan;
      plan = rule.apply(plan, {
        estimator: this.estimator,
        required,
        references: (table) => this.referencesTo(table),
        prepared: (other) => this.applied(other, outputColumns(other), i),
        newColumn: (like) => ({ ...like, id: --this.lastColumnId }),
      });
      made.set(rule, plan);
      if (plan !== before) features = featuresOf(plan);
    }
    return plan;
  }

  /** The statement's own plan comes first, and holds the plans of its subqueries: their tables are counted then. */
  private referencesTo(table: SharedTable): number {
    const plans = this.uncounted;
    this.uncounted = [];
    for (const plan of plans) {
      const counts = new Map<SharedTable, number>();
      countReferences(plan, counts);
      for (const [counted, count] of counts) if (!this.references.has(counted)) this.references.set(counted, count);
    }
    return this.references.get(table) ?? 1;
  }
}
