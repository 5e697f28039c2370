import type { Query } from '../binder/logical-plan.ts';
import type { Estimator } from './estimate.ts';
import type { RuleContext } from './rule.ts';
import { RULES } from './rules/registry.ts';
import type { DisabledSwitches } from './switches.ts';

/** Rewrites logical plans by the rules that are not switched off. One object per statement. */
export class Optimizer {
  private readonly estimator: Estimator;
  private readonly disabled: DisabledSwitches;
  /** The binder counts its columns from 0 up: below are the optimizer's. */
  private lastColumnId = 0;

  constructor(estimator: Estimator, disabled: DisabledSwitches) {
    this.estimator = estimator;
    this.disabled = disabled;
  }

  /** The query with every plan below it rewritten, but for those of subqueries in expressions. */
  optimize(query: Query): Query {
    const context: RuleContext = {
      estimator: this.estimator,
      required: new Set(query.columns.map((column) => column.id)),
      newColumn: (like) => ({ ...like, id: --this.lastColumnId }),
    };
    let { plan } = query;
    for (const rule of RULES) if (!this.disabled.has(rule.name)) plan = rule.apply(plan, context);
    return { plan, columns: query.columns };
  }
}
