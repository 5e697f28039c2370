import type { AggregateCall, LogicalPlan, Query, SortTerm } from '../binder/logical-plan.ts';
import type { LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { OperatorCounters } from '../planner/physical-plan.ts';
import { inputsOf } from '../planner/plan-tree.ts';
import { outputColumns } from '../planner/reads.ts';
import type { PlanDescription } from './plan-description.ts';
import { printBound } from './print-expression.ts';

/** A query that is run row by row: its bound plan is what happens. `counters`: of the whole. */
export function describeDirect({ plan }: Query, counters: OperatorCounters | null): PlanDescription {
  return { title: 'ROW BY ROW', details: [], counters, inputs: [new Describer().describe(plan)] };
}

type Details = readonly (readonly [label: string, text: string])[];

class Describer {
  private readonly subqueries = new Map<SubqueryHandle, string>();
  /** Subqueries that the node at hand is the first to name. */
  private fresh: LogicalSubquery[] = [];

  describe(plan: LogicalPlan, label = ''): PlanDescription {
    this.fresh = [];
    const details = this.details(plan).filter(([, text]) => text !== '');
    const named = this.fresh;
    const inputs = [
      ...inputsOf(plan).map((input) => this.describe(input)),
      ...named.map((subquery) => this.describe(subquery.query.plan, `${this.nameOf(subquery)}: `)),
    ];
    return { title: `${label}${titleOf(plan)}`, details, counters: null, inputs };
  }

  private readonly nameOf = (handle: SubqueryHandle): string => {
    const known = this.subqueries.get(handle);
    if (known !== undefined) return known;
    const name = `subquery ${this.subqueries.size + 1}`;
    this.subqueries.set(handle, name);
    this.fresh.push(handle as LogicalSubquery);
    return name;
  };

  private readonly print = (expression: BoundExpression | null): string =>
    expression === null ? '' : printBound(expression, this.nameOf);

  private list(expressions: readonly BoundExpression[], separator = ', '): string {
    return expressions.map(this.print).join(separator);
  }

  private details(plan: LogicalPlan): Details {
    switch (plan.kind) {
      case 'filter':
      case 'join':
        return [['condition', this.list(plan.conditions, ' AND ')]];
      case 'project':
        return [['columns', this.list(plan.columns.map(({ expression }) => expression))]];
      case 'aggregate':
        return [
          ['group by', this.list(plan.keys.map(({ expression }) => expression))],
          ['calls', plan.calls.map((call) => this.call(call)).join(', ')],
        ];
      case 'distinct':
        return [['columns', plan.columns.map(({ name }) => name).join(', ')]];
      case 'sort':
        return [['order by', plan.terms.map((term) => this.term(term, plan.input)).join(', ')]];
      case 'limit':
        return [
          ['limit', this.print(plan.limit)],
          ['offset', this.print(plan.offset)],
        ];
      default:
        return [];
    }
  }

  /** What only ORDER BY names has no name of its own. */
  private term({ column, descending }: SortTerm, input: LogicalPlan): string {
    const computed = input.kind === 'project' ? input.columns.find(({ id }) => id === column.id) : undefined;
    const named = outputColumns(input).find(({ id }) => id === column.id) ?? column;
    return `${computed === undefined ? named.name : this.print(computed.expression)}${descending ? ' DESC' : ''}`;
  }

  private call({ definition, arguments: args, distinct, filter }: AggregateCall): string {
    const list = args.length === 0 ? '*' : this.list(args);
    const suffix = filter === null ? '' : ` FILTER (WHERE ${this.print(filter)})`;
    return `${definition.name}(${distinct ? 'DISTINCT ' : ''}${list})${suffix}`;
  }
}

function titleOf(plan: LogicalPlan): string {
  switch (plan.kind) {
    case 'scan':
      return `SCAN ${plan.alias === plan.table.name ? plan.table.name : `${plan.table.name} AS ${plan.alias}`}`;
    case 'join':
      return `JOIN ${plan.join.toUpperCase()}`;
    case 'values':
      return `VALUES (rows ${plan.rows.length})`;
    case 'set-operation':
      return `${plan.operator}${plan.all ? ' ALL' : ''}`;
    default:
      return plan.kind.toUpperCase();
  }
}
