import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { ExpressionColumn, ResultColumn, StarColumn } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { bindExpression } from './bind-expression.ts';
import { bindError } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import { sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import { schemaNamed } from './schema-names.ts';

/** One column of a result. `node` is null for a column that `*` stands for. */
export interface ResultItem {
  readonly name: string;
  readonly alias: string | null;
  readonly node: Expression | null;
  readonly expression: BoundExpression;
}

/** Binds result columns and expands `*` and `t.*`. `clause` is where an error about a lone `*` points. */
export function bindResultColumns(
  columns: readonly ResultColumn[],
  clause: SourceRange,
  context: ExpressionContext,
): readonly ResultItem[] {
  const items: ResultItem[] = [];
  for (const column of columns) {
    if (column.kind === 'star-column') {
      items.push(...expandStar(column, clause, context));
      continue;
    }
    const expression = bindExpression(column.expression, context);
    const { alias, expression: node } = column;
    if (alias === null && node.kind !== 'column') context.binder.literals?.useText(column.position, column.end);
    items.push({ name: alias ?? nameOf(column, expression, context), alias, node, expression });
  }
  return items;
}

/** A column's own name, otherwise the expression's text, with the brackets around it. */
function nameOf(
  { expression: node, position, end }: ExpressionColumn,
  expression: BoundExpression,
  context: ExpressionContext,
): string {
  if (node.kind === 'column')
    return expression.kind === 'column' && expression.name !== '' ? expression.name : node.name;
  return context.binder.sql.slice(position, end);
}

function expandStar(node: StarColumn, clause: SourceRange, context: ExpressionContext): readonly ResultItem[] {
  const { columns } = context.scope;
  const { table } = node;
  const schema = node.schema === null ? null : schemaNamed(node.schema);
  if (columns.length === 0)
    throw bindError('INVALID_STATEMENT', '* needs a FROM clause', table === null ? clause : node);
  const chosen = columns.filter((column) => {
    if (table === null) return column.visibility === 'visible';
    if (node.schema !== null && (schema === null || column.schema !== schema)) return false;
    return (
      column.visibility !== 'rowid' &&
      column.visibility !== 'unlisted' &&
      column.table !== null &&
      sameName(column.table, table)
    );
  });
  if (chosen.length === 0) {
    const tables = columns.flatMap((column) => column.table ?? []);
    throw bindError('TABLE_NOT_FOUND', `no such table in FROM: "${table}"${didYouMean(table ?? '', tables)}`, node);
  }
  context.binder.references?.column(node, chosen[0].origin);
  return chosen.map((column) => ({ name: column.name, alias: null, node: null, expression: column.expression }));
}
