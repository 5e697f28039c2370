import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ColumnIds, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isDeterministic } from '../expressions/inspect.ts';
import { outputIds, readColumns, subqueriesOf } from './reads.ts';

/** An equality between the sides of a join. */
export interface JoinKey {
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly collation: Collation;
  /** IS NOT DISTINCT FROM. */
  readonly nullsEqual: boolean;
}

interface SplitConditions {
  /** Those of the conditions, then those of the null-aware comparisons. */
  readonly keys: readonly JoinKey[];
  readonly firstNullAware: number;
  readonly rest: readonly BoundExpression[];
  readonly strictRest: readonly BoundExpression[];
}

/** Splits what must be true of two rows into equalities between the sides and the rest. */
export function joinKeys(
  left: LogicalPlan,
  right: LogicalPlan,
  conditions: readonly BoundExpression[],
  nullAware: readonly BoundExpression[] = [],
): SplitConditions {
  const leftIds = outputIds(left);
  const rightIds = outputIds(right);
  const keys: JoinKey[] = [];
  const rest: BoundExpression[] = [];
  const add = (condition: BoundExpression, constants: boolean): void => {
    const key = keyOf(condition, leftIds, rightIds, constants);
    if (key === null) rest.push(condition);
    else keys.push(key);
  };
  for (const condition of conditions) add(condition, false);
  const firstNullAware = keys.length;
  const strictRest = [...rest];
  for (const condition of nullAware) add(condition, true);
  return { keys, firstNullAware, rest, strictRest };
}

function keyOf(
  condition: BoundExpression,
  leftIds: ColumnIds,
  rightIds: ColumnIds,
  constants: boolean,
): JoinKey | null {
  if (condition.kind !== 'comparison' || (condition.operator !== '=' && condition.operator !== 'IS')) return null;
  if (!isDeterministic(condition) || subqueriesOf(condition).length > 0) return null;
  const { left, right, collation } = condition;
  const nullsEqual = condition.operator === 'IS';
  const isOver = (expression: BoundExpression, ids: ColumnIds): boolean => {
    const read = readColumns(expression);
    return (constants || read.size > 0) && [...read].every((id) => ids.has(id));
  };
  if (isOver(left, leftIds) && isOver(right, rightIds)) return { left, right, collation, nullsEqual };
  if (isOver(left, rightIds) && isOver(right, leftIds)) return { left: right, right: left, collation, nullsEqual };
  return null;
}
