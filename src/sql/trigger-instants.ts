import type { ReadPoint } from '../engine/table/access.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import type { TriggerProgram } from './executor/triggers.ts';
import { NO_ARGUMENTS } from './parameters.ts';
import type { TriggerPlan } from './planner/plan-statement.ts';
import type { Session } from './session.ts';
import { areBoundRight, type PlannedInstant, resolveInstants } from './statement-instants.ts';

/**
 * What makes a trigger's program that reads the past, for one statement: its points are evaluated then. `planAt` plans it anew
 * where those points have another catalogue.
 */
export function programOfThen(
  session: Session,
  plan: TriggerPlan,
  instants: readonly PlannedInstant[],
  planAt: (points: readonly ReadPoint[]) => TriggerPlan,
): () => TriggerProgram {
  return () => {
    const points = resolveInstants(session, instants, NO_ARGUMENTS);
    const right = areBoundRight(session, instants, points) ? plan : planAt(points);
    // The present is that of the statement, with what it has done so far.
    const read = points.map((point, slot) => (instants[slot].unit === 'MAXVALUE' ? null : point));
    return new (CHANGE_OPERATORS.get().CompiledTrigger)(right, read);
  };
}
