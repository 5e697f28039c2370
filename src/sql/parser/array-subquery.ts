import type { Expression, FunctionExpression, SubqueryExpression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { Cursor } from './cursor.ts';
import { parseQueryInParentheses } from './select.ts';
import { selectFrom } from './star-query.ts';

/** `ARRAY (SELECT …)`: the query's values in its order as an array, which is empty where there are none. */
export function parseArraySubquery(p: Cursor): SubqueryExpression {
  const position = p.start;
  p.next();
  const query = parseQueryInParentheses(p);
  const place = { position, end: p.previousEnd };
  const element = { kind: 'identifier', name: 'element', ...place } as const;
  const rows = { lateral: false, alias: 'elements', columnAliases: [element] };
  const from = { kind: 'subquery-table', query, ...rows, ...place } as const;
  const value = { kind: 'column', schema: null, table: null, name: 'element', doubleQuoted: false, ...place } as const;
  const none = { kind: 'literal', literalType: 'text', value: '{}', ...place } as const;
  const expression = call('coalesce', [call('array_agg', [value], place), none], place);
  const column = { kind: 'expression-column', expression, alias: null, ...place } as const;
  return { kind: 'subquery', query: selectFrom(from, column), ...place };
}

function call(name: string, args: readonly Expression[], place: SourceRange): FunctionExpression {
  const modifiers = { star: false, distinct: false, orderBy: [], withinGroup: false, filter: null, over: null };
  return { kind: 'function', name, arguments: args, ...modifiers, ...place };
}
