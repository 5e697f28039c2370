import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, LogicalPlan, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { children } from '../expressions/inspect.ts';
import type { Estimator } from './estimate.ts';
import { INDEX_LOOKUP_ROWS, indexProbeCost, rowidProbeCost } from './lookup-cost.ts';
import { inputsOf } from './plan-tree.ts';
import { readColumns } from './reads.ts';
import type { RuleContext } from './rule.ts';

/** Running a subquery that finds its rows by an index costs about as much as reading so many rows. */
const RUN_COST = 2 * INDEX_LOOKUP_ROWS;
/** Sorting a row costs about as much as reading so many, */
const SORT_ROWS = 32;
/** which is nothing in tables as small as this. */
const SMALL_ROWS = 2000;
/** What keeping rows, finding the different keys among them and joining them again costs at least, and each row. */
const DOMAIN_COST = 2000;
const DOMAIN_ROW_COST = 3;

/**
 * True when few rows of `left` need a subquery and an index finds what it reads for each: then most of it is never read.
 * `inner` are the subquery's rows, `ties` the conditions that tie them to those of `left`.
 */
export function isBetterRunPerRow(
  left: LogicalPlan,
  inner: LogicalPlan,
  ties: readonly BoundExpression[],
  context: RuleContext,
): boolean {
  return new Costs(left, inner, ties, context).isBestPerRow;
}

/** Ways to compute a subquery for the rows of another plan: for all of their table at once, for each, or for their keys. */
export type SubqueryWay = 'whole' | 'per-row' | 'domain';

/** The cheapest way where all of them can be gone, for the same arguments. */
export function cheapestWay(
  left: LogicalPlan,
  inner: LogicalPlan,
  ties: readonly BoundExpression[],
  context: RuleContext,
): SubqueryWay {
  const { isBestPerRow, perRow, domain, whole } = new Costs(left, inner, ties, context);
  if (isBestPerRow && perRow <= domain) return 'per-row';
  return domain < whole ? 'domain' : 'whole';
}

/** What the ways cost, in rows that are read. */
class Costs {
  readonly isBestPerRow: boolean;
  readonly perRow: number;
  readonly domain: number;
  readonly whole: number;

  constructor(left: LogicalPlan, inner: LogicalPlan, ties: readonly BoundExpression[], { estimator }: RuleContext) {
    const runs = estimator.rows(left);
    const rows = estimator.rows(inner);
    const read = readColumns(...ties);
    const scans = scansOf(inner);
    const lookup = Math.min(...scans.map((scan) => lookupCost(scan, read, estimator)));
    const keys = keyCount(ties, runs, estimator);
    this.whole = Math.max(rows, ...scans.map((scan) => estimator.tableRows(scan)));
    this.domain = DOMAIN_COST + runs * DOMAIN_ROW_COST + keys * lookup;
    const isFound = lookup < Number.POSITIVE_INFINITY;
    // Numbering rows within their ties sorts all of them.
    const isSorted = rows > SMALL_ROWS && runs < SORT_ROWS && hasWindow(inner);
    this.perRow = isSorted ? 0 : keys * RUN_COST;
    this.isBestPerRow = isSorted || (isFound && this.perRow < rows);
  }
}

/** Different combinations of what the ties compare with, among so many rows: results are remembered by it. */
function keyCount(ties: readonly BoundExpression[], rows: number, estimator: Estimator): number {
  const outer = new Set<ColumnId>();
  for (const tie of ties) collectHostColumns(tie, outer);
  let count = 1;
  for (const id of outer) count *= estimator.distinct(id, rows);
  return Math.min(rows, count);
}

function collectHostColumns(expression: BoundExpression, into: Set<ColumnId>): void {
  if (expression.kind === 'outer' && expression.depth === 0) into.add(expression.index);
  for (const child of children(expression)) collectHostColumns(child, into);
}

function hasWindow(plan: LogicalPlan): boolean {
  return plan.kind === 'window' || inputsOf(plan).some(hasWindow);
}

function scansOf(plan: LogicalPlan): readonly ScanNode[] {
  return plan.kind === 'scan' ? [plan] : inputsOf(plan).flatMap(scansOf);
}

/** Of looking up a key among a table's rows by some of these columns; Infinity where neither index nor rowid does. */
function lookupCost(scan: ScanNode, read: ReadonlySet<ColumnId>, estimator: Estimator): number {
  const rows = estimator.tableRows(scan);
  const tied = new Map(scan.columns.filter(({ id }) => read.has(id)).map(({ id, column }) => [column, id]));
  if (tied.has(ROWID_COLUMN)) return rowidProbeCost(rows);
  let least = Number.POSITIVE_INFINITY;
  for (const index of scan.indexes) {
    const columns = index.columns.map(({ column }) => column);
    let keys = 1;
    let used = 0;
    for (; used < columns.length && tied.has(columns[used]); used++) {
      keys *= estimator.distinct(tied.get(columns[used]) as ColumnId, rows);
    }
    const found = rows / Math.min(rows, keys);
    if (used > 0) least = Math.min(least, indexProbeCost(rows, found, scan.table, columns.slice(0, used)));
  }
  return least;
}
