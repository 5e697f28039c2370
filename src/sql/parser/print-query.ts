import type { Identifier, QualifiedName } from '../ast/node.ts';
import type {
  CommonTable,
  GroupingElement,
  QueryOperand,
  ResultColumn,
  SelectCore,
  SelectStatement,
  WithClause,
} from '../ast/select.ts';
import type { AsOfPoint, JoinedTable, NamedTable, TableReference } from '../ast/table-references.ts';
import { printExpression, printList, printName, printOrder, printWindowDefinition } from './print.ts';

/** A query as SQL that parses back to the same tree. */
export function printQuery(query: SelectStatement): string {
  const parts: string[] = [];
  if (query.with !== null) parts.push(printWith(query.with));
  parts.push(printQueryOperand(query.first));
  for (const { operator, all, operand } of query.compound) {
    parts.push(all ? `${operator} ALL` : operator, printQueryOperand(operand));
  }
  if (query.orderBy.length > 0) parts.push(`ORDER BY ${printOrder(query.orderBy)}`);
  if (query.limit !== null && !query.withTies) parts.push(`LIMIT ${printExpression(query.limit)}`);
  if (query.offset !== null) parts.push(`OFFSET ${printExpression(query.offset)}`);
  if (query.limit !== null && query.withTies) {
    parts.push(`FETCH FIRST (${printExpression(query.limit)}) ROWS WITH TIES`);
  }
  return parts.join(' ');
}

function printWith({ recursive, tables }: WithClause): string {
  return `WITH ${recursive ? 'RECURSIVE ' : ''}${tables.map(printCommonTable).join(', ')}`;
}

function printCommonTable({ name, columns, materialized, query }: CommonTable): string {
  const hint = materialized === null ? '' : materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED ';
  return `${printName(name)}${printColumnNames(columns)} AS ${hint}(${printQuery(query)})`;
}

function printColumnNames(columns: readonly Identifier[]): string {
  return columns.length === 0 ? '' : ` (${columns.map(({ name }) => printName(name)).join(', ')})`;
}

function printQueryOperand(operand: QueryOperand): string {
  switch (operand.kind) {
    case 'select-core':
      return printCore(operand);
    case 'values':
      return `VALUES ${operand.rows.map((row) => `(${printList(row)})`).join(', ')}`;
    case 'nested-query':
      return `(${printQuery(operand.query)})`;
  }
}

function printCore(core: SelectCore): string {
  let text = 'SELECT ';
  if (core.distinctOn !== null) text += `DISTINCT ON (${printList(core.distinctOn)}) `;
  else if (core.distinct) text += 'DISTINCT ';
  text += core.columns.map(printResultColumn).join(', ');
  if (core.from !== null) text += ` FROM ${printTable(core.from)}`;
  if (core.where !== null) text += ` WHERE ${printExpression(core.where)}`;
  if (core.groupBy.length > 0) text += ` GROUP BY ${core.groupBy.map(printGrouping).join(', ')}`;
  if (core.having !== null) text += ` HAVING ${printExpression(core.having)}`;
  if (core.windows.length > 0) {
    const windows = core.windows.map(
      ({ name, definition }) => `${printName(name)} AS ${printWindowDefinition(definition)}`,
    );
    text += ` WINDOW ${windows.join(', ')}`;
  }
  if (core.qualify !== null) text += ` QUALIFY ${printExpression(core.qualify)}`;
  return text;
}

function printResultColumn(column: ResultColumn): string {
  if (column.kind === 'expression-column') return `${printExpression(column.expression)}${printAlias(column.alias)}`;
  if (column.table === null) return '*';
  const table = `${printName(column.table)}.*`;
  return column.schema === null ? table : `${printName(column.schema)}.${table}`;
}

function printAlias(alias: string | null): string {
  return alias === null ? '' : ` AS ${printName(alias)}`;
}

function printGrouping(element: GroupingElement): string {
  if (element.kind !== 'grouping-set') return printExpression(element);
  const items = element.items.map((item) => {
    const isSet = item.length === 1 && item[0].kind === 'grouping-set';
    return isSet ? printGrouping(item[0]) : `(${item.map(printGrouping).join(', ')})`;
  });
  return `${element.operator} (${items.join(', ')})`;
}

function printTable(table: TableReference): string {
  switch (table.kind) {
    case 'table':
      return printNamedTable(table);
    case 'table-function': {
      const call = `${table.lateral ? 'LATERAL ' : ''}${printQualified(table.name)}(${printList(table.arguments)})`;
      const ordinality = table.withOrdinality ? ' WITH ORDINALITY' : '';
      return `${call}${ordinality}${printAlias(table.alias)}${printColumnNames(table.columnAliases)}`;
    }
    case 'subquery-table': {
      const query = `${table.lateral ? 'LATERAL ' : ''}(${printQuery(table.query)})`;
      return `${query}${printAlias(table.alias)}${printColumnNames(table.columnAliases)}`;
    }
    case 'join':
      return table.alias === null ? printJoin(table) : `(${printJoin(table)})${printAlias(table.alias)}`;
  }
}

function printNamedTable(table: NamedTable): string {
  let text = printQualified(table.table);
  if (table.asOf?.kind === 'as-of') text += ` AS OF ${printPoint(table.asOf)}`;
  else if (table.asOf !== null)
    text += ` VERSIONS BETWEEN ${printPoint(table.asOf.from)} AND ${printPoint(table.asOf.to)}`;
  text += `${printAlias(table.alias)}${printColumnNames(table.columnAliases)}`;
  if (table.indexedBy === false) return `${text} NOT INDEXED`;
  return table.indexedBy === null ? text : `${text} INDEXED BY ${printName(table.indexedBy)}`;
}

function printPoint({ unit, point }: AsOfPoint): string {
  return unit === 'MINVALUE' || unit === 'MAXVALUE' ? unit : `${unit} (${printExpression(point)})`;
}

function printQualified({ schema, name }: QualifiedName): string {
  return schema === null ? printName(name) : `${printName(schema)}.${printName(name)}`;
}

function printJoin(table: JoinedTable): string {
  const isBare = table.right.kind === 'join' && table.right.alias === null;
  const right = isBare ? `(${printTable(table.right)})` : printTable(table.right);
  const words = `${table.natural ? 'NATURAL ' : ''}${table.asof ? 'ASOF ' : ''}${table.join}`;
  let text = `${printTable(table.left)} ${words} JOIN ${right}`;
  if (table.on !== null) text += ` ON ${printExpression(table.on)}`;
  if (table.using !== null) text += ` USING${printColumnNames(table.using)}`;
  return text;
}
