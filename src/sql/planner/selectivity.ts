import type { ColumnStatistics } from '../../engine/table/column-statistics.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression, ComparisonExpression, LiteralExpression } from '../expressions/bound-expression.ts';
import { sameType } from '../expressions/static-type.ts';
import { frequencyOf, leastShare, rankOf } from './histogram.ts';
import { readColumns } from './reads.ts';

/** The statistics of the column that an id names; null for a computed column. */
export type ColumnLookup = (id: ColumnId) => ColumnStatistics | null;

/** Guesses, where nothing is known. */
const UNKNOWN_EQUALITY = 0.1;
const UNKNOWN_RANGE = 0.3;
const UNKNOWN_CONDITION = 0.5;
const PREFIX_MATCH = 0.05;
const PATTERN_MATCH = 0.25;
/** Nothing is estimated to be rarer than this: estimates of conditions are multiplied as if they knew nothing of each other. */
const LEAST = 1e-6;

/**
 * The share of rows for which all of the conditions are true, given that of each. The two ends of a range on one column
 * are taken together; otherwise conditions are taken to know nothing of each other.
 */
export function selectivityOfAll(
  conditions: readonly BoundExpression[],
  columns: ColumnLookup,
  shareOfOne: (condition: BoundExpression) => number,
): number {
  if (conditions.length === 1) return shareOfOne(conditions[0]);
  const ranges = new Map<ColumnId, { low: number; high: number; statistics: ColumnStatistics }>();
  let share = 1;
  for (const condition of conditions) {
    const end = rangeEnd(condition, columns);
    if (end === null) {
      share *= shareOfOne(condition);
      continue;
    }
    const range = ranges.get(end.id) ?? { low: 0, high: 1, statistics: end.statistics };
    if (end.isLow) range.low = Math.max(range.low, end.rank);
    else range.high = Math.min(range.high, end.rank);
    ranges.set(end.id, range);
  }
  for (const { low, high, statistics } of ranges.values()) {
    share *= (1 - statistics.nullFraction) * Math.max(high - low, leastShare(statistics));
  }
  return share;
}

interface RangeEnd {
  readonly id: ColumnId;
  readonly isLow: boolean;
  readonly rank: number;
  readonly statistics: ColumnStatistics;
}

/** A comparison of a column with a literal whose place among the column's values is known. */
function rangeEnd(condition: BoundExpression, columns: ColumnLookup): RangeEnd | null {
  if (condition.kind !== 'comparison' || !RANGE_OPERATORS.has(condition.operator)) return null;
  const { operator } = condition;
  const [left, right] = [sampled(condition.left), sampled(condition.right)];
  const [column, bound] = right.kind === 'literal' ? [left, right] : [right, left];
  if (column.kind !== 'column' || !isLiteralOf(column, bound)) return null;
  const statistics = columns(column.index);
  const rank = statistics === null ? null : rankOf(bound.value, statistics);
  if (statistics === null || rank === null) return null;
  return { id: column.index, isLow: operator.startsWith('>') === (column === left), rank, statistics };
}

const RANGE_OPERATORS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/**
 * The share of pairs that several keys leave together. Keys of one pair of tables mostly depend on each other, as those of
 * an order's lines do: each further one counts as the root of the one before.
 */
export function shareOfKeys(shares: number[]): number {
  let weight = 1;
  let all = 1;
  for (const share of shares.sort((a, b) => a - b)) {
    all *= share ** weight;
    weight /= 2;
  }
  return all;
}

/** The share of rows, or of pairs of rows, for which a condition is true: 0 to 1. */
export function selectivityOf(condition: BoundExpression, columns: ColumnLookup): number {
  return Math.min(1, Math.max(LEAST, shareOf(condition, columns)));
}

function shareOf(condition: BoundExpression, columns: ColumnLookup): number {
  switch (condition.kind) {
    case 'comparison':
      return comparisonShare(condition, columns);
    case 'in-list': {
      const { operand, items } = condition;
      const ofItems = items.reduce((sum, item) => sum + equalityShare(operand, columns, item), 0);
      const share = Math.min(1, ofItems);
      return condition.negated ? 1 - share : share;
    }
    case 'is-null': {
      const nulls = statisticsOf(condition.operand, columns)?.nullFraction ?? UNKNOWN_EQUALITY;
      return condition.negated ? 1 - nulls : nulls;
    }
    case 'like': {
      const { pattern } = condition;
      const hasPrefix =
        pattern.kind === 'literal' && typeof pattern.value === 'string' && !/^[%_*?[]/.test(pattern.value);
      const share = hasPrefix ? PREFIX_MATCH : PATTERN_MATCH;
      return condition.negated ? 1 - share : share;
    }
    case 'and':
      return selectivityOfAll(condition.operands, columns, (operand) => selectivityOf(operand, columns));
    case 'or':
      return 1 - condition.operands.reduce((share, operand) => share * (1 - selectivityOf(operand, columns)), 1);
    case 'not':
      return 1 - selectivityOf(condition.operand, columns);
    case 'literal':
      return condition.value === 0n || condition.value === null ? 0 : 1;
    default:
      return UNKNOWN_CONDITION;
  }
}

function comparisonShare(condition: ComparisonExpression, columns: ColumnLookup): number {
  const { operator, left, right } = condition;
  switch (operator) {
    case '=':
    case 'IS':
      return Math.min(equalityShare(left, columns, right), equalityShare(right, columns, left));
    case '<>':
    case 'IS NOT':
      return 1 - Math.min(equalityShare(left, columns, right), equalityShare(right, columns, left));
    case '<':
    case '<=':
      return rangeShare(left, right, columns);
    case '>':
    case '>=':
      return rangeShare(right, left, columns);
  }
}

/** The share of rows whose value is one given value, known or not; 1 for what has one value for all rows. */
function equalityShare(operand: BoundExpression, columns: ColumnLookup, value: BoundExpression): number {
  const statistics = statisticsOf(operand, columns);
  if (statistics === null) return readColumns(operand).size === 0 ? 1 : UNKNOWN_EQUALITY;
  const present = 1 - statistics.nullFraction;
  const average = present / statistics.distinct;
  return isLiteralOf(operand, value) ? present * frequencyOf(value.value, statistics, average / present) : average;
}

/** `low < high`, one of them a column and the other a literal. */
function rangeShare(low: BoundExpression, high: BoundExpression, columns: ColumnLookup): number {
  const above = sampled(high);
  const [column, bound, isBelow] = above.kind === 'literal' ? [low, above, true] : [high, sampled(low), false];
  const statistics = statisticsOf(column, columns);
  const rank = statistics === null || !isLiteralOf(column, bound) ? null : rankOf(bound.value, statistics);
  if (statistics === null || rank === null) return UNKNOWN_RANGE;
  return (1 - statistics.nullFraction) * Math.max(isBelow ? rank : 1 - rank, leastShare(statistics));
}

/** The literal that a parameter stands for this time: ranges of one statement are taken to be alike, single values are not. */
function sampled(value: BoundExpression): BoundExpression {
  if (value.kind !== 'parameter' || value.sample === undefined) return value;
  return { kind: 'literal', value: value.sample, type: value.type };
}

/** A literal that is written as the column's values are: DECIMALs are numbers of units, of their own size each. */
function isLiteralOf(operand: BoundExpression, value: BoundExpression): value is LiteralExpression {
  return value.kind === 'literal' && (operand.type.kind !== 'DECIMAL' || sameType(operand.type, value.type));
}

function statisticsOf(operand: BoundExpression, columns: ColumnLookup): ColumnStatistics | null {
  if (operand.kind === 'affinity' || operand.kind === 'collate') return statisticsOf(operand.operand, columns);
  return operand.kind === 'column' ? columns(operand.index) : null;
}
