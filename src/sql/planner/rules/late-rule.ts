import { RELATIONAL_PLANNING } from '../late-parts.ts';
import type { PlanFeature } from '../plan-features.ts';
import type { Rule } from '../rule.ts';

/**
 * A rule that is loaded on demand: only plans with one of these features need it, and the binder has asked for its part
 * before it makes such a plan. The compiler sees to it that name and features are the rule's own.
 */
export function lateRule<const Name extends string, const Needs extends readonly PlanFeature[]>(
  name: Name,
  needs: Needs,
  ruleOf: (rules: typeof import('./relational.ts')) => Rule & { readonly name: Name; readonly needs: Needs },
) {
  return {
    name,
    needs,
    apply: (plan, context) => ruleOf(RELATIONAL_PLANNING.get()).apply(plan, context),
  } as const satisfies Rule;
}
