import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { HeliosError, isHeliosError } from '../../base/errors.ts';
import type { Database, Params, Queryable, QueryOptions } from '../types.ts';
import { OpenTransaction } from './open-transaction.ts';

/** What Kysely calls a connection: the database, or the transaction that was begun on it. */
export class HeliosConnection implements DatabaseConnection {
  private readonly database: Database;
  private transaction: OpenTransaction | null = null;
  /** Ends what runs on this connection. */
  private running: AbortController | null = null;

  constructor(database: Database) {
    this.database = database;
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    return await this.cancellable<R>(async (options) => {
      const result = await this.target.query<R>(compiled.sql, paramsOf(compiled), options);
      // A statement that yields columns and is no change has changed nothing: Kysely leaves the count out then.
      if (compiled.query.kind === 'SelectQueryNode') return { rows: result.rows };
      const numAffectedRows = BigInt(result.changes);
      const { rows, lastInsertRowid } = result;
      return lastInsertRowid === null
        ? { rows, numAffectedRows }
        : { rows, numAffectedRows, insertId: BigInt(lastInsertRowid) };
    });
  }

  /** At most `chunkSize` rows at a time; leaving the loop early ends the query. */
  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const controller = this.start();
    try {
      let rows: R[] = [];
      for await (const row of this.target.iterate<R>(compiled.sql, paramsOf(compiled), { signal: controller.signal })) {
        if (rows.push(row) < chunkSize) continue;
        yield { rows };
        rows = [];
      }
      if (rows.length > 0) yield { rows };
    } finally {
      this.finish(controller);
    }
  }

  /** Stops the query that runs on this connection between two batches of its work. It needs no second connection. */
  async cancelQuery(): Promise<void> {
    this.running?.abort(new HeliosError('ABORTED', 'the query was cancelled'));
  }

  async begin(readOnly: boolean): Promise<void> {
    this.transaction = await OpenTransaction.begin(this.database, readOnly);
  }

  async commit(): Promise<void> {
    await this.takeTransaction().commit();
  }

  async rollback(): Promise<void> {
    await this.takeTransaction().rollback();
  }

  /** A statement about a savepoint. */
  async command(words: string, name: string): Promise<void> {
    await this.target.exec(`${words} "${name.replaceAll('"', '""')}"`);
  }

  private get target(): Queryable {
    return this.transaction?.queryable ?? this.database;
  }

  private takeTransaction(): OpenTransaction {
    const { transaction } = this;
    if (transaction === null) throw new HeliosError('NO_ACTIVE_TRANSACTION', 'this connection has no open transaction');
    this.transaction = null;
    return transaction;
  }

  private async cancellable<R>(body: (options: QueryOptions) => Promise<QueryResult<R>>): Promise<QueryResult<R>> {
    const controller = this.start();
    try {
      return await body({ signal: controller.signal });
    } catch (error) {
      // Whoever cancelled has been told by Kysely already, which prints what fails afterwards.
      if (controller.signal.aborted && isHeliosError(error, 'ABORTED')) return { rows: [] };
      throw error;
    } finally {
      this.finish(controller);
    }
  }

  private start(): AbortController {
    const controller = new AbortController();
    this.running = controller;
    return controller;
  }

  private finish(controller: AbortController): void {
    if (this.running === controller) this.running = null;
  }
}

/** Kysely collects values without looking at them; the engine refuses what no SQL type takes. */
function paramsOf(compiled: CompiledQuery): Params {
  return compiled.parameters as Params;
}
