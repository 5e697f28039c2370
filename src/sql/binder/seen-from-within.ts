import type { BoundExpression } from '../expressions/bound-expression.ts';
import { outer } from '../expressions/build.ts';
import { mapExpression } from '../expressions/inspect.ts';
import type { ColumnIds } from './logical-plan.ts';

/**
 * An expression as the right side of a join evaluates it for one left row: that row is one step further out. Its
 * subqueries would have to be changed as well: it may have none.
 */
export function seenFromWithin(condition: BoundExpression, leftIds: ColumnIds): BoundExpression {
  return mapExpression(condition, (node) => {
    if (node.kind === 'outer') return { ...node, depth: node.depth + 1 };
    if (node.kind !== 'column' || !leftIds.has(node.index)) return node;
    return outer(0, node.index, node.name, node.type, node.collation, node.affinity);
  });
}
