import type { ColumnId, ColumnIds } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { and, or } from '../expressions/build.ts';
import { hasSubquery, isDeterministic } from '../expressions/inspect.ts';
import { canRaise } from './can-raise.ts';
import { readColumns } from './reads.ts';

/**
 * What a condition says of some columns alone: a weaker condition that reads no others and holds wherever the condition
 * does. Of `(a.x = 1 AND b.y = 2) OR a.x = 3` over the columns of a: `a.x = 1 OR a.x = 3`. null: it says nothing of them.
 */
export function impliedCondition(condition: BoundExpression, own: ColumnIds): BoundExpression | null {
  switch (condition.kind) {
    case 'or': {
      const operands: BoundExpression[] = [];
      for (const operand of condition.operands) {
        const implied = impliedCondition(operand, own);
        if (implied === null) return null;
        operands.push(implied);
      }
      return or(operands);
    }
    case 'and': {
      const operands = condition.operands.flatMap((operand) => impliedCondition(operand, own) ?? []);
      return operands.length === 0 ? null : and(operands);
    }
    default:
      return isOver(condition, own) ? condition : null;
  }
}

function isOver(condition: BoundExpression, own: ColumnIds): boolean {
  const read = readColumns(condition);
  if (read.size === 0 || ![...read].every((id: ColumnId) => own.has(id))) return false;
  return isDeterministic(condition) && !hasSubquery(condition) && !canRaise(condition);
}
