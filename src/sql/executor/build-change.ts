import type { ChangePlan } from '../planner/plan-statement.ts';
import type { Change } from './change.ts';
import { Delete } from './delete.ts';
import { Insert } from './insert.ts';
import { Update } from './update.ts';
import { ViewChange } from './view-change.ts';

/** The running form of a change. One execution at a time may use it. */
export function buildChange(plan: ChangePlan): Change {
  switch (plan.kind) {
    case 'insert':
      return new Insert(plan);
    case 'update':
      return plan.target.isView ? new ViewChange(plan) : new Update(plan);
    case 'delete':
      return plan.target.isView ? new ViewChange(plan) : new Delete(plan);
  }
}
