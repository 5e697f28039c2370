import type { ColumnStatistics } from '../../engine/table/column-statistics.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
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

/** The share of rows, or of pairs of rows, for which a condition is true: 0 to 1. */
export function selectivityOf(condition: BoundExpression, columns: ColumnLookup): number {
  return Math.min(1, Math.max(LEAST, shareOf(condition, columns)));
}

function shareOf(condition: BoundExpression, columns: ColumnLookup): number {
  switch (condition.kind) {
    case 'comparison':
      return comparisonShare(condition, columns);
    case 'in-list': {
      const share = Math.min(1, condition.items.length * equalityShare(condition.operand, columns));
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
      return condition.operands.reduce((share, operand) => share * selectivityOf(operand, columns), 1);
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
      return Math.min(equalityShare(left, columns), equalityShare(right, columns));
    case '<>':
    case 'IS NOT':
      return 1 - Math.min(equalityShare(left, columns), equalityShare(right, columns));
    case '<':
    case '<=':
      return rangeShare(left, right, columns);
    case '>':
    case '>=':
      return rangeShare(right, left, columns);
  }
}

/** The share of rows whose value is one given value; 1 for what has one value for all rows. */
function equalityShare(operand: BoundExpression, columns: ColumnLookup): number {
  const statistics = statisticsOf(operand, columns);
  if (statistics !== null) return (1 - statistics.nullFraction) / statistics.distinct;
  return readColumns(operand).size === 0 ? 1 : UNKNOWN_EQUALITY;
}

/** `low < high`, one of them a column of numbers and the other a literal: as if the values were spread evenly. */
function rangeShare(low: BoundExpression, high: BoundExpression, columns: ColumnLookup): number {
  const below = positionOf(low, high, columns);
  if (below !== null) return below;
  const above = positionOf(high, low, columns);
  return above === null ? UNKNOWN_RANGE : 1 - above;
}

/** Where a literal lies between the bounds of a column: 0 at the least value, 1 at the greatest. */
function positionOf(column: BoundExpression, value: BoundExpression, columns: ColumnLookup): number | null {
  if (value.kind !== 'literal' || (typeof value.value !== 'number' && typeof value.value !== 'bigint')) return null;
  const statistics = statisticsOf(column, columns);
  if (statistics === null || statistics.min === null || statistics.max === null) return null;
  const { min, max } = statistics;
  const at = Number(value.value);
  if (at < min) return 0;
  return at > max ? 1 : (at - min + 1) / (max - min + 2);
}

function statisticsOf(operand: BoundExpression, columns: ColumnLookup): ColumnStatistics | null {
  if (operand.kind === 'affinity' || operand.kind === 'collate') return statisticsOf(operand.operand, columns);
  return operand.kind === 'column' ? columns(operand.index) : null;
}
