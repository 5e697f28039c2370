import { ROWID_COLUMN } from '../../../engine/table/access.ts';
import { readColumn } from '../../binder/binder.ts';
import type { AggregateNode, LogicalPlan, PlanColumn, ScanNode } from '../../binder/logical-plan.ts';
import { isNull, literal } from '../../expressions/build.ts';
import { mapPlan } from '../plan-tree.ts';
import { readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';

/** `min(x)` and `max(x)` of a whole table whose rows an index, or the rowid, has in the order of x: of the first row in it. */
export const extremesByOrder = {
  name: 'extremes-by-order',
  needs: ['aggregate'],
  apply: (plan) => mapPlan(plan, (node) => (node.kind === 'aggregate' ? ofFirstRow(node) : node)),
} as const satisfies Rule;

function ofFirstRow(plan: AggregateNode): LogicalPlan {
  const { input, calls, keys, bare, sets } = plan;
  if (calls.length !== 1 || keys.length > 0 || bare.length > 0 || sets !== undefined || input.kind !== 'scan')
    return plan;
  const [{ definition, arguments: args, filter, collation }] = calls;
  const isExtreme = (definition.name === 'min' || definition.name === 'max') && args.length === 1;
  const [value] = args;
  if (!isExtreme || filter !== null || value.kind !== 'column' || collation !== value.collation) return plan;
  const column = input.columns.find(({ id }) => id === value.index);
  if (column === undefined || !isOrdered(input, column.column, column)) return plan;
  if ([...readColumns(...input.conditions)].some((id) => id !== column.id)) return plan;
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

function isOrdered(scan: ScanNode, column: number, { collation }: PlanColumn): boolean {
  if (scan.indexedBy === false) return false;
  if (column === ROWID_COLUMN) return true;
  return scan.indexes.some(({ columns: [first] }) => first.column === column && first.collation === collation);
}
