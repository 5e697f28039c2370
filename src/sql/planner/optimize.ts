import type { LogicalPlan, PlanColumn, Query, SharedTable } from '../binder/logical-plan.ts';
import { countReferences } from './count-references.ts';
import type { Estimator } from './estimate.ts';
import { outputColumns } from './reads.ts';
import { RULES } from './rules/registry.ts';
import type { DisabledSwitches } from './switches.ts';

/** Rewrites logical plans by the rules that are not switched off. One object per statement. */
export class Optimizer {
  private readonly estimator: Estimator;
  private readonly disabled: DisabledSwitches;
  /** The binder counts its columns from 0 up: below are the optimizer's. */
  private lastColumnId = 0;
  private readonly references = new Map<SharedTable, number>();

  constructor(estimator: Estimator, disabled: DisabledSwitches) {
    this.estimator = estimator;
    this.disabled = disabled;
  }

  /** The query with every plan below it rewritten, but for those of subqueries in expressions. */
  optimize(query: Query): Query {
    this.count(query.plan);
    return { plan: this.applied(query.plan, query.columns, RULES.length), columns: query.columns };
  }

  /** The plan after the first so many rules. */
  private applied(start: LogicalPlan, columns: readonly PlanColumn[], ruleCount: number): LogicalPlan {
    const required = new Set(columns.map((column) => column.id));
    let plan = start;
    for (let i = 0; i < ruleCount; i++) {
      if (this.disabled.has(RULES[i].name)) continue;
      plan = RULES[i].apply(plan, {
        estimator: this.estimator,
        required,
        references: (table) => this.references.get(table) ?? 1,
        prepared: (other) => this.applied(other, outputColumns(other), i),
        newColumn: (like) => ({ ...like, id: --this.lastColumnId }),
      });
    }
    return plan;
  }

  /** The statement's own plan comes first, and holds the plans of its subqueries: their tables are counted then. */
  private count(plan: LogicalPlan): void {
    const counts = new Map<SharedTable, number>();
    countReferences(plan, counts);
    for (const [table, count] of counts) if (!this.references.has(table)) this.references.set(table, count);
  }
}
