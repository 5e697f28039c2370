import { HeliosError } from '../../base/errors.ts';
import { DatabaseExport } from '../../engine/backup/database-export.ts';
import { Registrar } from '../../sql/functions/user/registrar.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import { insertInto } from '../local/local-channel.ts';
import { checkLabel, checkPoint, checkSyncOptions, LABEL_STATEMENT } from '../options.ts';
import { checkSql, templateSql } from '../sql-text.ts';
import type {
  CheckReport,
  HistoryPoint,
  InsertData,
  Params,
  Result,
  Row,
  Stats,
  StorageInfo,
  SyncDatabase,
  SyncQueryable,
  SyncQueryOptions,
  SyncReadView,
  SyncStatement,
  SyncTransaction,
  TransactionOptions,
  Value,
} from '../types.ts';
import { iterateRows, readResult } from './read-rows.ts';
import type { SyncCore } from './sync-core.ts';
import { SyncStatementHandle } from './sync-statement.ts';

const NO_PARAMS: Params = [];

/** What the synchronous database and its transactions do alike. */
class SyncQueryableHandle implements SyncQueryable {
  protected readonly core: SyncCore;

  constructor(core: SyncCore) {
    this.core = core;
  }

  exec(sql: string): void {
    this.core.change(() => this.core.session.executeScript(this.checked(sql)));
  }

  query<R = Row>(sql: string, params: Params = NO_PARAMS, options: SyncQueryOptions = {}): Result<R> {
    checkSyncOptions(options);
    return readResult<R>(this.core, this.cached(sql), params, options.rowMode);
  }

  sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): R[] {
    return this.query<R>(templateSql(strings), values).rows;
  }

  prepare<R = Row>(sql: string): SyncStatement<R> {
    return new SyncStatementHandle<R>(this.core, this.core.session.prepare(this.checked(sql)));
  }

  iterate<R = Row>(sql: string, params: Params = NO_PARAMS, options: SyncQueryOptions = {}): IterableIterator<R> {
    checkSyncOptions(options);
    return iterateRows<R>(this.core, this.cached(sql), params, options.rowMode);
  }

  insert(table: string, data: InsertData): { changes: number } {
    this.checkOpen();
    const { changes } = this.core.change(() => insertInto(this.core.session, table, data));
    return { changes };
  }

  protected checkOpen(): void {
    this.core.checkOpen();
  }

  private cached(sql: string): PreparedStatement {
    return this.core.cache.get(this.checked(sql));
  }

  private checked(sql: string): string {
    this.checkOpen();
    checkSql(sql);
    return sql;
  }
}

class SyncTransactionHandle extends SyncQueryableHandle implements SyncTransaction {
  private isOpen = true;

  end(): void {
    this.isOpen = false;
  }

  protected override checkOpen(): void {
    super.checkOpen();
    if (!this.isOpen) {
      throw new HeliosError('TRANSACTION_CLOSED', 'the transaction has ended: tx is of use only inside of its body');
    }
  }
}

/** The synchronous API over one session. */
export class SyncDatabaseHandle extends SyncQueryableHandle implements SyncDatabase {
  readonly storage: StorageInfo;
  private readonly registrar: Registrar;

  constructor(core: SyncCore, storage: StorageInfo) {
    super(core);
    this.storage = storage;
    this.registrar = new Registrar(core.session.functions, core.present);
  }

  transaction<T>(
    body: (tx: SyncTransaction) => T,
    options: Pick<TransactionOptions, 'readOnly' | 'asOf' | 'label'> = {},
  ): T {
    if (typeof body !== 'function')
      throw new HeliosError('MISUSE', 'transaction takes a function: db.transaction((tx) => …)');
    checkSyncOptions(options);
    const { core } = this;
    const { readOnly, asOf, label } = options;
    if (asOf !== undefined) checkPoint(asOf);
    checkLabel(label);
    core.change(() => core.session.begin({ readOnly: readOnly === true, ...(asOf === undefined ? {} : { asOf }) }));
    const tx = new SyncTransactionHandle(core);
    try {
      if (label !== undefined) tx.query(LABEL_STATEMENT, [label]);
      const result = body(tx);
      if (isPromise(result)) {
        throw new HeliosError('MISUSE', 'the body of a synchronous transaction returned a promise', {
          hint: 'Use open() for a body that awaits.',
        });
      }
      core.change(() => core.session.commit());
      return result;
    } catch (error) {
      if (core.session.inTransaction) core.change(() => core.session.rollback());
      throw error;
    } finally {
      tx.end();
    }
  }

  asOf(point: HistoryPoint): SyncReadView {
    checkPoint(point);
    return new SyncReadViewHandle(this.core, point);
  }

  function(name: string, optionsOrBody: unknown, body?: unknown): void {
    this.checkOpen();
    this.registrar.function(name, optionsOrBody, body);
  }

  aggregate(name: string, options: unknown): void {
    this.checkOpen();
    this.registrar.aggregate(name, options);
  }

  table(name: string, options: unknown): void {
    this.checkOpen();
    this.registrar.table(name, options);
  }

  *export(): IterableIterator<Uint8Array> {
    this.checkOpen();
    const { session, engine } = this.core;
    if (session.inTransaction && !session.isReadOnlyTransaction) {
      throw new HeliosError('TRANSACTION_ACTIVE', 'a transaction is open: COMMIT or ROLLBACK it, then export');
    }
    const copy = new DatabaseExport(engine.openSettled());
    try {
      for (let chunk = copy.next(); chunk !== null; chunk = copy.next()) {
        yield chunk;
        this.checkOpen();
      }
    } finally {
      copy.close();
    }
  }

  check(): CheckReport {
    this.checkOpen();
    return this.core.engine.check();
  }

  stats(): Stats {
    this.checkOpen();
    return this.core.engine.stats();
  }

  close(): void {
    this.core.close();
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Each query has a session of its own, at one point that the first of them settles: the database's may be in a transaction. */
class SyncReadViewHandle implements SyncReadView {
  private readonly core: SyncCore;
  private point: HistoryPoint;
  private isSettled = false;

  constructor(core: SyncCore, point: HistoryPoint) {
    this.core = core;
    this.point = point;
  }

  query<R = Row>(sql: string, params: Params = NO_PARAMS, options: SyncQueryOptions = {}): Result<R> {
    checkSyncOptions(options);
    checkSql(sql);
    const core = this.open();
    try {
      return readResult<R>(core, core.session.prepare(sql), params, options.rowMode);
    } finally {
      core.session.close();
    }
  }

  sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): R[] {
    return this.query<R>(templateSql(strings), values).rows;
  }

  *iterate<R = Row>(sql: string, params: Params = NO_PARAMS, options: SyncQueryOptions = {}): IterableIterator<R> {
    checkSyncOptions(options);
    checkSql(sql);
    const core = this.open();
    try {
      yield* iterateRows<R>(core, core.session.prepare(sql), params, options.rowMode);
    } finally {
      core.session.close();
    }
  }

  private open(): SyncCore {
    const core = this.core.another();
    core.session.begin({ asOf: this.point });
    if (!this.isSettled) this.point = { transaction: core.session.readPoint.transaction };
    this.isSettled = true;
    return core;
  }
}
