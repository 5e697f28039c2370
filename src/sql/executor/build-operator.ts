import { unreachable } from '../../base/assert.ts';
import type { PhysicalPlan } from '../planner/physical-plan.ts';
import { Aggregate } from './aggregate.ts';
import { Distinct } from './distinct.ts';
import { Filter } from './filter.ts';
import { HashPairs } from './hash-pairs.ts';
import { IndexScan } from './index-scan.ts';
import { Join } from './join.ts';
import { AllPairs } from './join-pairs.ts';
import { Limit } from './limit.ts';
import { LookupJoin } from './lookup-join.ts';
import type { Operator } from './operator.ts';
import { Project } from './project.ts';
import { RowidLookup } from './rowid-lookup.ts';
import { SetOperation } from './set-operation.ts';
import { Sort } from './sort.ts';
import { TableScan } from './table-scan.ts';
import { TopN } from './top-n.ts';
import { Values } from './values.ts';

/** The operators of a plan. They keep state and buffers: one execution at a time may use them. */
export function buildOperator(plan: PhysicalPlan): Operator {
  switch (plan.kind) {
    case 'table-scan':
      return new TableScan(plan);
    case 'rowid-lookup':
      return new RowidLookup(plan);
    case 'index-scan':
      return new IndexScan(plan);
    case 'values':
      return new Values(plan);
    case 'filter':
      return new Filter(plan, buildOperator(plan.input));
    case 'project':
      return new Project(plan, buildOperator(plan.input));
    case 'hash-join':
      return new Join(plan, buildOperator(plan.left), buildOperator(plan.right), new HashPairs(plan));
    case 'nested-loop-join':
      return new Join(plan, buildOperator(plan.left), buildOperator(plan.right), new AllPairs());
    case 'lookup-join':
      return new LookupJoin(plan, buildOperator(plan.left), buildOperator(plan.right));
    case 'aggregate':
      return new Aggregate(plan, buildOperator(plan.input));
    case 'distinct':
      return new Distinct(plan, buildOperator(plan.input));
    case 'sort':
      return new Sort(plan, buildOperator(plan.input));
    case 'top-n':
      return new TopN(plan, buildOperator(plan.input));
    case 'limit':
      return new Limit(plan, buildOperator(plan.input));
    case 'set-operation':
      return new SetOperation(plan, buildOperator(plan.left), buildOperator(plan.right));
    default:
      return unreachable(plan, 'plan');
  }
}
