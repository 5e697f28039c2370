import type { CompoundPart, OrderingTerm, QueryOperand, SelectStatement } from '../ast/select.ts';
import { commonType } from '../expressions/static-type.ts';
import { bindOperand, type QueryContext } from './bind-select.ts';
import { type Binder, bindError } from './binder.ts';
import { CompoundOrder } from './compound-order.ts';
import { convertedColumns } from './convert-columns.ts';
import type { LogicalPlan, PlanColumn, Query, SetOperationNode } from './logical-plan.ts';
import { unitedAffinity } from './united-affinity.ts';
import { unitedCollations } from './united-collation.ts';

/** SELECTs that UNION, INTERSECT and EXCEPT connect. */
export function bindCompound(select: SelectStatement, context: QueryContext): Query {
  const order = new CompoundOrder(select.orderBy);
  return sortedByColumns(bindOperands(select.first, select.compound, context, order), order);
}

/** The operands of a compound, folded from the left. */
export function bindOperands(
  first: QueryOperand,
  parts: readonly CompoundPart[],
  context: QueryContext,
  order: CompoundOrder,
): Query {
  let query = bindOperand(first, [], context, order);
  for (const part of parts) {
    const right = bindOperand(part.operand, [], context, order);
    checkColumnCounts(query.columns, right.columns, part);
    const columns = unitedColumns(query, right, context.binder);
    const { operator, all } = part;
    const types = columns.map(({ type }) => type);
    const sides = [query, right].map((side) => convertedColumns(side, types, context.binder));
    const plan: SetOperationNode = {
      kind: 'set-operation',
      operator,
      all,
      left: sides[0],
      right: sides[1],
      columns,
      collations: unitedCollations(query, right),
    };
    query = { plan, columns };
  }
  return query;
}

export function checkColumnCounts(left: readonly PlanColumn[], right: readonly PlanColumn[], part: CompoundPart): void {
  if (left.length === right.length) return;
  const message = `the sides of ${part.operator} have ${left.length} and ${right.length} columns`;
  throw bindError('INVALID_STATEMENT', message, part);
}

/** New columns that can hold both sides' values, named by the left side. */
export function unitedColumns(
  left: { readonly plan: LogicalPlan | null; readonly columns: readonly PlanColumn[] },
  right: Query,
  binder: Binder,
): readonly PlanColumn[] {
  return left.columns.map((column, i) => {
    const other = right.columns[i];
    const type = commonType([column.type, other.type]);
    return binder.column(
      column.name,
      type,
      column.collation,
      unitedAffinity({ column, plan: left.plan }, { column: other, plan: right.plan }),
    );
  });
}

/** A query that stands in the place of a SELECT, in an order of its columns. */
export function sortedByNames(query: Query, orderBy: readonly OrderingTerm[]): Query {
  const order = new CompoundOrder(orderBy);
  order.offerColumns(query.columns);
  return sortedByColumns(query, order);
}

/** The query in the order of a compound's ORDER BY. */
function sortedByColumns(query: Query, order: CompoundOrder): Query {
  const terms = order.over(query.columns, query.plan.kind === 'set-operation' ? query.plan.collations : []);
  return terms.length === 0 ? query : { plan: { kind: 'sort', input: query.plan, terms }, columns: query.columns };
}
