import type { SourceRange } from '../ast/node.ts';
import type { NamedWindow } from '../ast/windows.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { sameExpression } from '../expressions/inspect.ts';
import type { Binder, CommonTables } from './binder.ts';
import type { AggregateCall, AggregateOrder, PlanColumn, WindowCall, WindowFrame } from './logical-plan.ts';
import type { Scope } from './scope.ts';

/** Where an expression stands: what it may name, and whether aggregates may occur in it. */
export interface ExpressionContext {
  readonly binder: Binder;
  readonly scope: Scope;
  readonly commonTables: CommonTables | null;
  /** Receives the aggregates; null: none may stand here. */
  readonly aggregates: AggregateCollector | null;
  /** Receives the window functions; null: none may stand here. */
  readonly windows: WindowCollector | null;
  /** For messages: `WHERE`, `an aggregate's argument`… */
  readonly place: string;
  /** False while an alias's own expression is bound: it cannot refer to aliases. */
  readonly aliases: boolean;
}

/** A place where neither aggregates nor window functions may stand. */
export function plainContext(
  { binder, commonTables }: Pick<ExpressionContext, 'binder' | 'commonTables'>,
  scope: Scope,
  place: string,
  aliases = false,
): ExpressionContext {
  return { binder, scope, commonTables, aggregates: null, windows: null, place, aliases };
}

/** The aggregates of one SELECT, each computed once however often it is written. */
export class AggregateCollector {
  readonly calls: AggregateCall[];
  /** Calls of grouping(): columns that are computed from which keys a row is grouped by. */
  readonly groupings: GroupingCall[] = [];

  constructor(calls: readonly AggregateCall[] = []) {
    this.calls = [...calls];
  }

  /** An equal call that is there already, or null. */
  find(call: Omit<AggregateCall, 'column'>): AggregateCall | null {
    return this.calls.length === 0 ? null : (this.calls.find((other) => sameCall(other, call)) ?? null);
  }
}

/** `grouping(a, b)`: a bit per argument, set where the row is not grouped by it; the last one's is the lowest. */
export interface GroupingCall {
  readonly column: PlanColumn;
  readonly arguments: readonly BoundExpression[];
  readonly node: SourceRange;
}

/** A window function as it was bound: its expressions are evaluated below the window operator. */
export interface BoundWindowCall {
  readonly column: PlanColumn;
  readonly function: WindowCall['function'];
  readonly arguments: readonly BoundExpression[];
  readonly filter: BoundExpression | null;
  /** ORDER BY inside of the call. */
  readonly orderBy: readonly AggregateOrder[];
  readonly ignoresNulls: boolean;
  readonly partition: readonly BoundExpression[];
  readonly order: readonly AggregateOrder[];
  readonly frame: WindowFrame;
}

/** The window functions of one SELECT, and the windows that its WINDOW clause names. */
export class WindowCollector {
  readonly named: readonly NamedWindow[];
  calls: BoundWindowCall[] = [];

  constructor(named: readonly NamedWindow[]) {
    this.named = named;
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
