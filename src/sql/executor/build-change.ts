import type { ChangePlan } from '../planner/plan-statement.ts';
import type { Change } from './change.ts';
import { Delete } from './delete.ts';
import { Insert } from './insert.ts';
import { Update } from './update.ts';

/** The running form of a change. One execution at a time may use it. */
export function buildChange(plan: ChangePlan): Change {
  switch (plan.kind) {
    case 'insert':
      return new Insert(plan);
    case 'update':
      return new Update(plan);
    case 'delete':
      return new Delete(plan);
  }
}
