import { LIMITS } from '../../base/limits.ts';
import { appended, NO_NUMBERS } from '../../base/short-lists.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type {
  AggregateNode,
  ColumnId,
  ColumnIds,
  JoinNode,
  LogicalPlan,
  Query,
  ScanNode,
} from '../binder/logical-plan.ts';
import { isLogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isConstant, someNode } from '../expressions/inspect.ts';
import { visitExpressions } from '../planner/plan-tree.ts';
import { isInnerJoin, type JoinStep, joinSteps } from './join-steps.ts';

/** Rows of a table, by its id. */
export type RowCounts = (tableId: number) => number;

/** A set of columns. Their ids are small numbers: a list of what is in it takes less than a set of those that are. */
class ReadColumns implements ColumnIds {
  private readonly flags: boolean[] = [];

  has(id: ColumnId): boolean {
    return this.flags[id] === true;
  }

  add(id: ColumnId): void {
    this.flags[id] = true;
  }
}

/**
 * Looks through a statement before it is run row by row: whether all of it can be, how much work that is at most, and which
 * columns anybody reads.
 */
export class Survey {
  /** Columns that expressions and operators read. */
  readonly read = new ReadColumns();
  /** The tables, by their ids, and their rows, as they were counted. */
  tables = NO_NUMBERS;
  counts = NO_NUMBERS;
  /** One more than the largest column id. */
  columnCount = 0;
  private steps: Map<JoinNode, readonly JoinStep[]> | null = null;
  private readonly rowsOfTable: RowCounts;
  private isPossible = true;
  /** Expressions that are evaluated, and rows that are looked at. */
  work = 0;

  constructor(rowsOfTable: RowCounts) {
    this.rowsOfTable = rowsOfTable;
  }

  /** True when the query can be run row by row, and that is quick. */
  admits(query: Query): boolean {
    this.query(query, 1);
    return this.isPossible && this.work <= LIMITS.directWork;
  }

  /** How inner joins are gone through. */
  stepsOf(join: JoinNode): readonly JoinStep[] {
    return this.steps?.get(join) as readonly JoinStep[];
  }

  /** A query that runs so many times; answers the rows that it yields each time, at most. */
  private query({ plan, columns }: Query, times: number): number {
    for (const { id } of columns) this.reads(id);
    return this.plan(plan, times);
  }

  private plan(plan: LogicalPlan, times: number): number {
    if (!this.isPossible || this.work > LIMITS.directWork) return 0;
    const rows = this.rows(plan, times);
    this.work += rows * times;
    if (!isInnerJoin(plan.kind === 'filter' ? plan.input : plan)) {
      visitExpressions(plan, (expression) => this.expression(expression, rowsSeen(plan, rows) * times));
    }
    return rows;
  }

  /** The rows that the node yields. */
  private rows(plan: LogicalPlan, times: number): number {
    switch (plan.kind) {
      case 'scan':
        return this.scan(plan);
      case 'values':
        for (const { id } of plan.columns) this.knows(id);
        return plan.rows.length;
      case 'filter':
        if (isInnerJoin(plan.input)) return this.joins(plan.input, plan.conditions, times);
        if (plan.input.kind === 'scan' && isPoint(plan.conditions, plan.input)) this.isPossible = false;
        return this.plan(plan.input, times);
      case 'project':
        for (const { id } of plan.columns) this.knows(id);
        return this.plan(plan.input, times);
      case 'join':
        return isInnerJoin(plan) ? this.joins(plan, [], times) : this.leftJoin(plan, times);
      case 'aggregate':
        return this.aggregate(plan, times);
      case 'distinct':
        for (const { id } of plan.columns) this.reads(id);
        return this.plan(plan.input, times);
      case 'sort':
        for (const { column } of plan.terms) this.reads(column.id);
        return this.plan(plan.input, times);
      case 'limit':
        if (plan.ties !== undefined && plan.ties.length > 0) this.isPossible = false;
        return this.plan(plan.input, times);
      case 'set-operation':
        if (plan.all && plan.operator !== 'UNION') this.isPossible = false;
        for (const { id } of plan.columns) this.reads(id);
        return this.query(plan.left, times) + this.query(plan.right, times);
      default:
        this.isPossible = false;
        return 0;
    }
  }

  private scan({ table, instant, since, columns, conditions, indexedBy }: ScanNode): number {
    if (instant !== null || since !== null || indexedBy !== null || conditions.length > 0) this.isPossible = false;
    for (const { id } of columns) this.knows(id);
    const known = this.tables.indexOf(table.id);
    if (known >= 0) return this.counts[known];
    const rows = this.rowsOfTable(table.id);
    this.tables = appended(this.tables, table.id);
    this.counts = appended(this.counts, rows);
    if (rows > LIMITS.directRows) this.isPossible = false;
    return rows;
  }

  /** `above`: the conditions on what the joins yield, which the joins look at. */
  private joins(join: JoinNode, above: readonly BoundExpression[], times: number): number {
    const { steps, rows } = joinSteps(join, above, (side) => this.plan(side, times));
    this.steps ??= new Map();
    this.steps.set(join, steps);
    for (const { own, key, conditions, rows: sideRows, pairs } of steps) {
      this.work += pairs * times;
      for (const condition of own) this.expression(condition, sideRows * times);
      if (key !== null) this.expression(key.condition, (sideRows + pairs) * times);
      for (const condition of conditions) this.expression(condition, pairs * times);
    }
    return rows;
  }

  private leftJoin({ join, left, right, mirrored }: JoinNode, times: number): number {
    if (join !== 'left' || mirrored === true) this.isPossible = false;
    const leftRows = this.plan(left, times);
    return leftRows * Math.max(1, this.plan(right, times * leftRows));
  }

  private aggregate({ input, keys, sets, calls, bare }: AggregateNode, times: number): number {
    if (sets !== undefined || calls.some(({ orderBy }) => orderBy.length > 0)) this.isPossible = false;
    for (const { id } of keys) this.reads(id);
    for (const { id } of bare) this.reads(id);
    for (const { column } of calls) this.reads(column.id);
    return Math.max(1, this.plan(input, times));
  }

  private expression(expression: BoundExpression, times: number): void {
    someNode(expression, (node) => {
      this.work += times;
      switch (node.kind) {
        case 'column':
        case 'outer':
          this.reads(node.index);
          break;
        case 'scalar-subquery':
        case 'exists':
        case 'in-subquery': {
          const { subquery } = node;
          if (isLogicalSubquery(subquery)) this.query(subquery.query, subquery.correlated ? times : 1);
          else this.isPossible = false;
        }
      }
      return false;
    });
  }

  private reads(id: ColumnId): void {
    this.read.add(id);
    this.knows(id);
  }

  private knows(id: ColumnId): void {
    if (id >= this.columnCount) this.columnCount = id + 1;
  }
}

/** True when the conditions name a rowid: such a row is found quicker still. */
function isPoint(conditions: readonly BoundExpression[], { columns }: ScanNode): boolean {
  return conditions.some((condition) => {
    if (condition.kind !== 'comparison' || condition.operator !== '=') return false;
    const { left, right } = condition;
    const [column, value] = left.kind === 'column' ? [left, right] : [right, left];
    if (column.kind !== 'column' || !isConstant(value)) return false;
    return columns.find(({ id }) => id === column.index)?.column === ROWID_COLUMN;
  });
}

/** How often a node's own expressions are evaluated each time. */
function rowsSeen(plan: LogicalPlan, rows: number): number {
  return plan.kind === 'limit' || plan.kind === 'values' ? 1 : rows;
}
