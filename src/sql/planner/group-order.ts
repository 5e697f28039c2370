import type { AggregateCall, AggregateNode, ColumnId, SortTerm } from '../binder/logical-plan.ts';
import type { WantedOrder } from './access-path.ts';
import { planGroupEnds } from './group-ends.ts';
import { isSortedAs, yieldsOrder } from './order.ts';
import type { AggregatePlan, PhysicalPlan } from './physical-plan.ts';
import type { Planner } from './planner.ts';

/** Groups from which on a reader of the first few is better served by an index than by hashing all rows. */
const MANY_GROUPS = 1000;

interface InputOrder extends WantedOrder {
  readonly serves: 'keys' | 'wanted';
}

/** What is grouped, and how it comes: in the order of the keys or in the one that is wanted of the groups; null: in any. */
export interface GroupInput {
  readonly input: PhysicalPlan;
  readonly streams: AggregatePlan['streams'];
}

/** The input of an aggregate with keys. `calls`: those that somebody needs; `read`: what they and the keys read. */
export function planGroups(
  node: AggregateNode,
  calls: readonly AggregateCall[],
  read: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): GroupInput {
  const ends = planGroupEnds(node, calls, read, planner);
  if (ends !== null) return { input: ends, streams: null };
  const order = planner.isOn('ordered-aggregate') ? orderOfInput(node, wanted, planner) : null;
  const input = planner.plan(node.input, read, order);
  const isInOrder = order !== null && (yieldsOrder(input) || isSortedAs(node.input, order));
  return { input, streams: isInOrder ? order.serves : null };
}

/** The order of the input in which groups are whole: the one that is wanted of them, or that of the keys; null: none is. */
function orderOfInput(node: AggregateNode, wanted: WantedOrder | null, planner: Planner): InputOrder | null {
  const below = new Map<ColumnId, SortTerm>();
  for (const { expression, id, name, type, collation, affinity } of node.keys) {
    if (expression.kind !== 'column') return null;
    const column = { id: expression.index, name, type, collation, affinity };
    below.set(id, { column, collation, descending: false, nullsFirst: true });
  }
  const isStable = isOrderSensitive(node) ? ({ isStable: true } as const) : {};
  const asWanted = wanted === null ? null : wantedBelow(wanted, below);
  if (asWanted === null || wanted === null) {
    return { terms: [...below.values()], stopsEarly: false, serves: 'keys', ...isStable };
  }
  const stopsEarly = wanted.stopsEarly && planner.estimator.rows(node) >= MANY_GROUPS;
  return { terms: asWanted, stopsEarly, serves: 'wanted', ...isStable };
}

/** The terms over the input, and behind them the keys that they leave open; null where they are not all of keys. */
function wantedBelow({ terms }: WantedOrder, below: ReadonlyMap<ColumnId, SortTerm>): readonly SortTerm[] | null {
  const open = new Map(below);
  const found: SortTerm[] = [];
  for (const term of terms) {
    const key = below.get(term.column.id);
    if (key === undefined || key.collation !== term.collation) return null;
    if (open.delete(term.column.id)) found.push({ ...term, column: key.column });
  }
  const last = found.at(-1);
  // The rest in the direction in which an index goes on.
  const descending = last?.descending === true;
  return [...found, ...[...open.values()].map((key) => ({ ...key, descending, nullsFirst: !descending }))];
}

/** True when the order of rows within a group shows in a result: values of the first row, lists of values. */
function isOrderSensitive({ bare, bareFrom, calls }: AggregateNode): boolean {
  if (bare.length > 0 || bareFrom !== null) return true;
  return calls.some((call) => call.definition.overRanges === undefined && call.orderBy.length === 0);
}
