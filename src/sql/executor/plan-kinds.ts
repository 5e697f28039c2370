import type { PhysicalKind } from '../../engine/column/types.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { PhysicalPlan } from '../planner/physical-plan.ts';

/** How the columns of a plan lie in vectors. */
export function inputKinds(plan: PhysicalPlan): readonly PhysicalKind[] {
  return plan.columns.map((column) => physicalKindOf(column.type));
}
