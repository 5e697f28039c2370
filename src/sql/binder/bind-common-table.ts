import type { SourceRange } from '../ast/node.ts';
import type { CommonTable, CompoundPart, QueryOperand, SelectStatement } from '../ast/select.ts';
import type { TableReference } from '../ast/table-references.ts';
import { isDecimal, STATIC_TYPES, sameType } from '../expressions/static-type.ts';
import { bindOperands, checkColumnCounts, unitedColumns } from './bind-compound.ts';
import type { FromContext } from './bind-from.ts';
import { bindOperand, bindQuery, limited, withTables } from './bind-select.ts';
import { bindError, type CommonTableEntry, type CommonTables, type WorkingTable } from './binder.ts';
import { CompoundOrder } from './compound-order.ts';
import { convertedColumns } from './convert-columns.ts';
import type { LogicalPlan, PlanColumn, Query, RecursiveNode, SharedTable, WorkingTableId } from './logical-plan.ts';
import { sameName } from './names.ts';
import type { Boundary } from './scope.ts';
import { unitedCollations } from './united-collation.ts';

/**
 * A reference to a WITH table. Its query is bound once for all references, unless it reads rows of a query around it or
 * of a recursive table's round, or is NOT MATERIALIZED: then it is bound for each place anew.
 */
export function bindCommonTable(entry: CommonTableEntry, context: FromContext, node: SourceRange): Query {
  const { table, visible, working } = entry;
  if (working !== null) return readWorkingTable(working, context, node);
  const { sharedTables } = context.binder;
  const known = sharedTables.get(entry);
  if (known === null || table.materialized === false || isInsideStep(visible)) return bindTableQuery(entry, context);
  if (known !== undefined) return readSharedTable(known, context);
  const { boundary } = context;
  const own: Boundary | null = boundary === null ? null : { outer: boundary.outer, free: new Map() };
  const query = bindTableQuery(entry, { ...context, boundary: own });
  if (own !== null && own.free.size > 0) {
    for (const [id, column] of own.free) boundary?.free.set(id, column);
    sharedTables.set(entry, null);
    return query;
  }
  const shared: SharedTable = { name: table.name, query, isMaterialized: table.materialized === true };
  sharedTables.set(entry, shared);
  return readSharedTable(shared, context);
}

function readSharedTable(table: SharedTable, context: FromContext): Query {
  const columns = table.query.columns.map(({ name, type, collation, affinity }) =>
    context.binder.column(name, type, collation, affinity),
  );
  return { plan: { kind: 'common-table', table, columns }, columns };
}

/** True when a recursive table's round is among the tables that a WITH table sees. */
function isInsideStep(visible: CommonTables | null): boolean {
  for (let current = visible; current !== null; current = current.rest) if (current.entry.working !== null) return true;
  return false;
}

/** The query of a WITH table, bound for this place. */
function bindTableQuery(entry: CommonTableEntry, context: FromContext): Query {
  const { table, visible } = entry;
  const { openTables } = context.binder;
  if (openTables.has(entry)) {
    const message = `circular reference: "${table.name}" reads itself; a recursive table needs UNION, with a first part that does not`;
    throw bindError('INVALID_STATEMENT', message, table);
  }
  openTables.add(entry);
  try {
    const firstStep = table.query.compound.findIndex(({ operand }) => operandReads(operand, table.name));
    if (firstStep >= 0) return bindRecursive(entry, firstStep, context);
    return bindQuery(table.query, context.binder, context.boundary, visible);
  } finally {
    openTables.delete(entry);
  }
}

function readWorkingTable({ id, columns, boundary }: WorkingTable, context: FromContext, node: SourceRange): Query {
  let around = context.boundary;
  while (around !== boundary && around?.lateral === true) around = around.outer.boundary;
  // A subquery of an expression runs when its row asks for it, and not once a round.
  if (around !== boundary) {
    const message = `recursive table "${id.name}" is read in a subquery: a part reads it once, in its own FROM`;
    throw bindError('INVALID_STATEMENT', message, node);
  }
  const own = columns.map(({ name, type, collation, affinity }) =>
    context.binder.column(name, type, collation, affinity),
  );
  return { plan: { kind: 'working-table', columns: own, workingTable: id }, columns: own };
}

/** The parts of the compound before `firstStep` are the anchor, those from there on the steps. */
function bindRecursive(entry: CommonTableEntry, firstStep: number, context: FromContext): Query {
  const { table, visible } = entry;
  const { query: select } = table;
  const { binder, boundary } = context;
  const steps = select.compound.slice(firstStep);
  for (const step of steps) checkStep(step, table);
  const outside = { binder, boundary, commonTables: withTables(select.with, visible) };
  const order = new CompoundOrder(select.orderBy);
  const anchor = bindOperands(select.first, select.compound.slice(0, firstStep), outside, order);
  const names = table.columns.length === anchor.columns.length ? table.columns : null;
  let columns: readonly PlanColumn[] = anchor.columns.map(({ name, type, collation, affinity }, i) =>
    binder.column(names === null ? name : names[i].name, type, collation, affinity),
  );
  const id: WorkingTableId = { name: table.name };
  // A step may yield other types than the anchor: then all of it is bound again with types that hold both.
  for (;;) {
    const working = { id, columns, boundary };
    const inner: CommonTables = { entry: { table, visible, working }, rest: outside.commonTables };
    const bound = steps.map((step) => bindOperand(step.operand, [], { ...outside, commonTables: inner }, order));
    bound.forEach((step, i) => {
      const what = wholeOf(step.plan);
      if (what === null) return;
      throw bindError('INVALID_STATEMENT', `the recursive part of "${table.name}" cannot ${what}`, steps[i]);
    });
    order.offerColumns(columns);
    let united = columns;
    bound.forEach((step, i) => {
      checkColumnCounts(united, step.columns, steps[i]);
      united = unitedColumns({ plan: null, columns: united }, step, binder);
    });
    if (united.some((column, i) => !sameType(column.type, columns[i].type))) {
      // Each round of a computation may ask for more places: a decimal that changes has as many as each value has.
      columns = united.map((column, i) =>
        isDecimal(column.type) && isDecimal(columns[i].type) ? { ...column, type: STATIC_TYPES.BIGDECIMAL } : column,
      );
      continue;
    }
    const types = columns.map(({ type }) => type);
    const collations = unitedCollations(anchor, ...bound);
    const plan: RecursiveNode = {
      kind: 'recursive',
      anchor: convertedColumns(anchor, types, binder),
      steps: bound.map((step) => convertedColumns(step, types, binder)),
      distinct: !steps[0].all,
      collations,
      terms: order.over(columns, collations),
      columns,
      workingTable: id,
    };
    return limited({ plan, columns }, select, outside);
  }
}

/** What the query does with its FROM as a whole, which a round is not; null: nothing. */
function wholeOf(plan: LogicalPlan): string | null {
  switch (plan.kind) {
    case 'aggregate':
      return 'aggregate or group';
    case 'window':
      return 'use window functions';
    case 'project':
    case 'filter':
    case 'sort':
    case 'distinct':
    case 'limit':
      return wholeOf(plan.input);
    default:
      return null;
  }
}

function checkStep(step: CompoundPart, table: CommonTable): void {
  if (step.operator !== 'UNION') {
    throw bindError('INVALID_STATEMENT', `the recursive part of "${table.name}" must follow UNION or UNION ALL`, step);
  }
  if (!operandReads(step.operand, table.name)) {
    throw bindError(
      'INVALID_STATEMENT',
      `every part of "${table.name}" after the first recursive one must be recursive`,
      step,
    );
  }
  if (step.operand.kind === 'select-core' && references(step.operand.from, table.name) > 1) {
    const message = `multiple references to recursive table "${table.name}": a part reads it once in its FROM`;
    throw bindError('INVALID_STATEMENT', message, step);
  }
}

/** True when a table of that name stands in the operand's FROM, or in a subquery there. */
function operandReads(operand: QueryOperand, name: string): boolean {
  switch (operand.kind) {
    case 'select-core':
      return references(operand.from, name) > 0;
    case 'nested-query':
      return queryReads(operand.query, name);
    case 'values':
      return false;
  }
}

function queryReads(select: SelectStatement, name: string): boolean {
  if (select.with?.tables.some((table) => sameName(table.name, name)) === true) return false;
  return operandReads(select.first, name) || select.compound.some(({ operand }) => operandReads(operand, name));
}

/** How many of the tables in FROM are of that name, or read one of it. */
function references(from: TableReference | null, name: string): number {
  switch (from?.kind) {
    case 'table':
      return from.table.schema === null && sameName(from.table.name, name) ? 1 : 0;
    case 'subquery-table':
      return queryReads(from.query, name) ? 1 : 0;
    case 'join':
      return references(from.left, name) + references(from.right, name);
    default:
      return 0;
  }
}
