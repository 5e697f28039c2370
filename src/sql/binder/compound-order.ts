import { isHeliosError } from '../../base/errors.ts';
import type { Collation } from '../../engine/column/types.ts';
import type { Expression } from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { sameExpression } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { orderPosition, withoutCollate } from './bind-order.ts';
import type { ResultItem } from './bind-result.ts';
import { bindError } from './binder.ts';
import { AggregateCollector, type ExpressionContext } from './expression-context.ts';
import type { PlanColumn, SortTerm } from './logical-plan.ts';
import { sameName } from './names.ts';

/**
 * ORDER BY of a compound: each term is a position, or an alias or an expression of one of its SELECTs; the leftmost that
 * has it decides (SQLite's lang_select.html, "The ORDER BY clause"). SELECTs are offered one by one, left to right.
 */
export class CompoundOrder {
  private readonly terms: readonly OrderingTerm[];
  private readonly found: (number | null)[];

  constructor(terms: readonly OrderingTerm[]) {
    this.terms = terms;
    this.found = terms.map(() => null);
  }

  /** An operand that is only known by the names of its columns. */
  offerColumns(columns: readonly PlanColumn[]): void {
    this.offer((inner) => {
      if (inner.kind !== 'column' || inner.table !== null) return -1;
      return columns.findIndex((column) => sameName(column.name, inner.name));
    });
  }

  /** A SELECT, and where its result columns are bound. */
  offerSelect(items: readonly ResultItem[], context: ExpressionContext): void {
    this.offer((inner) => {
      if (inner.kind === 'column' && inner.table === null) {
        const alias = items.findIndex((item) => item.alias !== null && sameName(item.alias, inner.name));
        if (alias >= 0) return alias;
      }
      const expression = bindTentatively(inner, context);
      return expression === null ? -1 : items.findIndex((item) => sameExpression(item.expression, expression));
    });
  }

  private offer(find: (inner: Expression) => number): void {
    this.terms.forEach(({ expression }, i) => {
      if (this.found[i] !== null) return;
      const index = find(withoutCollate(expression).inner);
      if (index >= 0) this.found[i] = index;
    });
  }

  /**
   * The terms over the compound's columns, which it compares by `collations`, where they are other than the columns'.
   * Throws for a term that is none of theirs.
   */
  over(columns: readonly PlanColumn[], collations: readonly (Collation | null)[] = []): readonly SortTerm[] {
    return this.terms.map(({ expression, descending, nulls }, i): SortTerm => {
      const { inner, collation } = withoutCollate(expression);
      const index = orderPosition(inner, columns.length, 'ORDER BY') ?? this.found[i];
      if (index === null) {
        throw bindError('INVALID_STATEMENT', 'ORDER BY term does not match any column of the result', inner);
      }
      const column = columns[index];
      const nullsFirst = nulls === null ? !descending : nulls === 'FIRST';
      return { column, collation: collation ?? collations[index] ?? column.collation, descending, nullsFirst };
    });
  }
}

/** The expression as the SELECT would read it; null where it cannot. Leaves no trace in the SELECT. */
function bindTentatively(node: Expression, context: ExpressionContext): BoundExpression | null {
  const known = context.aggregates;
  const aggregates = known === null ? null : new AggregateCollector(known.calls);
  try {
    return bindExpression(node, { ...context, aggregates, windows: null });
  } catch (error) {
    if (isHeliosError(error)) return null;
    throw error;
  }
}
