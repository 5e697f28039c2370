import { readColumn } from '../binder/binder.ts';
import type {
  DistinctNode,
  LimitNode,
  LogicalPlan,
  PlanColumn,
  Query,
  SetOperationNode,
} from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { bindComparison, literal } from '../expressions/build.ts';
import { sameExpression } from '../expressions/inspect.ts';
import { STATIC_TYPES, sameType } from '../expressions/static-type.ts';
import { type Decorrelated, decorrelate } from './decorrelate.ts';
import type { RuleContext } from './rule.ts';
import { type Tie, withTieColumns } from './tie.ts';

/**
 * What an operator does to the rows of one run of a subquery, it does to those of all runs at once where the rows of each
 * run are told apart by columns: the inner sides of equalities with the rows around. After T. Neumann, A. Kemper:
 * "Unnesting Arbitrary Queries" (BTW 2015).
 */

/** DISTINCT of each run's rows. */
export function distinctPerTie(
  plan: DistinctNode,
  below: Decorrelated | null,
  context: RuleContext,
): Decorrelated | null {
  const tied = withTieColumns(below, context);
  if (tied === null || plan.columns.some(({ id }) => tied.input.computed.has(id))) return null;
  const { input, ties } = tied;
  const columns = withColumns(plan.columns, ties);
  return { ...input, plan: { ...plan, input: input.plan, columns } };
}

function withColumns(columns: readonly PlanColumn[], ties: readonly Tie[]): readonly PlanColumn[] {
  const all = [...columns];
  for (const { column } of ties) if (!all.some(({ id }) => id === column.id)) all.push(column);
  return all;
}

/** The first rows of each run: those whose number among them is small enough. */
export function limitedPerTie(plan: LimitNode, context: RuleContext): Decorrelated | null {
  const first = bounded(plan.offset, 0n);
  const count = bounded(plan.limit, null);
  if (plan.ties !== undefined || first === undefined || count === undefined) return null;
  const { input: sorted } = plan;
  const order = sorted.kind === 'sort' ? sorted.terms : [];
  const tied = withTieColumns(decorrelate(sorted, 'rows', context), context);
  if (tied === null || order.some(({ column }) => tied.input.computed.has(column.id))) return null;
  const { input, ties } = tied;
  const number = context.newColumn({
    name: 'row_number',
    type: STATIC_TYPES.INTEGER,
    collation: 'BINARY',
    affinity: 'NONE',
  });
  const numbered: LogicalPlan = {
    kind: 'window',
    input: input.plan,
    partition: withColumns([], ties),
    order,
    calls: [
      {
        column: number,
        function: 'row_number',
        arguments: [],
        filter: null,
        collation: 'BINARY',
        orderBy: [],
        ignoresNulls: false,
        frame: WHOLE_PARTITION,
      },
    ],
  };
  const offset = first ?? 0n;
  const conditions: BoundExpression[] = [];
  if (offset > 0n) conditions.push(bindComparison('>', readColumn(number), literal(offset)));
  if (count !== null) conditions.push(bindComparison('<=', readColumn(number), literal(offset + count)));
  return { ...input, plan: { kind: 'filter', input: numbered, conditions } };
}

const WHOLE_PARTITION = {
  unit: 'RANGE',
  start: { bound: 'UNBOUNDED PRECEDING', offset: null },
  end: { bound: 'UNBOUNDED FOLLOWING', offset: null },
  exclude: 'NO OTHERS',
} as const;

/** A literal number of rows; `otherwise` where none is written; undefined: it is not known. */
function bounded(expression: BoundExpression | null, otherwise: bigint | null): bigint | null | undefined {
  if (expression === null) return otherwise;
  if (expression.kind !== 'literal' || typeof expression.value !== 'bigint') return undefined;
  return expression.value < 0n ? otherwise : expression.value;
}

/** A compound of each run's rows: both sides are tied to the same values. */
export function combinedPerTie(plan: SetOperationNode, context: RuleContext): Decorrelated | null {
  const left = sideOf(plan.left, context);
  const right = sideOf(plan.right, context);
  if (left === null || right === null || left.ties.length !== right.ties.length) return null;
  const keys: { readonly left: Tie; readonly right: Tie; readonly column: PlanColumn }[] = [];
  for (const tie of left.ties) {
    const other = right.ties.find((candidate) => isAlike(tie, candidate));
    if (other === undefined) return null;
    const { type, collation, affinity } = tie.column;
    keys.push({ left: tie, right: other, column: context.newColumn({ name: '', type, collation, affinity }) });
  }
  const query = (side: Query, input: Decorrelated, own: readonly Tie[]): Query => ({
    plan: input.plan,
    columns: [...side.columns, ...own.map(({ column }) => column)],
  });
  return {
    plan: {
      ...plan,
      left: query(
        plan.left,
        left.input,
        keys.map((key) => key.left),
      ),
      right: query(
        plan.right,
        right.input,
        keys.map((key) => key.right),
      ),
      columns: [...plan.columns, ...keys.map(({ column }) => column)],
    },
    conditions: keys.map((key) => ({ ...key.left.condition, left: readColumn(key.column) })),
    computed: new Map(),
  };
}

function sideOf(side: Query, context: RuleContext) {
  const tied = withTieColumns(decorrelate(side.plan, 'rows', context), context);
  return tied === null || side.columns.some(({ id }) => tied.input.computed.has(id)) ? null : tied;
}

function isAlike(a: Tie, b: Tie): boolean {
  return (
    sameExpression(a.outer, b.outer) &&
    sameType(a.column.type, b.column.type) &&
    a.condition.operator === b.condition.operator &&
    a.condition.collation === b.condition.collation
  );
}
