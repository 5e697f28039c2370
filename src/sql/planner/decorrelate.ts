import { readColumn } from '../binder/binder.ts';
import type { AggregateNode, ColumnId, LogicalPlan, ProjectNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { combinedPerTie, distinctPerTie, limitedPerTie } from './decorrelate-by-tie.ts';
import { planReadsHost, readsHost } from './hoist.ts';
import { expressionsOf } from './plan-tree.ts';
import { outputColumns, readColumns } from './reads.ts';
import type { RuleContext } from './rule.ts';
import { tiesOf } from './tie.ts';

/** A subquery's plan that reads no row of the query around it, and the conditions that tie it to those rows. */
export interface Decorrelated {
  readonly plan: LogicalPlan;
  /** Over the plan's columns, and `outer` columns of depth 0. */
  readonly conditions: readonly BoundExpression[];
  /** Columns of the subquery that its rows alone do not decide, and so are not among the plan's. */
  readonly computed: ReadonlyMap<ColumnId, BoundExpression>;
}

/**
 * What of the rows matters: that there are any, which there are (however often and in whatever order), which is the
 * first, or all of them, as often as they come and in their order.
 */
export type RowNeed = 'existence' | 'set' | 'first' | 'rows';

/**
 * Takes the conditions that read rows of the query around out of a subquery's plan, from below operators that do not
 * mind. null: the plan reads such rows elsewhere.
 */
export function decorrelate(plan: LogicalPlan, need: RowNeed, context: RuleContext): Decorrelated | null {
  if (!planReadsHost(plan)) return { plan, conditions: [], computed: new Map() };
  const below = (input: LogicalPlan): Decorrelated | null => decorrelate(input, need, context);
  // Of rows that are filtered or joined, the first one below may not be the first one above.
  const needOfAll = need === 'existence' || need === 'set' ? 'set' : 'rows';
  const allBelow = (input: LogicalPlan): Decorrelated | null => decorrelate(input, needOfAll, context);
  switch (plan.kind) {
    case 'scan': {
      const [tied, own] = split(plan.conditions);
      return { plan: { ...plan, conditions: own }, conditions: tied, computed: new Map() };
    }
    case 'filter': {
      const input = allBelow(plan.input);
      if (input === null || readsComputed(plan, input)) return null;
      const [tied, own] = split(plan.conditions);
      const filtered: LogicalPlan = own.length === 0 ? input.plan : { ...plan, input: input.plan, conditions: own };
      return { ...input, plan: filtered, conditions: [...input.conditions, ...tied] };
    }
    case 'project':
      return throughProject(plan, below(plan.input));
    case 'join': {
      const left = allBelow(plan.left);
      if (left === null || readsComputed(plan, left)) return null;
      if (plan.join !== 'inner') {
        const isTied = plan.conditions.some((condition) => readsHost(condition)) || planReadsHost(plan.right);
        const isNullAwareTied = plan.nullAware?.some((condition) => readsHost(condition)) === true;
        // Rows of the right side that no left row has would come without their conditions.
        if (isTied || isNullAwareTied || plan.join === 'full') return null;
        return { ...left, plan: { ...plan, left: left.plan } };
      }
      const right = allBelow(plan.right);
      if (right === null || readsComputed(plan, right)) return null;
      const [tied, own] = split(plan.conditions);
      return {
        plan: { ...plan, left: left.plan, right: right.plan, conditions: own },
        conditions: [...left.conditions, ...right.conditions, ...tied],
        computed: new Map([...left.computed, ...right.computed]),
      };
    }
    case 'sort': {
      const input = below(plan.input);
      if ((need !== 'first' && need !== 'rows') || input === null) return input;
      return plan.terms.some((term) => input.computed.has(term.column.id))
        ? null
        : { ...input, plan: { ...plan, input: input.plan } };
    }
    case 'distinct':
      return need === 'rows' ? distinctPerTie(plan, below(plan.input), context) : below(plan.input);
    case 'limit':
      if ((need === 'existence' || need === 'first') && yieldsFirstRow(plan)) return below(plan.input);
      return limitedPerTie(plan, context);
    case 'set-operation':
      return combinedPerTie(plan, context);
    case 'aggregate':
      return throughAggregate(plan, decorrelate(plan.input, 'rows', context), context);
    default:
      return null;
  }
}

function split(conditions: readonly BoundExpression[]): [readonly BoundExpression[], readonly BoundExpression[]] {
  const isTied = (condition: BoundExpression): boolean => readsHost(condition);
  return [conditions.filter(isTied), conditions.filter((condition) => !isTied(condition))];
}

function readsComputed(plan: LogicalPlan, { computed }: Decorrelated): boolean {
  if (computed.size === 0) return false;
  return [...readColumns(...expressionsOf(plan))].some((id) => computed.has(id));
}

/** LIMIT 1 or more, from the first row on. */
export function yieldsFirstRow({ limit, offset, ties }: Extract<LogicalPlan, { kind: 'limit' }>): boolean {
  if (offset !== null || ties !== undefined) return false;
  return limit === null || (limit.kind === 'literal' && typeof limit.value === 'bigint' && limit.value >= 1n);
}

/** Passes on what the conditions read; columns that depend on the host's row are left to it. */
function throughProject(plan: ProjectNode, input: Decorrelated | null): Decorrelated | null {
  if (input === null || readsComputed(plan, input)) return null;
  const computed = new Map<ColumnId, BoundExpression>();
  const columns = plan.columns.filter(({ id, expression }) => {
    if (readsHost(expression)) computed.set(id, expression);
    return !computed.has(id);
  });
  const there = new Set(columns.map((column) => column.id));
  const read = readColumns(...input.conditions, ...computed.values());
  const passed = outputColumns(input.plan).filter((column) => read.has(column.id) && !there.has(column.id));
  const all = [...columns, ...passed.map((column) => ({ ...column, expression: readColumn(column) }))];
  return { plan: { ...plan, input: input.plan, columns: all }, conditions: input.conditions, computed };
}

/** Rows of one group are tied to the same host rows where equalities tie them and their inner sides are keys. */
function throughAggregate(plan: AggregateNode, input: Decorrelated | null, context: RuleContext): Decorrelated | null {
  if (input === null || plan.keys.length === 0 || plan.sets !== undefined) return null;
  if (expressionsOf(plan).some((expression) => readsHost(expression)) || readsComputed(plan, input)) return null;
  const grouped = groupedBy(plan, input, context);
  return grouped === null ? null : { ...grouped, computed: new Map() };
}

/** The aggregate over the decorrelated input, with the inner sides of the ties as further keys. */
export function groupedBy(
  plan: AggregateNode,
  input: Decorrelated,
  context: RuleContext,
): { readonly plan: AggregateNode; readonly conditions: readonly BoundExpression[] } | null {
  const ties = tiesOf(input, context);
  if (ties === null) return null;
  const keys = [...plan.keys];
  for (const { column, inner } of ties) {
    if (!keys.some((key) => key.id === column.id)) keys.push({ ...column, expression: inner });
  }
  return { plan: { ...plan, input: input.plan, keys }, conditions: ties.map(({ condition }) => condition) };
}
