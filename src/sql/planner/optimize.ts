import type { LogicalPlan, PlanColumn, Query, SharedTable } from '../binder/logical-plan.ts';
import { countReferences } from './count-references.ts';
import type { Estimator } from './estimate.ts';
import { featureBits, featuresOf, type PlanFeatures } from './plan-features.ts';
import { outputColumns } from './reads.ts';
import type { Rule, RuleContext } from './rule.ts';
import { RULES } from './rules/registry.ts';
import type { DisabledSwitches } from './switches.ts';

/** A rule's place in the order. */
interface Step {
  readonly rule: Rule;
  readonly name: (typeof RULES)[number]['name'];
  readonly needs: PlanFeatures;
  /** Where the same rule has run before; -1: nowhere. */
  readonly earlier: number;
}

const STEPS: readonly Step[] = RULES.map((rule, i) => ({
  rule,
  name: rule.name,
  needs: featureBits(rule.needs),
  earlier: RULES.indexOf(rule) === i ? -1 : RULES.indexOf(rule),
}));

interface RunningContext extends RuleContext {
  /** The place of the rule that is running. */
  running: number;
  /** By place: the plan that the rule there has made. */
  readonly made: LogicalPlan[];
}

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
    let plan = start;
    let features = featuresOf(plan);
    let context: RunningContext | null = null;
    for (let i = 0; i < ruleCount; i++) {
      const step = STEPS[i];
      if ((features & step.needs) === 0 || this.disabled.has(step.name)) continue;
      context ??= this.contextOf(columns);
      if (step.earlier >= 0 && context.made[step.earlier] === plan) continue;
      context.running = i;
      const made = step.rule.apply(plan, context);
      context.made[i] = made;
      if (made === plan) continue;
      plan = made;
      features = featuresOf(plan);
    }
    return plan;
  }

  private contextOf(columns: readonly PlanColumn[]): RunningContext {
    const context: RunningContext = {
      estimator: this.estimator,
      required: new Set(columns.map((column) => column.id)),
      references: (table) => this.referencesTo(table),
      prepared: (other) => this.applied(other, outputColumns(other), context.running),
      newColumn: ({ name, type, collation, affinity }) => ({
        id: --this.lastColumnId,
        name,
        type,
        collation,
        affinity,
      }),
      running: 0,
      made: [],
    };
    return context;
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
