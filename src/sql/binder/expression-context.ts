import type { BoundExpression } from '../expressions/bound-expression.ts';
import { sameExpression } from '../expressions/inspect.ts';
import type { Binder, CommonTables } from './binder.ts';
import type { AggregateCall, AggregateOrder } from './logical-plan.ts';
import type { Scope } from './scope.ts';

/** Where an expression stands: what it may name, and whether aggregates may occur in it. */
export interface ExpressionContext {
  readonly binder: Binder;
  readonly scope: Scope;
  readonly commonTables: CommonTables | null;
  /** Receives the aggregates; null: none may stand here. */
  readonly aggregates: AggregateCollector | null;
  /** For messages: `WHERE`, `an aggregate's argument`… */
  readonly place: string;
  /** False while an alias's own expression is bound: it cannot refer to aliases. */
  readonly aliases: boolean;
}

/** The aggregates of one SELECT, each computed once however often it is written. */
export class AggregateCollector {
  readonly calls: AggregateCall[] = [];

  /** An equal call that is there already, or null. */
  find(call: Omit<AggregateCall, 'column'>): AggregateCall | null {
    return this.calls.find((other) => sameCall(other, call)) ?? null;
  }
}

function sameCall(a: Omit<AggregateCall, 'column'>, b: Omit<AggregateCall, 'column'>): boolean {
  return (
    a.definition === b.definition &&
    a.distinct === b.distinct &&
    sameList(a.arguments, b.arguments) &&
    sameList(a.filter === null ? [] : [a.filter], b.filter === null ? [] : [b.filter]) &&
    sameList(a.orderBy.map(orderExpression), b.orderBy.map(orderExpression)) &&
    a.orderBy.every(
      (term, i) => term.descending === b.orderBy[i].descending && term.nullsFirst === b.orderBy[i].nullsFirst,
    )
  );
}

function orderExpression(order: AggregateOrder): BoundExpression {
  return order.expression;
}

function sameList(a: readonly BoundExpression[], b: readonly BoundExpression[]): boolean {
  return a.length === b.length && a.every((expression, i) => sameExpression(expression, b[i]));
}
