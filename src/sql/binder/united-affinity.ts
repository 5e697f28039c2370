import type { Affinity } from '../expressions/affinity-kind.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';

const NUMBERS: readonly Affinity[] = ['NUMERIC', 'INTEGER', 'REAL'];
const SQLITE_AFFINITIES: readonly Affinity[] = [...NUMBERS, 'NONE', 'BLOB', 'TEXT'];

/** A side's column, and the plan that computes it, where it is known. */
export interface UnitedSide {
  readonly column: PlanColumn;
  readonly plan: LogicalPlan | null;
}

/**
 * The affinity of a compound's column: that of the first side that has one, unless the other side may hold values that it
 * would change (SQLite's select.c, sqlite3SubqueryColumnTypes).
 */
export function unitedAffinity(left: UnitedSide, right: UnitedSide): Affinity {
  const [own, others] = [left.column.affinity, right.column.affinity];
  if (own === others || right.column.type.kind === 'NULL') return own;
  if (left.column.type.kind === 'NULL') return others;
  if (!SQLITE_AFFINITIES.includes(own) || !SQLITE_AFFINITIES.includes(others)) return 'NONE';
  const [decides, other] = own === 'NONE' ? [others, left] : [own, right];
  if (decides === 'TEXT' && mayHold(other, 'numbers')) return 'BLOB';
  return NUMBERS.includes(decides) && mayHold(other, 'text') ? 'BLOB' : decides;
}

function mayHold(side: UnitedSide, what: 'numbers' | 'text'): boolean {
  const { type, affinity } = side.column;
  if (NUMBERS.includes(affinity)) return what === 'numbers';
  if (affinity === 'TEXT') return what === 'text';
  if (isOfAnyClass(side)) return true;
  if (type.kind === 'INTEGER' || type.kind === 'REAL') return what === 'numbers';
  return type.kind === 'TEXT' ? what === 'text' : type.kind !== 'BLOB';
}

/** SQLite knows the class of literals and of what operators give, but not of what functions and columns without affinity do. */
function isOfAnyClass({ column, plan }: UnitedSide): boolean {
  switch (plan?.kind) {
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'filter':
      return isOfAnyClass({ column, plan: plan.input });
    case 'project': {
      const kind = plan.columns.find(({ id }) => id === column.id)?.expression.kind;
      return (
        kind === 'function' ||
        kind === 'coalesce' ||
        kind === 'column' ||
        kind === 'outer' ||
        kind === 'scalar-subquery'
      );
    }
    case 'aggregate':
    case 'window':
      return true;
    default:
      return false;
  }
}
