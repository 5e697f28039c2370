import type * as Ast from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { WindowFrame as FrameNode, WindowDefinition, WindowReference } from '../ast/windows.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { castTo, united } from '../expressions/build.ts';
import { collationOf, isConstant } from '../expressions/inspect.ts';
import { commonType, STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import { findAggregate } from '../functions/registry.ts';
import { bindExpression } from './bind-expression.ts';
import { aggregateArguments } from './bind-function.ts';
import { at, type Binder, bindError, readColumn } from './binder.ts';
import { type BoundWindowCall, type ExpressionContext, WindowCollector } from './expression-context.ts';
import type {
  AggregateOrder,
  FrameEdge,
  LogicalPlan,
  PlanColumn,
  RankingFunction,
  SortTerm,
  WindowCall,
  WindowFrame,
} from './logical-plan.ts';
import { foldName, sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import { Projection } from './projection.ts';
import { isRankingName, RANKING_ARGUMENTS } from './ranking-functions.ts';

/** A call with OVER: it becomes the column that the window operator yields for it. */
export function bindWindowCall(
  node: Ast.FunctionExpression,
  over: WindowReference,
  context: ExpressionContext,
): BoundExpression {
  const { windows } = context;
  if (windows === undefined || windows === null) {
    throw bindError(
      'GROUPING_ERROR',
      `misuse of window function ${node.name}(): it cannot stand in ${context.place}`,
      node,
    );
  }
  if (node.distinct) throw bindError('INVALID_STATEMENT', 'DISTINCT is not supported for window functions', node);
  const inside = { ...context, windows: null, place: 'a window function', aliases: false };
  const written = node.arguments.map((argument) => bindExpression(argument, inside));
  const { called, args, type } = windowFunction(node, written, context.binder);
  if (node.filter !== null && typeof called === 'string') {
    throw bindError('INVALID_STATEMENT', 'FILTER clause may only be used with aggregate window functions', node);
  }
  if (typeof called === 'string' && node.orderBy.length > 0) {
    throw bindError('INVALID_STATEMENT', `${node.name}() takes no ORDER BY inside: OVER has one`, node);
  }
  checkNullTreatment(node, called);
  const definition = resolveWindow(over, windows, node);
  const bindTerm = (term: OrderingTerm): AggregateOrder => {
    const { descending, nulls } = term;
    const nullsFirst = nulls === null ? !descending : nulls === 'FIRST';
    return { expression: bindExpression(term.expression, inside), descending, nullsFirst };
  };
  const order = definition.orderBy.map(bindTerm).map((term) => ({
    ...term,
    expression: orderValue(term.expression, definition),
  }));
  // Of what has one value for a set of rows, whatever their order, none is kept.
  const isOrdered = typeof called !== 'string' && called.overRanges === undefined;
  const column = context.binder.column(node.name, type);
  windows.calls.push({
    column,
    function: called,
    arguments: args,
    filter: node.filter === null ? null : bindExpression(node.filter, inside),
    orderBy: isOrdered ? node.orderBy.map(bindTerm) : [],
    ignoresNulls: node.nulls === 'IGNORE',
    partition: definition.partitionBy.map((expression) => bindExpression(expression, inside)),
    order,
    frame: bindFrame(definition, order.length, inside),
  });
  return readColumn(column);
}

/** Functions that look for the value of one row may leave out rows where it is NULL. */
const TAKES_NULL_TREATMENT: ReadonlySet<unknown> = new Set(['lag', 'lead', 'first_value', 'last_value', 'nth_value']);

function checkNullTreatment(node: Ast.FunctionExpression, called: WindowCall['function']): void {
  if (node.nulls === undefined || TAKES_NULL_TREATMENT.has(called)) return;
  const hint = typeof called === 'string' ? undefined : 'FILTER (WHERE … IS NOT NULL) says so of an aggregate.';
  throw bindError('INVALID_STATEMENT', `${node.name}() does not take ${node.nulls} NULLS`, node, hint);
}

/** What RANGE adds to and takes from has to be kept as a number. */
function orderValue(expression: BoundExpression, { frame }: WindowDefinition): BoundExpression {
  return frame?.unit === 'RANGE' && expression.type.kind === 'BIGDECIMAL'
    ? castTo(expression, STATIC_TYPES.REAL)
    : expression;
}

interface CalledFunction {
  readonly called: WindowCall['function'];
  readonly args: readonly BoundExpression[];
  readonly type: StaticType;
}

function windowFunction(
  node: Ast.FunctionExpression,
  args: readonly BoundExpression[],
  binder: Binder,
): CalledFunction {
  const name = foldName(node.name);
  if (isRankingName(name)) {
    const [least, most] = RANKING_ARGUMENTS[name];
    if (node.star || args.length < least || args.length > most) {
      throw bindError('FUNCTION_NOT_FOUND', `wrong number of arguments to function ${node.name}()`, node);
    }
    const hasDefault = (name === 'lag' || name === 'lead') && args.length === 3;
    const values = hasDefault ? united([args[0], args[2]]).operands : args;
    const passed = hasDefault ? [values[0], args[1], values[1]] : args;
    return { called: name, args: passed, type: rankingType(name, passed) };
  }
  const aggregate = binder.catalog.functions?.aggregates.find(name, args.length) ?? findAggregate(name, args.length);
  if (aggregate === null)
    throw bindError('FUNCTION_NOT_FOUND', `${node.name}() may not be used as a window function`, node);
  const passed = aggregateArguments(aggregate, args);
  const type = at(node, () => aggregate.resultType(passed.map((argument) => argument.type)));
  return { called: aggregate, args: passed, type };
}

function rankingType(name: RankingFunction, args: readonly BoundExpression[]): StaticType {
  switch (name) {
    case 'row_number':
    case 'rank':
    case 'dense_rank':
    case 'ntile':
      return STATIC_TYPES.INTEGER;
    case 'percent_rank':
    case 'cume_dist':
      return STATIC_TYPES.REAL;
    case 'lag':
    case 'lead':
      return commonType(args.length === 3 ? [args[0].type, args[2].type] : [args[0].type]);
    case 'first_value':
    case 'last_value':
    case 'nth_value':
      return args[0].type;
  }
}

/** The definition behind OVER name, OVER (…) and OVER (base …). */
function resolveWindow(
  over: WindowReference,
  windows: WindowCollector,
  node: Ast.FunctionExpression,
): WindowDefinition {
  if (over.kind === 'identifier') return namedWindow(over.name, windows, node);
  if (over.base === null) return over;
  const base = namedWindow(over.base, windows, node);
  const complain = (what: string) =>
    bindError('INVALID_STATEMENT', `cannot override ${what} of window: ${over.base}`, node);
  if (over.partitionBy.length > 0) throw complain('PARTITION clause');
  if (base.orderBy.length > 0 && over.orderBy.length > 0) throw complain('ORDER BY clause');
  if (base.frame !== null) throw complain('frame specification');
  return { ...over, partitionBy: base.partitionBy, orderBy: base.orderBy.length > 0 ? base.orderBy : over.orderBy };
}

function namedWindow(name: string, windows: WindowCollector, node: Ast.FunctionExpression): WindowDefinition {
  const found = windows.named.find((window) => sameName(window.name, name));
  if (found === undefined) {
    const near = didYouMean(
      name,
      windows.named.map((window) => window.name),
    );
    throw bindError('INVALID_STATEMENT', `no such window: ${name}${near}`, node);
  }
  // Without itself: a window cannot be its own base.
  return resolveWindow(found.definition, new WindowCollector(windows.named.filter((window) => window !== found)), node);
}

const DEFAULT_FRAME: WindowFrame = {
  unit: 'RANGE',
  start: { bound: 'UNBOUNDED PRECEDING', offset: null },
  end: { bound: 'CURRENT ROW', offset: null },
  exclude: 'NO OTHERS',
};

function bindFrame(definition: WindowDefinition, orderCount: number, context: ExpressionContext): WindowFrame {
  const { frame } = definition;
  if (frame === null) return DEFAULT_FRAME;
  checkFrame(frame, orderCount);
  const edge = ({ bound, offset }: FrameNode['start']): FrameEdge => {
    if (offset === null) return { bound, offset: null };
    const expression = bindExpression(offset, context);
    if (isConstant(expression)) return { bound, offset: expression };
    throw bindError('INVALID_STATEMENT', 'a frame offset must be constant', offset);
  };
  return { unit: frame.unit, start: edge(frame.start), end: edge(frame.finish), exclude: frame.exclude };
}

const BOUND_ORDER = ['UNBOUNDED PRECEDING', 'PRECEDING', 'CURRENT ROW', 'FOLLOWING', 'UNBOUNDED FOLLOWING'];

function checkFrame(frame: FrameNode, orderCount: number): void {
  const { start, finish, unit } = frame;
  const isBackwards = BOUND_ORDER.indexOf(start.bound) > BOUND_ORDER.indexOf(finish.bound);
  if (start.bound === 'UNBOUNDED FOLLOWING' || finish.bound === 'UNBOUNDED PRECEDING' || isBackwards) {
    throw bindError('INVALID_STATEMENT', 'unsupported frame specification', frame);
  }
  const hasOffset = start.offset !== null || finish.offset !== null;
  if (unit === 'RANGE' && hasOffset && orderCount !== 1) {
    throw bindError(
      'INVALID_STATEMENT',
      'RANGE with offset PRECEDING/FOLLOWING requires one ORDER BY expression',
      frame,
    );
  }
}

/** Window operators over `input`, one for each distinct window, under which the calls' expressions are computed. */
export function windowPlan(
  input: LogicalPlan,
  calls: readonly BoundWindowCall[],
  keep: readonly PlanColumn[],
  binder: Binder,
): LogicalPlan {
  const projection = new Projection(binder);
  for (const column of keep) projection.add(column.name, readColumn(column));
  const sortTerms = (order: readonly AggregateOrder[]): readonly SortTerm[] =>
    order.map(({ expression, descending, nullsFirst }) => ({
      column: projection.add('', expression),
      collation: collationOf(expression)?.collation ?? 'BINARY',
      descending,
      nullsFirst,
    }));
  const prepared = calls.map((call) => ({
    partition: call.partition.map((expression) => projection.add('', expression)),
    order: sortTerms(call.order),
    call: {
      column: call.column,
      function: call.function,
      arguments: call.arguments.map((expression) => projection.add('', expression)),
      filter: call.filter === null ? null : projection.add('', call.filter),
      orderBy: sortTerms(call.orderBy),
      ignoresNulls: call.ignoresNulls,
      collation: call.arguments.length === 0 ? 'BINARY' : (collationOf(call.arguments[0])?.collation ?? 'BINARY'),
      frame: call.frame,
    } satisfies WindowCall,
  }));
  const groups = new Map<string, (typeof prepared)[number][]>();
  for (const window of prepared) {
    const key = windowKey(window);
    groups.set(key, [...(groups.get(key) ?? []), window]);
  }
  let plan = projection.over(input);
  // The first window comes last: its order is the result's, as in SQLite.
  for (const group of [...groups.values()].reverse()) {
    const [{ partition, order }] = group;
    plan = { kind: 'window', input: plan, partition, order, calls: group.map(({ call }) => call) };
  }
  return plan;
}

function windowKey(window: {
  readonly partition: readonly PlanColumn[];
  readonly order: readonly {
    readonly column: PlanColumn;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  }[];
}): string {
  const order = window.order.map(({ column, descending, nullsFirst }) => [column.id, descending, nullsFirst]);
  return JSON.stringify([window.partition.map((column) => column.id), order]);
}
