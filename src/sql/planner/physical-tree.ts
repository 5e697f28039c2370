import { unreachable } from '../../base/assert.ts';
import type { PhysicalPlan, QueryPlan } from './physical-plan.ts';

/** The operators that an operator reads, in the order in which EXPLAIN shows them. */
export function physicalInputs(plan: PhysicalPlan): readonly PhysicalPlan[] {
  const inputs: PhysicalPlan[] = [];
  mapPhysicalInputs(plan, (input) => {
    inputs.push(input);
    return input;
  });
  return inputs;
}

/** The plan over changed inputs. Subqueries in expressions are not inputs. */
export function mapPhysicalInputs(plan: PhysicalPlan, change: (input: PhysicalPlan) => PhysicalPlan): PhysicalPlan {
  const changeQuery = (query: QueryPlan): QueryPlan => ({ ...query, plan: change(query.plan) });
  switch (plan.kind) {
    case 'table-scan':
    case 'rowid-lookup':
    case 'index-scan':
    case 'group-end-scan':
    case 'values':
    case 'working-table':
    case 'table-function':
    case 'common-table':
      return plan;
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'distinct':
    case 'sort':
    case 'top-n':
    case 'limit':
    case 'window':
    case 'counted':
      return { ...plan, input: change(plan.input) };
    case 'hash-join':
    case 'merge-join':
    case 'nested-loop-join':
    case 'lookup-join':
    case 'set-operation': {
      const left = change(plan.left);
      return { ...plan, left, right: change(plan.right) };
    }
    case 'union-scan':
      return { ...plan, branches: plan.branches.map(change) };
    case 'recursive': {
      const anchor = changeQuery(plan.anchor);
      return { ...plan, anchor, steps: plan.steps.map(changeQuery) };
    }
    default:
      return unreachable(plan, 'plan');
  }
}
