import type { IndexColumn, IndexDefinition } from '../../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../../engine/table/access.ts';
import { readColumn } from '../../binder/binder.ts';
import type { AggregateNode, LogicalPlan, ScanNode } from '../../binder/logical-plan.ts';
import { isNull, literal } from '../../expressions/build.ts';
import { type ColumnCondition, conditionsOnColumns } from '../column-conditions.ts';
import { mapPlan } from '../plan-tree.ts';
import { readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';

/**
 * `min(x)` and `max(x)` of a table, or of its rows with certain values in the columns before x, whose rows an index or the
 * rowid has in the order of x: of the first row in it. Several of them find their rows one after the other.
 */
export const extremesByOrder = {
  name: 'extremes-by-order',
  needs: ['extremes'],
  apply: (plan) => mapPlan(plan, (node) => (node.kind === 'aggregate' ? ofFirstRows(node) : node)),
} as const satisfies Rule;

function ofFirstRows(plan: AggregateNode): LogicalPlan {
  const { calls, keys, bare, sets } = plan;
  if (calls.length === 0 || keys.length > 0 || sets !== undefined) return plan;
  if (calls.length > 1 && bare.length > 0) return plan;
  const found: LogicalPlan[] = [];
  for (const call of calls) {
    const first = ofFirstRow({ ...plan, calls: [call] });
    if (first === null) return plan;
    found.push(first);
  }
  return found.reduce((left, right) => ({ kind: 'join', join: 'inner', left, right, conditions: [] }));
}

/** null: no order has the extreme in front. */
function ofFirstRow(plan: AggregateNode): LogicalPlan | null {
  const { input, calls, bare } = plan;
  if (input.kind !== 'scan') return null;
  const [{ definition, arguments: args, filter, collation }] = calls;
  const isExtreme = (definition.name === 'min' || definition.name === 'max') && args.length === 1;
  const [value] = args;
  if (!isExtreme || filter !== null || value.kind !== 'column' || collation !== value.collation) return null;
  const column = input.columns.find(({ id }) => id === value.index);
  if (column === undefined || !isOrdered(input, column)) return null;
  // Of rows that share the extreme, or that have only NULLs, another one would be first.
  if (bare.length > 0 && !isUnique(input, column.column)) return null;
  const present: LogicalPlan = { ...input, conditions: [...input.conditions, isNull(readColumn(column), true)] };
  const descending = definition.name === 'max';
  const term = { column, collation, descending, nullsFirst: !descending };
  const first: LogicalPlan = {
    kind: 'limit',
    input: { kind: 'sort', input: present, terms: [term] },
    limit: literal(1n),
    offset: null,
  };
  return { ...plan, input: first };
}

/** True when the rows lie in the column's order behind the columns that conditions fix, and no other condition is there. */
function isOrdered(scan: ScanNode, { id, column, collation }: ScanNode['columns'][number]): boolean {
  if (scan.indexedBy === false) return false;
  const equal = conditionsOnColumns(scan).filter(({ operator }) => operator === '=');
  const others = scan.conditions.filter((condition) => [...readColumns(condition)].some((read) => read !== id));
  if (column === ROWID_COLUMN && others.length === 0) return true;
  return scan.indexes.some(({ columns }) => {
    const at = columns.findIndex((key) => key.column === column && key.collation === collation);
    const fixed = columns.slice(0, Math.max(0, at)).map((key) => equal.find((found) => isFixedBy(scan, key, found)));
    return (
      at >= 0 &&
      fixed.every((found) => found !== undefined) &&
      others.every((other) => fixed.some((found) => found?.condition === other))
    );
  });
}

function isFixedBy(scan: ScanNode, key: IndexColumn, { column, collation }: ColumnCondition): boolean {
  const stored = key.column === scan.table.rowidColumn ? ROWID_COLUMN : key.column;
  return column === stored && collation === key.collation;
}

/** True when no two rows share a value of the column, and none has NULL. */
function isUnique(scan: ScanNode, column: number): boolean {
  if (column === ROWID_COLUMN) return true;
  const isKey = ({ unique, columns }: IndexDefinition) =>
    unique && columns.length === 1 && columns[0].column === column;
  return scan.table.columns[column].notNull && scan.indexes.some(isKey);
}
