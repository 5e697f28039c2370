import type { CommitLog } from './transaction/commit-log.ts';

/** When the next checkpoint is due: recovery is to stay short, and what is in no segment is to fit into memory. */
export class CheckpointDue {
  private readonly intervalBytes: number;
  private readonly intervalTransactions: number;
  private readonly lookRows: number;
  /** The log's length, or the newest transaction, that calls for it. */
  private nextBytes = 0;
  private nextTransaction = 0;
  /** The number of changes from which on it looks at the memory again. */
  private nextLookScn = 0;

  /**
   * `intervalBytes`, `intervalTransactions`: of the log between checkpoints. `lookRows`: changes between two looks at the
   * memory.
   */
  constructor(intervalBytes: number, intervalTransactions: number, lookRows: number) {
    this.intervalBytes = intervalBytes;
    this.intervalTransactions = intervalTransactions;
    this.lookRows = lookRows;
  }

  /** Counts from a checkpoint that left the log so long, or failed: then not every commit is to try again. */
  countFrom(logBytes: number, transaction: number, scn: number): void {
    this.nextBytes = logBytes + this.intervalBytes;
    this.nextTransaction = transaction + this.intervalTransactions;
    this.nextLookScn = scn + this.lookRows;
  }

  isDue(logBytes: number, { lastTransaction, lastScn }: CommitLog, hasLargeDeltas: () => boolean): boolean {
    if (logBytes >= this.nextBytes || lastTransaction >= this.nextTransaction) return true;
    if (lastScn < this.nextLookScn) return false;
    this.nextLookScn = lastScn + this.lookRows;
    return hasLargeDeltas();
  }
}
