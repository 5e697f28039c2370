import { unreachable } from '../../base/assert.ts';
import type { ColumnStatistics } from '../../engine/table/column-statistics.ts';
import type { ApplyNode, ColumnId, JoinNode, LogicalPlan, ProjectedColumn, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { conditionsOnColumns } from './column-conditions.ts';
import { impliedCondition } from './implied-condition.ts';
import { readColumns } from './reads.ts';
import { selectivityOf, selectivityOfAll, shareOfKeys } from './selectivity.ts';
import type { Statistics } from './statistics.ts';

/** Of recursive queries and functions. */
const UNKNOWN_ROWS = 1000;
const UNKNOWN_PARTNERS = 0.5;

/** How many rows plans yield, roughly. One object per statement: it remembers which table a column comes from. */
export class Estimator {
  private readonly statistics: Statistics;
  private readonly tables = new Map<ColumnId, { readonly scan: ScanNode; readonly column: number }>();
  private readonly known = new Map<LogicalPlan, number>();

  constructor(statistics: Statistics) {
    this.statistics = statistics;
  }

  /** Live rows of the scan's table. */
  tableRows(scan: ScanNode): number {
    return this.statistics.rowCount(scan.table.id);
  }

  /** True when a scan yields the rows in the order of their rowids at no cost. */
  isInRowidOrder(scan: ScanNode): boolean {
    return this.statistics.isInRowidOrder(scan.table.id);
  }

  rows(plan: LogicalPlan): number {
    let rows = this.known.get(plan);
    if (rows === undefined) {
      rows = this.compute(plan);
      this.known.set(plan, rows);
    }
    return rows;
  }

  /** The statistics of a table's column; null for a computed one. The plan that yields it has been estimated before. */
  readonly column = (id: ColumnId): ColumnStatistics | null => {
    const found = this.tables.get(id);
    if (found === undefined || found.column < -1) return null;
    const { scan, column } = found;
    const statistics = this.statistics.column(scan.table.id, column);
    if (!isUniqueColumn(scan, column)) return statistics;
    return { ...statistics, distinct: Math.max(1, this.tableRows(scan) * (1 - statistics.nullFraction)) };
  };

  /** Different values of a column among so many rows of the plan that yields it. */
  distinct(id: ColumnId, rows: number): number {
    return Math.max(1, Math.min(rows, this.column(id)?.distinct ?? rows));
  }

  selectivity(conditions: readonly BoundExpression[]): number {
    return selectivityOfAll(conditions, this.column, (condition) => this.shareOf(condition));
  }

  /** What an OR over several tables says of each of them is a condition there as well, and counted there. */
  private shareOf(condition: BoundExpression): number {
    const share = selectivityOf(condition, this.column);
    if (condition.kind !== 'or') return share;
    const scans = new Set([...readColumns(condition)].map((id) => this.tables.get(id)?.scan));
    if (scans.size < 2) return share;
    let counted = 1;
    for (const scan of scans) {
      const own = { has: (id: ColumnId) => this.tables.get(id)?.scan === scan };
      const implied = scan === undefined ? null : impliedCondition(condition, own);
      if (implied !== null) counted *= selectivityOf(implied, this.column);
    }
    return Math.min(1, share / counted);
  }

  /** The share of pairs of rows that a join's conditions leave. */
  private selectivityOfJoin(conditions: readonly BoundExpression[]): number {
    const isKey = (condition: BoundExpression): boolean =>
      condition.kind === 'comparison' &&
      condition.operator === '=' &&
      condition.left.kind === 'column' &&
      condition.right.kind === 'column';
    const keys = conditions.filter(isKey).map((condition) => selectivityOf(condition, this.column));
    return shareOfKeys(keys) * this.selectivity(conditions.filter((condition) => !isKey(condition)));
  }

  private compute(plan: LogicalPlan): number {
    switch (plan.kind) {
      case 'scan':
        return this.scan(plan);
      case 'values':
        return plan.rows.length;
      case 'filter':
        return this.rows(plan.input) * this.selectivity(plan.conditions);
      case 'project': {
        const rows = this.rows(plan.input);
        for (const { id, expression } of plan.columns)
          if (expression.kind === 'column') this.alias(id, expression.index);
        return rows;
      }
      case 'sort':
      case 'window':
        return this.rows(plan.input);
      case 'distinct':
        return this.groups(
          plan.columns.map((column) => column.id),
          this.rows(plan.input),
        );
      case 'join':
        return this.join(plan);
      case 'apply':
        return this.apply(plan);
      case 'aggregate':
        return plan.keys.length === 0 ? 1 : this.groups(plan.keys.map(keyId), this.rows(plan.input));
      case 'limit': {
        const rows = this.rows(plan.input);
        const { limit } = plan;
        return limit?.kind === 'literal' && typeof limit.value === 'bigint' && limit.value >= 0n
          ? Math.min(rows, Number(limit.value))
          : rows;
      }
      case 'set-operation':
        return this.rows(plan.left.plan) + this.rows(plan.right.plan);
      case 'common-table': {
        const { plan: shared, columns } = plan.table.query;
        const rows = this.rows(shared);
        plan.columns.forEach(({ id }, i) => {
          this.alias(id, columns[i].id);
        });
        return rows;
      }
      case 'recursive':
      case 'working-table':
      case 'table-function':
        return UNKNOWN_ROWS;
      default:
        return unreachable(plan, 'plan');
    }
  }

  /** A column under another name. */
  private alias(id: ColumnId, of: ColumnId): void {
    const found = this.tables.get(of);
    if (found !== undefined) this.tables.set(id, found);
  }

  private scan(scan: ScanNode): number {
    for (const { id, column } of scan.columns) this.tables.set(id, { scan, column });
    const rows = this.tableRows(scan);
    if (scan.conditions.length === 0) return rows;
    const isOne = conditionsOnColumns(scan).some(
      ({ column, operator }) => operator === '=' && isUniqueColumn(scan, column),
    );
    return isOne ? Math.min(rows, 1) : rows * this.selectivity(scan.conditions);
  }

  private join(plan: JoinNode): number {
    const left = this.rows(plan.left);
    const right = this.rows(plan.right);
    switch (plan.join) {
      case 'inner':
        return left * right * this.selectivityOfJoin(plan.conditions);
      case 'left':
        return Math.max(left, left * right * this.selectivityOfJoin(plan.conditions));
      case 'full':
        return Math.max(left, right, left * right * this.selectivityOfJoin(plan.conditions));
      case 'single':
      case 'mark':
        return left;
      case 'semi':
        return left * this.partnered(plan, left, right);
      case 'anti':
        return left * (1 - this.partnered(plan, left, right) / 2);
    }
  }

  /** The share of left rows that have a partner: where keys decide, as far as the right side has enough of them. */
  private partnered({ conditions }: JoinNode, left: number, right: number): number {
    let share = 1;
    for (const condition of conditions) {
      if (condition.kind !== 'comparison' || condition.operator !== '=') share *= UNKNOWN_PARTNERS;
      else {
        const [a, b] = [condition.left, condition.right].map((side) =>
          side.kind === 'column' ? this.distinct(side.index, left) : null,
        );
        share *= a === null || b === null ? UNKNOWN_PARTNERS : Math.min(1, right / Math.max(a, b));
      }
    }
    return share;
  }

  private apply(plan: ApplyNode): number {
    const left = this.rows(plan.left);
    if (plan.join === 'single') return left;
    return plan.join === 'semi' || plan.join === 'anti' ? left * UNKNOWN_PARTNERS : left * this.rows(plan.right);
  }

  /** Combinations of the columns' values among so many rows; NULL counts as a value. */
  private groups(ids: readonly ColumnId[], rows: number): number {
    let groups = 1;
    for (const id of ids) groups *= this.distinct(id, rows) + 1;
    return Math.min(rows, groups);
  }
}

function keyId(key: ProjectedColumn): ColumnId {
  return key.expression.kind === 'column' ? key.expression.index : key.id;
}

/** True when no two rows of the table share a value of the column. */
function isUniqueColumn(scan: ScanNode, column: number): boolean {
  if (column < 0 || column === scan.table.rowidColumn) return true;
  return scan.indexes.some((index) => index.unique && index.columns.length === 1 && index.columns[0].column === column);
}
