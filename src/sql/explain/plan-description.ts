import type { BatchJoinPlan } from '../executor/join-parts.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type {
  AggregateCallPlan,
  OperatorCounters,
  PhysicalPlan,
  PlannedSubquery,
  PlanRange,
  SharedQuery,
  SortTermPlan,
} from '../planner/physical-plan.ts';
import { physicalInputs } from '../planner/physical-tree.ts';
import { operatorTitle } from './operator-title.ts';
import type { PlanCounters } from './plan-counters.ts';
import { printBound } from './print-expression.ts';

/** An operator as EXPLAIN shows it. */
export interface PlanDescription {
  readonly title: string;
  /** What it does to what: `['filter', '(room = 1)']`. */
  readonly details: readonly (readonly [label: string, text: string])[];
  readonly counters: OperatorCounters | null;
  /** Its inputs, the query of a WITH table where it is read first, then the subqueries of its expressions. */
  readonly inputs: readonly PlanDescription[];
}

export function describePlan(plan: PhysicalPlan, counters: PlanCounters | null): PlanDescription {
  return new Describer(counters).describe(plan);
}

type Details = [label: string, text: string][];

class Describer {
  private readonly counters: PlanCounters | null;
  private readonly subqueries = new Map<SubqueryHandle, number>();
  private readonly shared = new Set<SharedQuery>();
  /** Subqueries that the operator at hand is the first to name. */
  private fresh: PlannedSubquery[] = [];

  constructor(counters: PlanCounters | null) {
    this.counters = counters;
  }

  describe(plan: PhysicalPlan, label = ''): PlanDescription {
    this.fresh = [];
    const details = this.details(plan).filter(([, text]) => text !== '');
    const named = this.fresh.map((subquery) => ({ subquery, name: this.nameOf(subquery) }));
    const inputs = [
      ...physicalInputs(plan).map((input) => this.describe(input)),
      ...this.sharedBy(plan).map((query) => this.describe(query)),
      ...named.map(({ subquery, name }) => this.describe(subquery.query.plan, `${name}: `)),
    ];
    return {
      title: `${label}${operatorTitle(plan)}`,
      details,
      counters: this.counters?.of(plan) ?? null,
      inputs,
    };
  }

  /** The query of a WITH table, where it is named first. */
  private sharedBy(plan: PhysicalPlan): readonly PhysicalPlan[] {
    if (plan.kind !== 'common-table' || this.shared.has(plan.shared)) return [];
    this.shared.add(plan.shared);
    return [plan.shared.query.plan];
  }

  private readonly nameOf = (handle: SubqueryHandle): string => {
    let number = this.subqueries.get(handle);
    if (number === undefined) {
      number = this.subqueries.size + 1;
      this.subqueries.set(handle, number);
      this.fresh.push(handle as PlannedSubquery);
    }
    return `subquery ${number}`;
  };

  private readonly print = (expression: BoundExpression | null): string =>
    expression === null ? '' : printBound(expression, this.nameOf);

  private list(expressions: readonly BoundExpression[]): string {
    return expressions.map(this.print).join(', ');
  }

  /** What {@link operatorTitle} only counts. */
  private details(plan: PhysicalPlan): Details {
    switch (plan.kind) {
      case 'table-scan':
        return [
          ['columns', plan.columns.map(({ name }) => name).join(', ')],
          ['ranges', plan.ranges.map((range) => this.range(range, plan)).join(', ')],
          ['filter', this.print(plan.filter)],
        ];
      case 'rowid-lookup':
        return [
          ['rowid', this.list(plan.keys)],
          ['equal', this.list(plan.through?.equal ?? [])],
          ['from', this.print(plan.through?.low?.expression ?? null)],
          ['to', this.print(plan.through?.high?.expression ?? null)],
          ['filter', this.print(plan.filter)],
        ];
      case 'index-scan':
        return [
          ['equal', this.list(plan.equal)],
          ['any of', this.list(plan.anyOf ?? [])],
          ['from', this.print(plan.low?.expression ?? null)],
          ['to', this.print(plan.high?.expression ?? null)],
          ...plan.also.flatMap(({ index, equal, low, high }): [string, string][] => [
            [`equal in ${index.name}`, this.list(equal)],
            [`from in ${index.name}`, this.print(low?.expression ?? null)],
            [`to in ${index.name}`, this.print(high?.expression ?? null)],
          ]),
          ['filter', this.print(plan.filter)],
        ];
      case 'group-end-scan':
        return [['columns', plan.columns.map(({ name }) => name).join(', ')]];
      case 'union-scan':
        return [['filter', this.print(plan.filter)]];
      case 'filter':
        return [['condition', this.print(plan.condition)]];
      case 'project':
        return [['columns', this.list(plan.expressions)]];
      case 'hash-join':
      case 'merge-join':
      case 'nested-loop-join':
        return [...this.partners(plan), ['condition', this.print(plan.condition)]];
      case 'aggregate':
        return [
          ['group by', this.list(plan.keys)],
          ['calls', plan.calls.map((call) => this.call(call)).join(', ')],
        ];
      case 'distinct':
        return [['columns', plan.keys.map((key) => plan.input.columns[key].name).join(', ')]];
      case 'sort':
        return [['order by', terms(plan.terms, plan.input)]];
      case 'top-n':
        return [
          ['order by', terms(plan.terms, plan.input)],
          ['limit', this.print(plan.limit)],
          ['offset', this.print(plan.offset)],
        ];
      case 'limit':
        return [
          ['limit', this.print(plan.limit)],
          ['offset', this.print(plan.offset)],
        ];
      case 'window':
        return [
          ['partition by', terms(plan.terms.slice(0, plan.partitionTerms), plan.input)],
          ['order by', terms(plan.terms.slice(plan.partitionTerms), plan.input)],
          ['calls', plan.calls.map(({ column }) => column.name).join(', ')],
        ];
      default:
        return [];
    }
  }

  /** How a join finds the pairs that its condition looks at. */
  private partners(plan: BatchJoinPlan): Details {
    switch (plan.kind) {
      case 'hash-join':
        return [
          ['keys', plan.leftKeys.map((key, i) => `${this.print(key)} = ${this.print(plan.rightKeys[i])}`).join(', ')],
        ];
      case 'merge-join':
        return [['key', `${this.print(plan.leftKey)} = ${this.print(plan.rightKey)}`]];
      case 'nested-loop-join':
        return [
          ['sorted by', this.print(plan.range?.key ?? null)],
          ['from', this.print(plan.range?.low?.expression ?? null)],
          ['to', this.print(plan.range?.high?.expression ?? null)],
        ];
    }
  }

  private range({ column, low, high }: PlanRange, plan: Extract<PhysicalPlan, { kind: 'table-scan' }>): string {
    const name =
      column < -1
        ? plan.columns[plan.tableColumns.indexOf(column)].name
        : column < 0
          ? 'rowid'
          : plan.table.columns[column].name;
    if (low !== null && high !== null && low.expression === high.expression)
      return `${name} = ${this.print(low.expression)}`;
    const from = low === null ? [] : [`${name} ${low.inclusive ? '>=' : '>'} ${this.print(low.expression)}`];
    const to = high === null ? [] : [`${name} ${high.inclusive ? '<=' : '<'} ${this.print(high.expression)}`];
    return [...from, ...to].join(' and ');
  }

  private call({ definition, arguments: args, distinct, filter }: AggregateCallPlan): string {
    const list = args.length === 0 ? '*' : this.list(args);
    const suffix = filter === null ? '' : ` FILTER (WHERE ${this.print(filter)})`;
    return `${definition.name}(${distinct ? 'DISTINCT ' : ''}${list})${suffix}`;
  }
}

function terms(list: readonly SortTermPlan[], input: PhysicalPlan): string {
  return list
    .map(({ position, descending }) => `${input.columns[position].name}${descending ? ' DESC' : ''}`)
    .join(', ');
}
