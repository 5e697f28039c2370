import type { TableReference } from '../ast/table-references.ts';
import type { FromContext } from './bind-from.ts';
import { type Boundary, Scope } from './scope.ts';

/** What is LATERAL sees the tables to its left as an enclosing query's. */
export function lateralBoundary(context: FromContext): Boundary {
  return { outer: new Scope(context.toTheLeft ?? [], context.boundary), free: new Map(), lateral: true };
}

/** True when tables to the left may be seen from an item of FROM, or from one of those that it joins. */
export function mayLookLeft(node: TableReference): boolean {
  switch (node.kind) {
    case 'table':
      return false;
    case 'table-function':
      return true;
    case 'subquery-table':
      return node.lateral;
    case 'join':
      return mayLookLeft(node.left) || mayLookLeft(node.right);
  }
}
