import type { LogicalPlan, ProjectedColumn } from '../binder/logical-plan.ts';
import type { WantedOrder } from './access-path.ts';
import type { PhysicalPlan } from './physical-plan.ts';

/** True when the plan's rows come in the order that was wanted of it: the scan or aggregation at its start says so. */
export function yieldsOrder(plan: PhysicalPlan): boolean {
  switch (plan.kind) {
    case 'filter':
    case 'project':
      return yieldsOrder(plan.input);
    case 'hash-join':
    case 'merge-join':
    case 'nested-loop-join':
      // The other kinds yield rows of the right side behind all others.
      return plan.keepsOrder && plan.join !== 'full' && !plan.join.startsWith('right') && yieldsOrder(plan.left);
    case 'lookup-join':
      return yieldsOrder(plan.left);
    case 'index-scan':
      return plan.direction !== 'any';
    case 'table-scan':
      return plan.order === 'rowid';
    case 'aggregate':
      return plan.streams === 'wanted';
    default:
      return false;
  }
}

/** The order over the columns that a projection passes on under other names. */
export function orderBelow(wanted: WantedOrder, columns: readonly ProjectedColumn[]): WantedOrder {
  const below = new Map(
    columns.map(({ id, expression }) => [id, expression.kind === 'column' ? expression.index : id]),
  );
  const terms = wanted.terms.map((term) => {
    const { column } = term;
    return { ...term, column: { ...column, id: below.get(column.id) ?? column.id } };
  });
  return { ...wanted, terms };
}

/** True when a sort in the plan has put its rows in that order. */
export function isSortedAs(plan: LogicalPlan, wanted: WantedOrder): boolean {
  switch (plan.kind) {
    case 'filter':
    case 'limit':
      return isSortedAs(plan.input, wanted);
    case 'project':
      return isSortedAs(plan.input, orderBelow(wanted, plan.columns));
    case 'sort':
      return wanted.terms.every((term, i) => {
        const own = plan.terms[i];
        return (
          own !== undefined &&
          own.column.id === term.column.id &&
          own.collation === term.collation &&
          own.descending === term.descending &&
          own.nullsFirst === term.nullsFirst
        );
      });
    default:
      return false;
  }
}
