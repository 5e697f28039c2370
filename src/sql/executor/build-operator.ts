import { unreachable } from '../../base/assert.ts';
import type { WorkingTableId } from '../binder/logical-plan.ts';
import type { PhysicalPlan, RecursivePlan } from '../planner/physical-plan.ts';
import { Aggregate } from './aggregate.ts';
import { Filter } from './filter.ts';
import { IndexScan } from './index-scan.ts';
import {
  COUNTED_OPERATOR,
  DISTINCT_OPERATOR,
  ORDERED_AGGREGATES,
  RELATIONAL_OPERATORS,
  UNION_SCAN,
  WINDOW_OPERATOR,
} from './late-parts.ts';
import { Limit } from './limit.ts';
import type { Operator } from './operator.ts';
import { Project } from './project.ts';
import type { RoundRows } from './recursive.ts';
import { RowidLookup } from './rowid-lookup.ts';
import { Sort } from './sort.ts';
import { TableFunction } from './table-function.ts';
import { TableScan } from './table-scan.ts';
import { TopN } from './top-n.ts';
import { Values } from './values.ts';

/** Per recursive query that is being built, where its steps find the rows of the round before. */
type WorkingTables = ReadonlyMap<WorkingTableId, RoundRows>;

/** The operators of a plan. They keep state and buffers: one execution at a time may use them. */
export function buildOperator(plan: PhysicalPlan, working: WorkingTables = new Map()): Operator {
  const build = (input: PhysicalPlan): Operator => buildOperator(input, working);
  switch (plan.kind) {
    case 'table-scan':
      return new TableScan(plan);
    case 'rowid-lookup':
      return new RowidLookup(plan);
    case 'index-scan':
      return new IndexScan(plan);
    case 'group-end-scan':
      return new (ORDERED_AGGREGATES.get().GroupEndScan)(plan);
    case 'union-scan':
      return new (UNION_SCAN.get().UnionScan)(plan, plan.branches.map(build));
    case 'values':
      return new Values(plan);
    case 'filter':
      return new Filter(plan, build(plan.input));
    case 'project':
      return new Project(plan, build(plan.input));
    case 'hash-join':
    case 'merge-join':
    case 'nested-loop-join':
      return new (RELATIONAL_OPERATORS.get().Join)(plan, build(plan.left), build(plan.right));
    case 'lookup-join':
      return plan.probe === null
        ? new (RELATIONAL_OPERATORS.get().LookupJoin)(plan, build(plan.left), build(plan.right))
        : new (RELATIONAL_OPERATORS.get().ProbeJoin)(plan, plan.probe, build(plan.left));
    case 'aggregate':
      return plan.streams === null
        ? new Aggregate(plan, build(plan.input))
        : new (ORDERED_AGGREGATES.get().OrderedAggregate)(plan, build(plan.input));
    case 'distinct':
      return new (DISTINCT_OPERATOR.get().Distinct)(plan, build(plan.input));
    case 'sort':
      return new Sort(plan, build(plan.input));
    case 'top-n':
      return new TopN(plan, build(plan.input));
    case 'limit':
      return new Limit(plan, build(plan.input));
    case 'set-operation':
      return new (RELATIONAL_OPERATORS.get().SetOperation)(plan, build(plan.left), build(plan.right));
    case 'window':
      return new (WINDOW_OPERATOR.get().Window)(plan, build(plan.input));
    case 'recursive':
      return buildRecursive(plan, working);
    case 'counted':
      return new (COUNTED_OPERATOR.get().Counted)(plan, build(plan.input));
    case 'table-function':
      return new TableFunction(plan);
    case 'common-table':
      return new (RELATIONAL_OPERATORS.get().CommonTable)(plan, ({ query }) => buildOperator(query.plan));
    case 'working-table':
      return new (RELATIONAL_OPERATORS.get().WorkingTable)(plan, working.get(plan.workingTable) as RoundRows);
    default:
      return unreachable(plan, 'plan');
  }
}

function buildRecursive(plan: RecursivePlan, outer: WorkingTables): Operator {
  const rows: RoundRows = { current: null };
  const working = new Map(outer).set(plan.workingTable, rows);
  const steps = plan.steps.map((step) => buildOperator(step.plan, working));
  return new (RELATIONAL_OPERATORS.get().Recursive)(plan, buildOperator(plan.anchor.plan, outer), steps, rows);
}
