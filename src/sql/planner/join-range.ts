import type { ColumnIds, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import { canRaise } from './can-raise.ts';
import { outputIds, readColumns, subqueriesOf } from './reads.ts';

/** Bounds that a row of the left side sets to a number of the right side's rows. */
export interface JoinRange {
  readonly key: BoundExpression;
  readonly low: RangeBound | null;
  readonly high: RangeBound | null;
}

export interface RangeBound {
  readonly expression: BoundExpression;
  readonly isInclusive: boolean;
}

/** The range that most narrows the right side's rows; null: the conditions set none. */
export function joinRange(
  left: LogicalPlan,
  right: LogicalPlan,
  conditions: readonly BoundExpression[],
): JoinRange | null {
  const leftIds = outputIds(left);
  const rightIds = outputIds(right);
  const ranges: JoinRange[] = [];
  for (const condition of conditions) {
    const found = halfRange(condition, leftIds, rightIds);
    if (found === null) continue;
    const same = ranges.findIndex(({ key }) => sameExpression(key, found.key));
    if (same < 0) ranges.push(found);
    else ranges[same] = { key: found.key, low: ranges[same].low ?? found.low, high: ranges[same].high ?? found.high };
  }
  return ranges.find(isClosed) ?? ranges[0] ?? null;
}

/** True of a range with both ends. */
export function isClosed({ low, high }: JoinRange): boolean {
  return low !== null && high !== null;
}

function halfRange(condition: BoundExpression, leftIds: ColumnIds, rightIds: ColumnIds): JoinRange | null {
  if (condition.kind !== 'comparison' || !isDeterministic(condition) || subqueriesOf(condition).length > 0) return null;
  if (!areNumbers(condition)) return null;
  const { left, right, operator } = condition;
  if (isOver(left, leftIds) && isOver(right, rightIds) && !canRaise(right))
    return range(right, left, FLIPPED[operator]);
  if (isOver(left, rightIds) && isOver(right, leftIds) && !canRaise(left)) return range(left, right, operator);
  return null;
}

/** Integers and REALs compare with each other; times only with their like. */
function areNumbers({ left, right }: ComparisonExpression): boolean {
  const a = left.type.kind;
  const b = right.type.kind;
  if (a === 'INTEGER' || a === 'REAL') return b === 'INTEGER' || b === 'REAL';
  return a === b && (a === 'TIMESTAMP' || a === 'DATE');
}

function isOver(expression: BoundExpression, ids: ColumnIds): boolean {
  const read = readColumns(expression);
  return read.size > 0 && [...read].every((id) => ids.has(id));
}

const FLIPPED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as { readonly [operator: string]: string | undefined };

/** `key` `operator` `expression`. */
function range(key: BoundExpression, expression: BoundExpression, operator: string | undefined): JoinRange | null {
  switch (operator) {
    case '>':
    case '>=':
      return { key, low: { expression, isInclusive: operator === '>=' }, high: null };
    case '<':
    case '<=':
      return { key, low: null, high: { expression, isInclusive: operator === '<=' } };
    default:
      return null;
  }
}
