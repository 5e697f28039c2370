import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type { FunctionTable } from '../ast/table-references.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import { findTableFunction, tableFunctionArities } from '../functions/registry.ts';
import type { TableFunctionDefinition } from '../functions/tables/definition.ts';
import { bindExpression } from './bind-expression.ts';
import { type BoundFrom, checkAliasCount, type FromContext } from './bind-from.ts';
import { lateralBoundary } from './bind-lateral.ts';
import { at, type Binder, bindError, readColumn } from './binder.ts';
import { plainContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';
import { DEFINITION_BINDING, TIME_TRAVEL, UNKNOWN_NAMES } from './late-parts.ts';
import { ORDINALITY, type YieldedColumn } from './logical-plan.ts';
import { foldName } from './names.ts';
import { isSqliteType, Scope, type ScopeColumn } from './scope.ts';

/** A call in FROM. Its arguments see what FROM names before it, and the enclosing queries. */
export function bindTableFunction(node: FunctionTable, context: FromContext): BoundFrom {
  const { binder, commonTables } = context;
  const lateral = context.toTheLeft === undefined ? null : lateralBoundary(context);
  const isDiff = foldName(node.name.name) === 'helios_diff';
  const definition = isDiff ? TIME_TRAVEL.get().diffFunction(node, binder) : definitionOf(node, binder);
  const scope = new Scope([], lateral ?? context.boundary);
  const place = "a table function's argument";
  const inside = plainContext({ binder, commonTables }, scope, place);
  // The definition of a diff knows its own.
  const args = (isDiff ? [] : node.arguments).map((argument) =>
    passed(bindExpression(stepInWords(argument, definition), inside), definition),
  );
  const types = args.map(({ type }) => type);
  const alias = node.alias ?? node.name.name;
  const described = at(node, () => definition.columns(types));
  const yielded = described.map(
    (column, number): YieldedColumn => ({
      ...binder.column(column.name, column.type, 'BINARY', isSqliteType(column.type) ? 'BLOB' : 'NONE'),
      number,
    }),
  );
  const names = described.map((column, i): ScopeColumn => {
    const value = readColumn(yielded[i]);
    const { json, visibility = 'visible' } = column;
    const by = json === undefined ? [] : json.by === null ? [value] : [value, readColumn(yielded[json.by])];
    const expression = json === undefined ? value : build.callOf(json.known, by);
    return {
      table: alias,
      name: column.name,
      column: yielded[i],
      expression,
      visibility: visibility === 'hidden' ? 'unlisted' : visibility,
    };
  });
  if (node.withOrdinality) {
    const ordinality: YieldedColumn = { ...binder.column('ordinality', STATIC_TYPES.INTEGER), number: ORDINALITY };
    yielded.push(ordinality);
    const { name } = ordinality;
    names.push({ table: alias, name, column: ordinality, expression: readColumn(ordinality), visibility: 'visible' });
  }
  const bound: BoundFrom = {
    plan: { kind: 'table-function', definition, alias, arguments: args, columns: yielded },
    columns: withAliases(names, node, alias),
    tableCount: 1,
  };
  return lateral === null || lateral.free.size === 0 ? bound : { ...bound, lateral: lateral.free };
}

/** The step of generate_series() may be written as an INTERVAL, which is its words there. */
function stepInWords(argument: Expression, { name }: TableFunctionDefinition): Expression {
  return name === 'generate_series' && argument.kind === 'cast' && isInterval(argument) ? argument.operand : argument;
}

/** To a function that takes JSON an array is its JSON, and whatever else needs its type a text. */
function passed(argument: BoundExpression, { takesJson }: TableFunctionDefinition): BoundExpression {
  if (takesJson !== true) return argument;
  return argument.type.kind === 'ARRAY' ? build.castTo(argument, STATIC_TYPES.JSON) : build.asText(argument);
}

function definitionOf(node: FunctionTable, binder: Binder): TableFunctionDefinition {
  const { name, schema } = node.name;
  const folded = foldName(name);
  const count = node.arguments.length;
  if (count > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `${name}() has more than ${LIMITS.columns} arguments`, node);
  }
  const shown = folded.startsWith('pragma_') ? DEFINITION_BINDING.get().catalogueFunction(binder, folded, count) : null;
  if (shown !== null) return shown;
  const registered = binder.catalog.functions?.tables;
  const definition = schema === null ? (registered?.find(folded, count) ?? findTableFunction(folded, count)) : null;
  if (definition !== null) return definition;
  const arities = schema === null ? (registered?.arities(folded) ?? tableFunctionArities(folded)) : null;
  if (arities !== null) {
    throw bindError(
      'FUNCTION_NOT_FOUND',
      `${name}() takes ${arities} ${arities === '1' ? 'argument' : 'arguments'}, not ${count}`,
      node,
    );
  }
  const { unknownTableFunction } = UNKNOWN_NAMES.get();
  throw bindError(
    'TABLE_NOT_FOUND',
    at(node, () => unknownTableFunction(folded, binder.catalog.functions)),
    node,
  );
}

/**
 * Aliases for the first columns of those that are listed. PostgreSQL calls the one column of a function by the function's
 * alias: it is found by that name, too.
 */
function withAliases(names: readonly ScopeColumn[], node: FunctionTable, alias: string): readonly ScopeColumn[] {
  const listed = names.filter(({ visibility }) => visibility === 'visible');
  checkAliasCount(listed.length, node.columnAliases, alias, node);
  const renamed = names.map((column) => {
    const given = node.columnAliases[listed.indexOf(column)];
    return given === undefined ? column : named(column, given.name);
  });
  const isLone = listed.length === (node.withOrdinality ? 2 : 1);
  if (!isLone || node.alias === null || node.columnAliases.length > 0) return renamed;
  return [...renamed, { ...named(listed[0], alias), visibility: 'unlisted' }];
}

function named(column: ScopeColumn, name: string): ScopeColumn {
  const { expression } = column;
  return { ...column, name, expression: expression.kind === 'column' ? { ...expression, name } : expression };
}
