import { HeliosError } from '../../base/errors.ts';
import { physicalKind } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ComputedIndex } from '../binder/computed-indexes.ts';
import type { ScanNode } from '../binder/logical-plan.ts';
import { sameName } from '../binder/names.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { conjuncts, mapColumns, sameExpression } from '../expressions/inspect.ts';
import { isRangeOperator, MIRRORED, type RangeOperator } from './column-conditions.ts';
import { isRunConstant } from './reads.ts';

/** A search through an index whose keys are computed. All conditions are checked afterwards. */
export interface ComputedPath {
  readonly kind: 'computed';
  readonly computed: ComputedIndex;
  readonly equal: readonly BoundExpression[];
  readonly low: KeyBound | null;
  readonly high: KeyBound | null;
  readonly ensured: readonly [];
}

export interface KeyBound {
  readonly operator: RangeOperator;
  readonly value: BoundExpression;
}

/** `key operator value`, the key in terms of the table's columns. */
interface KeyCondition extends KeyBound {
  readonly key: BoundExpression;
  readonly collation: string;
}

/** The computed index that finds rows by most of its keys, if any helps, or the one that INDEXED BY names. */
export function computedPath(scan: ScanNode): ComputedPath | null {
  if (scan.computedIndexes.length === 0 || scan.indexedBy === false) return null;
  const { indexedBy } = scan;
  const rowConditions = scan.conditions.flatMap(conjuncts).map((condition) => overRow(condition, scan));
  const keyConditions = rowConditions.flatMap(keyConditionsOf);
  const pathOf = (computed: ComputedIndex) => searchPath(computed, rowConditions, keyConditions);
  if (typeof indexedBy === 'string') {
    const named = scan.computedIndexes.find(({ index }) => sameName(index.name, indexedBy));
    if (named === undefined) return null;
    const path = pathOf(named);
    if (path !== null) return path;
    const message = `no query solution: index "${indexedBy}" holds only some rows, and the conditions do not say that they are enough`;
    throw new HeliosError('INVALID_STATEMENT', message);
  }
  let best: ComputedPath | null = null;
  for (const computed of scan.computedIndexes) {
    const path = pathOf(computed);
    if (path !== null && score(path) > (best === null ? 0 : score(best))) best = path;
  }
  return best;
}

function score({ equal, low, high }: ComputedPath): number {
  return equal.length * 10 + (low === null ? 0 : 1) + (high === null ? 0 : 1);
}

/** Null: the index does not have all the rows that are wanted. */
function searchPath(
  computed: ComputedIndex,
  rowConditions: readonly BoundExpression[],
  keyConditions: readonly KeyCondition[],
): ComputedPath | null {
  const { index, keyTable, keys, where } = computed;
  if (where !== null && !conjuncts(where).every((term) => isImplied(term, rowConditions))) return null;
  const find = (position: number, operators: readonly RangeOperator[]): KeyCondition | null =>
    keyConditions.find(({ key, operator, collation }) => {
      if (!operators.includes(operator) || !sameExpression(key, keys[position])) return false;
      const kind = physicalKind(keyTable.columns[position].type.kind);
      return collation === index.columns[position].collation || kind === 'integer' || kind === 'real';
    }) ?? null;
  const equal: BoundExpression[] = [];
  for (let position = 0; position < keys.length; position++) {
    const condition = find(position, ['=']);
    if (condition === null) break;
    equal.push(condition.value);
  }
  const isWhole = equal.length === keys.length;
  const low = isWhole ? null : find(equal.length, ['>', '>=']);
  const high = isWhole ? null : find(equal.length, ['<', '<=']);
  return { kind: 'computed', computed, equal, low, high, ensured: [] };
}

/** True when every row that fulfils the conditions fulfils the term, as far as SQLite sees it. */
function isImplied(term: BoundExpression, conditions: readonly BoundExpression[]): boolean {
  if (conditions.some((condition) => sameExpression(condition, term))) return true;
  if (term.kind === 'or') return term.operands.some((operand) => isImplied(operand, conditions));
  if (term.kind !== 'is-null' || !term.negated) return false;
  return conditions.some((condition) => rejectsNull(condition, term.operand));
}

/** True when the condition cannot hold for a row whose operand is NULL. */
function rejectsNull(condition: BoundExpression, operand: BoundExpression): boolean {
  switch (condition.kind) {
    case 'comparison': {
      if (condition.operator === 'IS' || condition.operator === 'IS NOT') return false;
      return sameExpression(condition.left, operand) || sameExpression(condition.right, operand);
    }
    case 'in-list':
      return sameExpression(condition.operand, operand);
    case 'like':
      return sameExpression(condition.operand, operand);
    default:
      return false;
  }
}

function keyConditionsOf(condition: BoundExpression): readonly KeyCondition[] {
  if (condition.kind !== 'comparison' || !isRangeOperator(condition.operator)) return [];
  const { left, right, operator, collation } = condition;
  if (isRunConstant(right)) return [{ key: left, operator, value: right, collation }];
  return isRunConstant(left) ? [{ key: right, operator: MIRRORED[operator], value: left, collation }] : [];
}

/** An expression of the scan in terms of a row of its table, as the index's own expressions are. */
function overRow(expression: BoundExpression, { columns, table }: ScanNode): BoundExpression {
  return mapColumns(expression, (reference) => {
    const column = columns.find(({ id }) => id === reference.index)?.column ?? ROWID_COLUMN;
    return { ...reference, index: column === ROWID_COLUMN ? (table.rowidColumn ?? table.columns.length) : column };
  });
}
