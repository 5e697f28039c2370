import type { MemoryBudget } from '../../engine/cache/memory-budget.ts';
import type { TemporarySpace } from '../../engine/spill/temporary-blocks.ts';
import { SPILLING } from './late-parts.ts';

/** What the operators of one execution hold of the memory budget, and of the file. */
export class StatementMemory {
  readonly budget: MemoryBudget;
  /** null: nothing can be spilled. */
  readonly space: TemporarySpace | null;
  private readonly holders = new Set<Held>();

  constructor(budget: MemoryBudget, space: TemporarySpace | null) {
    this.budget = budget;
    this.space = space;
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

/** The account of one operator. What is below the budget's `uncountedBytes` is never asked for. */
export class OperatorMemory implements Held {
  /** The operator's, for errors and statistics. */
  readonly name: string;
  /** Bytes that it has written to the file, all executions together. */
  spilledBytes = 0;
  private statement: StatementMemory | null = null;
  private granted = 0;
  /** Of the budget: nothing, or what is granted. */
  private heldBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** For an operator that is opened, or opened again: it holds nothing. */
  open({ memory }: { readonly memory: StatementMemory }): void {
    this.release();
    this.statement = memory;
    this.granted = memory.budget.uncountedBytes;
  }

  get of(): StatementMemory {
    return this.statement as StatementMemory;
  }

  get grantedBytes(): number {
    return this.granted;
  }

  /** Whether the operator may come to hold so many bytes; what it has got so far stays its own either way. */
  has(bytes: number): boolean {
    return bytes <= this.granted || this.ask(bytes);
  }

  /** Whether hash tables of so many bytes may grow once more: they double, and then hold the old and the new one. */
  hasToGrow(bytes: number): boolean {
    return this.has(bytes * 2);
  }

  /** Throws OUT_OF_MEMORY_BUDGET where the operator may not hold so many bytes. */
  need(bytes: number): void {
    if (!this.has(bytes)) throw this.of.budget.refusal(this.name, bytes);
  }

  /** As {@link need}, for what adds up: each call is for so many bytes more. */
  adding(): (moreBytes: number) => void {
    let bytes = 0;
    return (more) => {
      bytes += more;
      this.need(bytes);
    };
  }

  /** As {@link need}, for what an operator that spills holds beyond its share. */
  needAll(bytes: number): void {
    if (bytes > this.granted && !this.ask(bytes, true)) throw this.of.budget.refusal(this.name, bytes);
  }

  /**
   * What an operator that was refused `bytes` goes on with. Throws OUT_OF_MEMORY_BUDGET where the file cannot be written,
   * and PartNotLoaded, upon which the statement is run again.
   */
  spilling(bytes: number): ReturnType<typeof SPILLING.get> {
    if (this.of.space === null) throw this.of.budget.refusal(this.name, bytes);
    return SPILLING.get();
  }

  release(): void {
    const { heldBytes, statement } = this;
    if (heldBytes === 0 || statement === null) return;
    this.granted = statement.budget.uncountedBytes;
    this.heldBytes = 0;
    statement.forget(this);
    statement.budget.release(this.name, heldBytes);
  }

  private ask(bytes: number, isLast = false): boolean {
    const { of } = this;
    const more = of.budget.grow(this.name, this.heldBytes, bytes, isLast);
    if (more === null) return false;
    this.granted = more;
    this.heldBytes = more;
    of.keep(this);
    return true;
  }
}
