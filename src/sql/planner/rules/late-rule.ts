import type { LatePart } from '../../../base/late-part.ts';
import { RELATIONAL_PLANNING, REWRITES } from '../late-parts.ts';
import type { PlanFeature } from '../plan-features.ts';
import type { Rule } from '../rule.ts';

/**
 * A rule that is loaded on demand: only plans with one of these features need it. The compiler sees to it that name and
 * features are the rule's own.
 */
function lateRuleOf<Part>(part: LatePart<Part>) {
  return <const Name extends string, const Needs extends readonly PlanFeature[]>(
    name: Name,
    needs: Needs,
    ruleOf: (rules: Part) => Rule & { readonly name: Name; readonly needs: Needs },
  ) =>
    ({
      name,
      needs,
      apply: (plan, context) => ruleOf(part.get()).apply(plan, context),
    }) as const satisfies Rule;
}

/** The binder has asked for the part before it makes such a plan. */
export const relationalRule = lateRuleOf(RELATIONAL_PLANNING);

/** The rule itself asks for the part. */
export const seldomRule = lateRuleOf(REWRITES);
