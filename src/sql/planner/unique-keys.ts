import type { IndexDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, JoinNode, LogicalPlan, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { columnEquality } from './equivalence.ts';
import { outputIds } from './reads.ts';

/** Columns of which no two rows of a plan have the same values, NULL being a value; none at all: there is one row at most. */
export type UniqueKey = readonly ColumnId[];

/** More keys than these are not followed through joins. */
const MOST_KEYS = 8;

/** Keys by which a plan's rows can be told apart. */
export function uniqueKeys(plan: LogicalPlan): readonly UniqueKey[] {
  switch (plan.kind) {
    case 'scan':
      return scanKeys(plan);
    case 'values':
      return plan.rows.length <= 1 ? [[]] : [];
    case 'filter':
    case 'sort':
    case 'window':
      return uniqueKeys(plan.input);
    case 'limit': {
      const { limit, ties } = plan;
      const isOne = limit?.kind === 'literal' && limit.value === 1n && ties === undefined;
      return isOne ? [[]] : uniqueKeys(plan.input);
    }
    case 'distinct':
      return [plan.columns.map((column) => column.id), ...uniqueKeys(plan.input)];
    case 'project': {
      const above = new Map<ColumnId, ColumnId>();
      for (const { id, expression } of plan.columns) if (expression.kind === 'column') above.set(expression.index, id);
      return uniqueKeys(plan.input).flatMap((key) => {
        const renamed = key.map((id) => above.get(id));
        return renamed.every((id) => id !== undefined) ? [renamed] : [];
      });
    }
    case 'aggregate':
      return plan.sets === undefined ? [plan.keys.map((key) => key.id)] : [];
    case 'join':
      return joinKeys(plan);
    case 'set-operation':
      return plan.all ? [] : [plan.columns.map((column) => column.id)];
    default:
      return [];
  }
}

/** True when no two rows of the plan agree in all of these columns. */
export function isUniqueBy(plan: LogicalPlan, ids: ReadonlySet<ColumnId>): boolean {
  return uniqueKeys(plan).some((key) => key.every((id) => ids.has(id)));
}

function scanKeys(scan: ScanNode): readonly UniqueKey[] {
  const keys: UniqueKey[] = scan.columns.filter(({ column }) => column === ROWID_COLUMN).map(({ id }) => [id]);
  for (const index of scan.indexes) {
    const key = indexKey(scan, index);
    if (key !== null) keys.push(key);
  }
  return keys;
}

/** The columns of a unique index that keeps every row, and in which no NULL and no collation lets rows be alike. */
function indexKey(scan: ScanNode, index: IndexDefinition): UniqueKey | null {
  if (!index.unique) return null;
  const key: ColumnId[] = [];
  for (const { column, collation } of index.columns) {
    const definition = scan.table.columns[column];
    const own = scan.columns.find((candidate) => candidate.column === column);
    if (own === undefined || !definition.notNull || collation !== own.collation) return null;
    key.push(own.id);
  }
  return key;
}

function joinKeys(plan: JoinNode): readonly UniqueKey[] {
  const left = uniqueKeys(plan.left);
  if (plan.join !== 'inner' && plan.join !== 'left') return plan.join === 'full' ? [] : left;
  const right = uniqueKeys(plan.right);
  const keys: UniqueKey[] = [];
  if (matchesOnce(plan.conditions, plan.right)) keys.push(...left);
  if (plan.join === 'inner' && matchesOnce(plan.conditions, plan.left)) keys.push(...right);
  for (const ofLeft of left) for (const ofRight of right) keys.push([...ofLeft, ...ofRight]);
  return keys.slice(0, MOST_KEYS);
}

/** True when a row of the other side of a join has one partner on this side at most. */
export function matchesOnce(conditions: readonly BoundExpression[], side: LogicalPlan): boolean {
  const keys = uniqueKeys(side);
  if (keys.length === 0) return false;
  const own = outputIds(side);
  const equated = new Set<ColumnId>();
  for (const condition of conditions) {
    const equality = columnEquality(condition);
    if (equality === null || own.has(equality.left.index) === own.has(equality.right.index)) continue;
    equated.add(own.has(equality.left.index) ? equality.left.index : equality.right.index);
  }
  return keys.some((key) => key.every((id) => equated.has(id)));
}
