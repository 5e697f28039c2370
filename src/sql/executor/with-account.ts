import type { MemoryBudget } from '../../engine/cache/memory-budget.ts';
import { OperatorMemory, StatementMemory } from './operator-memory.ts';

/**
 * Runs what asks for memory piece by piece: `need` is told how many bytes more it takes, and throws OUT_OF_MEMORY_BUDGET
 * under that name. All of it is given back in the end.
 */
export function withAccount<Result>(
  name: string,
  budget: MemoryBudget,
  body: (need: (moreBytes: number) => void) => Result,
): Result {
  const memory = new OperatorMemory(name);
  memory.open({ memory: new StatementMemory(budget, null) });
  try {
    return body(memory.adding());
  } finally {
    memory.release();
  }
}
