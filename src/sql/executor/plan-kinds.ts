import type { PhysicalKind } from '../../engine/column/types.ts';
import type { PlanColumn } from '../binder/logical-plan.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { PhysicalPlan } from '../planner/physical-plan.ts';

/** Lists of columns are frozen, and operators share them with the operators above. */
const KINDS = new WeakMap<readonly PlanColumn[], readonly PhysicalKind[]>();

/** Those of so many are found sooner than a list that is kept. */
const FEW_COLUMNS = 8;

function kindOf({ type }: PlanColumn): PhysicalKind {
  return physicalKindOf(type);
}

/** How the columns of a plan lie in vectors. */
export function inputKinds({ columns }: PhysicalPlan): readonly PhysicalKind[] {
  if (columns.length <= FEW_COLUMNS) return columns.map(kindOf);
  const known = KINDS.get(columns);
  if (known !== undefined) return known;
  const kinds = columns.map(kindOf);
  KINDS.set(columns, kinds);
  return kinds;
}
