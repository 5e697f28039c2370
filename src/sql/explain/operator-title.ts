import { unreachable } from '../../base/assert.ts';
import type { VersionsSince } from '../binder/logical-plan.ts';
import { VERSION_SCAN } from '../executor/late-parts.ts';
import type { PhysicalPlan, PlanBound, TableScanPlan } from '../planner/physical-plan.ts';

/** One line that says what an operator does, as far as one line can. */
export function operatorTitle(plan: PhysicalPlan): string {
  switch (plan.kind) {
    case 'table-scan':
      return plan.since === null ? scanTitle(plan, '') : versionsTitle(plan, plan.since);
    case 'rowid-lookup':
      if (plan.through !== null) {
        const { index, equal, low, high } = plan.through;
        return `SEARCH ${named(plan)} USING INDEX ${index.name} (${keyParts(equal.length, low, high).join(', ')}${filtered(plan)})`;
      }
      return `SEARCH ${named(plan)} BY ROWID (keys ${plan.keys.length}${filtered(plan)})`;
    case 'index-scan': {
      const parts = keyParts(plan.equal.length, plan.low, plan.high);
      if (plan.anyOf !== null) parts.splice(1, 0, `any of ${plan.anyOf.length}`);
      if (plan.skipsNulls) parts.push('without NULLs');
      if (plan.direction !== 'any') parts.push(`ordered ${plan.direction}`);
      const indexes = [plan, ...plan.also].map(({ index }) => `INDEX ${index.name}`).join(' AND ');
      return `SEARCH ${named(plan)} USING ${indexes} (${parts.join(', ')}${filtered(plan)})`;
    }
    case 'group-end-scan':
      return `SEARCH ${named(plan)} USING INDEX ${plan.index.name} (${plan.end} of each group)`;
    case 'union-scan':
      return `SEARCH ${named(plan)} BY ANY OF (branches ${plan.branches.length}${filtered(plan)})`;
    case 'values':
      return `VALUES (rows ${plan.rows.length})`;
    case 'filter':
      return 'FILTER';
    case 'project':
      return `PROJECT (${plan.columns.length})`;
    case 'hash-join':
      return `HASH JOIN ${plan.join.toUpperCase()} (keys ${plan.leftKeys.length}${plan.condition === null ? '' : ', condition'})`;
    case 'merge-join':
      return `MERGE JOIN ${plan.join.toUpperCase()}${plan.condition === null ? '' : ' (condition)'}`;
    case 'nested-loop-join':
      return `${plan.range === null ? 'NESTED LOOP' : 'RANGE'} JOIN ${plan.join.toUpperCase()}${plan.condition === null ? '' : ' (condition)'}`;
    case 'lookup-join':
      return `LOOKUP JOIN ${plan.join.toUpperCase()}`;
    case 'aggregate':
      return `${plan.streams === null ? '' : 'ORDERED '}AGGREGATE (keys ${plan.keys.length}, calls ${plan.calls.map((call) => call.definition.name).join(' ') || 'none'})`;
    case 'distinct':
      return 'DISTINCT';
    case 'sort':
      return `SORT (terms ${plan.terms.length})`;
    case 'top-n':
      return `TOP N (terms ${plan.terms.length})`;
    case 'limit':
      return 'LIMIT';
    case 'set-operation':
      return `${plan.operator}${plan.all ? ' ALL' : ''}`;
    case 'window':
      return `WINDOW (calls ${plan.calls.length}, partition by ${plan.partitionTerms}, order by ${plan.terms.length - plan.partitionTerms})`;
    case 'recursive':
      return `RECURSIVE ${plan.workingTable.name}`;
    case 'working-table':
      return `ROWS OF ${plan.workingTable.name}`;
    case 'table-function':
      return `FUNCTION ${plan.definition.name}${plan.alias === plan.definition.name ? '' : ` AS ${plan.alias}`} (arguments ${plan.arguments.length})`;
    case 'common-table':
      return `ROWS OF ${plan.shared.name}`;
    case 'counted':
      return operatorTitle(plan.input);
    default:
      return unreachable(plan, 'plan');
  }
}

function scanTitle(plan: TableScanPlan, versions: string): string {
  const ranges = plan.ranges.length > 0 ? `, ${plan.ranges.length} ranges for zone maps` : '';
  const order = plan.order === 'rowid' ? ', ordered by rowid' : '';
  return `SCAN ${named(plan)}${versions} (columns ${plan.columns.length}${filtered(plan)}${ranges}${order})`;
}

function versionsTitle(plan: TableScanPlan, since: VersionsSince): string {
  const endOf = (bound: PlanBound | null) =>
    bound === null ? undefined : { value: bound.expression, inclusive: bound.inclusive };
  const ranges = plan.ranges.map(({ column, low, high }) => ({ column, low: endOf(low), high: endOf(high) }));
  const search = VERSION_SCAN.get().searchOf(since, ranges);
  if (search === null) return scanTitle(plan, ' VERSIONS');
  const { index, equal, low, high } = search;
  const how = index.name === 'rowid' ? 'BY ROWID' : `USING INDEX ${index.name}`;
  const parts = keyParts(equal.length, low ?? null, high ?? null).join(', ');
  return `SEARCH ${named(plan)} VERSIONS ${how} (${parts}${filtered(plan)})`;
}

function keyParts(equal: number, low: unknown, high: unknown): string[] {
  const ends = (low === null ? 0 : 1) + (high === null ? 0 : 1);
  return ends > 0 ? [`equal ${equal}`, `range ends ${ends}`] : [`equal ${equal}`];
}

function named({ table, alias }: { readonly table: { readonly name: string }; readonly alias: string }): string {
  return alias === table.name ? table.name : `${table.name} AS ${alias}`;
}

function filtered(plan: { readonly filter: unknown }): string {
  return plan.filter === null ? '' : ', filter';
}
