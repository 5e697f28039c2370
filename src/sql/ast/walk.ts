import type { ColumnConstraint, ForeignKeyReference, TableConstraint } from './ddl.ts';
import type { Expression } from './expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from './node.ts';
import type { CommonTable, ExpressionColumn, QueryOperand, StarColumn } from './select.ts';
import type { Statement } from './statements.ts';
import type { TableReference } from './table-references.ts';

/** The kinds of nodes that walks tell apart; they meet all others, too. */
export type WalkedNode =
  | Statement
  | Expression
  | TableReference
  | QueryOperand
  | CommonTable
  | ColumnConstraint
  | TableConstraint
  | ForeignKeyReference
  | ExpressionColumn
  | StarColumn
  | QualifiedName
  | Identifier;

/**
 * Calls `visit` for every node of a syntax tree, parents first, in the order of their fields. Nodes are plain data, so
 * that no kind needs to be named here. Below a node for which `visit` returns false the walk does not go. The parser's
 * limits bound the depth.
 */
export function walk(node: SourceRange, visit: (node: WalkedNode) => boolean | undefined): void {
  if ('kind' in node && visit(node as WalkedNode) === false) return;
  for (const value of Object.values(node)) walkValue(value, visit);
}

function walkValue(value: unknown, visit: (node: WalkedNode) => boolean | undefined): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) for (const item of value) walkValue(item, visit);
  else if ('position' in value) walk(value as SourceRange, visit);
}
