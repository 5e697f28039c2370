import type { Database, Queryable, Transaction } from '../types.ts';

/** Tells our own rollback from a failure. */
const ROLLED_BACK = new Error('rolled back');

/**
 * A transaction whose end is called from outside: Kysely begins, and later commits or rolls back, where
 * `Database.transaction` takes a body. The body waits here for that call.
 */
export class OpenTransaction {
  readonly queryable: Queryable;
  private readonly end: (failure: Error | null) => void;
  private readonly ended: Promise<void>;

  private constructor(queryable: Queryable, end: (failure: Error | null) => void, ended: Promise<void>) {
    this.queryable = queryable;
    this.end = end;
    this.ended = ended;
  }

  /** Resolves when the transaction is open, which for a writer is when its turn has come. */
  static begin(database: Database, readOnly: boolean): Promise<OpenTransaction> {
    return new Promise((resolve, reject) => {
      const body = (transaction: Transaction): Promise<void> =>
        new Promise<void>((commit, rollback) => {
          const end = (failure: Error | null): void => (failure === null ? commit() : rollback(failure));
          resolve(new OpenTransaction(transaction, end, ended));
        });
      const ended = database.transaction(body, { readOnly });
      // A failure after the beginning reaches whoever ends the transaction.
      ended.catch(reject);
    });
  }

  async commit(): Promise<void> {
    this.end(null);
    await this.ended;
  }

  async rollback(): Promise<void> {
    this.end(ROLLED_BACK);
    try {
      await this.ended;
    } catch (error) {
      if (error !== ROLLED_BACK) throw error;
    }
  }
}
