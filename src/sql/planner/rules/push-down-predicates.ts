import { readColumn } from '../../binder/binder.ts';
import type {
  AggregateNode,
  ColumnId,
  ColumnIds,
  JoinNode,
  LogicalPlan,
  PlanColumn,
  ProjectNode,
  Query,
  SetOperationNode,
} from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { hasSubquery, isDeterministic, mapColumns } from '../../expressions/inspect.ts';
import { sameType } from '../../expressions/static-type.ts';
import { canRaise } from '../can-raise.ts';
import { isSameWhereEqual } from '../equivalence.ts';
import { mapInputs, withConditions } from '../plan-tree.ts';
import { outputColumns, outputIds, readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';

type Conditions = readonly BoundExpression[];
type Columns = ReadonlyMap<ColumnId, BoundExpression>;

/**
 * Moves conditions as close to the tables as they can go: into scans, below joins, through projections, set operations,
 * groupings, DISTINCT and windows. LIMIT stops them. What may raise an error stays above whatever drops rows before it.
 */
export const pushDownPredicates = {
  name: 'push-down-predicates',
  needs: ['filter', 'inner-join', 'other-join'],
  apply: (plan) => pushDown(plan),
} as const satisfies Rule;

export function pushDown(plan: LogicalPlan, conditions: Conditions = []): LogicalPlan {
  switch (plan.kind) {
    case 'filter':
      return pushDown(plan.input, [...plan.conditions, ...conditions]);
    case 'scan':
      return conditions.length === 0 ? plan : withConditions(plan, [...plan.conditions, ...conditions]);
    case 'project':
      return throughProject(plan, conditions);
    case 'join':
      return intoJoin(plan, conditions);
    case 'apply': {
      const [toLeft, above] = split(conditions, isOver(outputIds(plan.left)));
      const sides = { left: pushDown(plan.left, toLeft), right: pushDown(plan.right) };
      return filtered({ ...plan, ...sides }, above);
    }
    case 'aggregate':
      return throughAggregate(plan, conditions);
    case 'distinct':
      return throughKeys(plan, plan.columns, conditions);
    case 'window':
      return throughKeys(plan, plan.partition, conditions);
    case 'sort':
      return mapInputs(plan, (input) => pushDown(input, conditions));
    case 'set-operation':
      return throughSetOperation(plan, conditions);
    case 'values':
    case 'limit':
    case 'recursive':
    case 'working-table':
    case 'table-function':
    case 'common-table':
      return filtered(
        mapInputs(plan, (input) => pushDown(input)),
        conditions,
      );
  }
}

function filtered(plan: LogicalPlan, conditions: Conditions): LogicalPlan {
  return conditions.length === 0 ? plan : { kind: 'filter', input: plan, conditions };
}

function split(conditions: Conditions, test: (condition: BoundExpression) => boolean): [Conditions, Conditions] {
  if (conditions.length === 0) return [conditions, conditions];
  return [conditions.filter(test), conditions.filter((condition) => !test(condition))];
}

/** Tests conditions for whether they may move to where only these columns are; columns of enclosing queries are constants. */
function isOver(ids: ColumnIds): (condition: BoundExpression) => boolean {
  return (condition) => {
    const read = movableReads(condition);
    if (read === null) return false;
    for (const id of read) if (!ids.has(id)) return false;
    return true;
  };
}

/** Every join on the way down asks again. */
const MOVABLE_READS = new WeakMap<BoundExpression, ReadonlySet<ColumnId> | null>();

/** The columns that a condition reads; null where it has to stay where it is. */
function movableReads(condition: BoundExpression): ReadonlySet<ColumnId> | null {
  let read = MOVABLE_READS.get(condition);
  if (read === undefined) {
    read = computedReads(condition);
    MOVABLE_READS.set(condition, read);
  }
  return read;
}

function computedReads(condition: BoundExpression): ReadonlySet<ColumnId> | null {
  return isDeterministic(condition) && !canRaise(condition) ? readColumns(condition) : null;
}

/** Conditions on computed columns go below with the computation in the column's place: the rows are the same. */
function throughProject(plan: ProjectNode, conditions: Conditions): LogicalPlan {
  if (conditions.length === 0) return mapInputs(plan, (input) => pushDown(input));
  const passed = outputIds(plan.input);
  const computed = new Map(plan.columns.map((column) => [column.id, column.expression]));
  const below: BoundExpression[] = [];
  const above: BoundExpression[] = [];
  for (const condition of conditions) {
    const moved = substituted(condition, passed, computed);
    if (moved === null) above.push(condition);
    else below.push(moved);
  }
  return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
}

/** The condition over the columns below; null where it cannot be said, or would be another one there. */
function substituted(condition: BoundExpression, passed: ColumnIds, computed: Columns): BoundExpression | null {
  if (!isDeterministic(condition)) return null;
  if ([...readColumns(condition)].every((id) => passed.has(id))) return condition;
  if (hasSubquery(condition)) return null;
  const moved = mapColumns(condition, (column) => computed.get(column.index) ?? column);
  return isDeterministic(moved) && !hasSubquery(moved) ? moved : null;
}

function intoJoin(plan: JoinNode, conditions: Conditions): LogicalPlan {
  switch (plan.join) {
    case 'inner':
      return intoInnerJoin(plan, conditions);
    case 'full': {
      const sides = { left: pushDown(plan.left), right: pushDown(plan.right) };
      return filtered({ ...plan, ...sides }, conditions);
    }
    case 'left':
    case 'semi':
    case 'anti':
    case 'single':
    case 'mark':
      return intoLeftRows(plan, conditions);
  }
}

/** Left rows pass or get columns, one by one: conditions on them alone go below; those of the join that are on the right side alone too. */
function intoLeftRows(plan: JoinNode, conditions: Conditions): LogicalPlan {
  const [toLeft, above] = split(conditions, isOver(outputIds(plan.left)));
  const [toRight, kept] = split(plan.conditions, isOver(outputIds(plan.right)));
  const left = pushDown(plan.left, toLeft);
  const right = pushDown(plan.right, toRight);
  return filtered({ ...plan, left, right, conditions: kept }, above);
}

/**
 * A run of inner joins at once: by the first and the last of its relations that a condition reads, it goes below or stays.
 */
function intoInnerJoin(root: JoinNode, conditions: Conditions): LogicalPlan {
  const run = new JoinRun(root);
  let first = 0;
  const descend = (plan: LogicalPlan, own: Conditions): LogicalPlan => {
    if (plan.kind !== 'join' || plan.join !== 'inner') {
      first++;
      return pushDown(plan, own);
    }
    const all = own.length === 0 ? plan.conditions : [...plan.conditions, ...own];
    const middle = first + run.relationsIn(plan.left);
    const [toLeft, notLeft] = split(all, (condition) => run.spanOf(condition).last < middle);
    const [toRight, kept] = split(notLeft, (condition) => run.spanOf(condition).first >= middle);
    const left = descend(plan.left, toLeft);
    const right = descend(plan.right, toRight);
    const isSame = left === plan.left && right === plan.right && kept.length === plan.conditions.length;
    return isSame && own.length === 0 ? plan : { ...plan, left, right, conditions: kept };
  };
  return descend(root, conditions);
}

/** The numbers of the first and the last relation that something reads. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Of a condition that has to stay where it is. */
const EVERYWHERE: Span = { first: -1, last: Number.POSITIVE_INFINITY };

/** The relations of a run of inner joins, numbered from left to right. */
class JoinRun {
  private readonly relationOf = new Map<ColumnId, number>();
  private readonly counts = new Map<LogicalPlan, number>();
  private readonly spans = new Map<BoundExpression, Span>();
  private count = 0;

  constructor(root: JoinNode) {
    this.add(root);
  }

  relationsIn(plan: LogicalPlan): number {
    return this.counts.get(plan) ?? 1;
  }

  /** What reads no column goes to the first relation of where it is. */
  spanOf(condition: BoundExpression): Span {
    let span = this.spans.get(condition);
    if (span === undefined) {
      span = this.computedSpan(computedReads(condition));
      this.spans.set(condition, span);
    }
    return span;
  }

  private computedSpan(read: ReadonlySet<ColumnId> | null): Span {
    if (read === null) return EVERYWHERE;
    let first = Number.POSITIVE_INFINITY;
    let last = -1;
    for (const id of read) {
      const relation = this.relationOf.get(id);
      if (relation === undefined) return EVERYWHERE;
      first = Math.min(first, relation);
      last = Math.max(last, relation);
    }
    return { first, last };
  }

  private add(plan: LogicalPlan): void {
    if (plan.kind !== 'join' || plan.join !== 'inner') {
      for (const { id } of outputColumns(plan)) this.relationOf.set(id, this.count);
      this.count++;
      return;
    }
    const before = this.count;
    this.add(plan.left);
    this.add(plan.right);
    this.counts.set(plan, this.count - before);
  }
}

/** Conditions on columns in which rows that count as equal are the same hold for all of such rows, or for none. */
function throughKeys(
  plan: Extract<LogicalPlan, { kind: 'distinct' | 'window' }>,
  columns: readonly PlanColumn[],
  conditions: Conditions,
): LogicalPlan {
  const keys = new Set(columns.filter(isSameWhereEqual).map((column) => column.id));
  const [below, above] = split(conditions, isOver(keys));
  return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
}

/** Of grouping sets, each leaves some of the keys NULL. */
function throughAggregate(plan: AggregateNode, conditions: Conditions): LogicalPlan {
  if (conditions.length === 0) return mapInputs(plan, (input) => pushDown(input));
  const keys = new Map(
    (plan.sets === undefined ? plan.keys : []).filter(isSameWhereEqual).map((key) => [key.id, key.expression]),
  );
  const below: BoundExpression[] = [];
  const above: BoundExpression[] = [];
  const passed = new Set(plan.keys.filter(isPassedOn).map((key) => key.id));
  for (const condition of conditions) {
    const isOverKeys = keys.size > 0 && isOver(new Set(keys.keys()))(condition);
    const moved = isOverKeys ? substituted(condition, passed, keys) : null;
    if (moved === null || canRaise(moved)) above.push(condition);
    else below.push(moved);
  }
  return filtered({ ...plan, input: pushDown(plan.input, below) }, above);
}

function isPassedOn({ id, expression }: { readonly id: ColumnId; readonly expression: BoundExpression }): boolean {
  return expression.kind === 'column' && expression.index === id;
}

/** Conditions go to both sides, unless a side's values are others than the result's. */
function throughSetOperation(plan: SetOperationNode, conditions: Conditions): LogicalPlan {
  const movable = plan.columns.filter(
    (column, i) =>
      (plan.all || isSameWhereEqual({ ...column, collation: plan.collations[i] ?? 'BINARY' })) &&
      [plan.left, plan.right].every((side) => sameType(side.columns[i].type, column.type)),
  );
  const ids = new Set(movable.map((column) => column.id));
  const test = isOver(ids);
  const [below, above] = split(conditions, (condition) => !hasSubquery(condition) && test(condition));
  const into = (side: Query): Query => {
    const columns = new Map(plan.columns.map((column, i) => [column.id, readColumn(side.columns[i])]));
    const moved = below.map((condition) => mapColumns(condition, (column) => columns.get(column.index) ?? column));
    return { ...side, plan: pushDown(side.plan, moved) };
  };
  return filtered({ ...plan, left: into(plan.left), right: into(plan.right) }, above);
}
