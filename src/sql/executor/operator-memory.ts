import { LIMITS } from '../../base/limits.ts';
import type { MemoryBudget } from '../../engine/cache/memory-budget.ts';

/** What the operators of one execution hold of the memory budget, and of the file. */
export class StatementMemory {
  readonly budget: MemoryBudget;
  private readonly holders = new Set<Held>();

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  /** To be released when the statement ends, however it ends. */
  keep(held: Held): void {
    this.holders.add(held);
  }

  forget(held: Held): void {
    this.holders.delete(held);
  }

  release(): void {
    for (const held of this.holders) held.release();
  }
}

export interface Held {
  /** Calls {@link StatementMemory.forget}; may be called again. */
  release(): void;
}

/** The account of one operator. What is below LIMITS.uncountedBytes is never asked for. */
export class OperatorMemory implements Held {
  /** The operator's, for errors and statistics. */
  readonly name: string;
  /** Bytes that it has written to the file, all executions together. */
  spilledBytes = 0;
  private statement: StatementMemory | null = null;
  private granted: number = LIMITS.uncountedBytes;

  constructor(name: string) {
    this.name = name;
  }

  /** For an operator that is opened, or opened again: it holds nothing. */
  open({ memory }: { readonly memory: StatementMemory }): void {
    this.release();
    this.statement = memory;
  }

  get of(): StatementMemory {
    return this.statement as StatementMemory;
  }

  /** Whether the operator may come to hold so many bytes; what it has got so far stays its own either way. */
  has(bytes: number): boolean {
    return bytes <= this.granted || this.ask(bytes);
  }

  /** Throws OUT_OF_MEMORY_BUDGET where the operator may not hold so many bytes. */
  need(bytes: number): void {
    if (!this.has(bytes)) throw this.of.budget.refusal(this.name, bytes);
  }

  release(): void {
    const { granted, statement } = this;
    if (granted === LIMITS.uncountedBytes || statement === null) return;
    this.granted = LIMITS.uncountedBytes;
    statement.forget(this);
    statement.budget.release(this.name, granted);
  }

  private ask(bytes: number): boolean {
    const { granted, of } = this;
    const more = of.budget.grow(this.name, granted === LIMITS.uncountedBytes ? 0 : granted, bytes);
    if (more === null) return false;
    this.granted = more;
    of.keep(this);
    return true;
  }
}
